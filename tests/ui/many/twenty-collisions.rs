use confident::Config;

/// A service, all of whose keys read one variable.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The first.
    #[config(env = "X")]
    a: u8,
    /// Another.
    #[config(env = "X")]
    b: u8,
    /// Another.
    #[config(env = "X")]
    c: u8,
    /// Another.
    #[config(env = "X")]
    d: u8,
    /// Another.
    #[config(env = "X")]
    e: u8,
    /// Another.
    #[config(env = "X")]
    f: u8,
    /// Another.
    #[config(env = "X")]
    g: u8,
    /// Another.
    #[config(env = "X")]
    h: u8,
    /// Another.
    #[config(env = "X")]
    i: u8,
    /// Another.
    #[config(env = "X")]
    j: u8,
    /// Another.
    #[config(env = "X")]
    k: u8,
    /// Another.
    #[config(env = "X")]
    l: u8,
    /// Another.
    #[config(env = "X")]
    m: u8,
    /// Another.
    #[config(env = "X")]
    n: u8,
    /// Another.
    #[config(env = "X")]
    o: u8,
    /// Another.
    #[config(env = "X")]
    p: u8,
    /// Another.
    #[config(env = "X")]
    q: u8,
    /// Another.
    #[config(env = "X")]
    r: u8,
    /// Another.
    #[config(env = "X")]
    s: u8,
    /// Another.
    #[config(env = "X")]
    t: u8,
}

fn main() {}
