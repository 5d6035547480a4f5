use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// An item of another type.
    #[config(default = "80,https")]
    ports: Vec<u16>,
    /// An item out of range, in an array.
    #[config(default = [80, 70000])]
    wide: Vec<u16>,
    /// An empty item.
    #[config(default = "a,,b")]
    empty: Vec<String>,
    /// A quotation mark that is not closed.
    #[config(default = "a,\"b")]
    open: Vec<String>,
    /// Brackets, but no JSON.
    #[config(default = "[a, b]")]
    brackets: Vec<String>,
    /// An array where there is one value.
    #[config(default = [80, 81])]
    one: u16,
    /// An item that is no literal.
    #[config(default = [80, PORT])]
    expression: Vec<u16>,
}

fn main() {}
