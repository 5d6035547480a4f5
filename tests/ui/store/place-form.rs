use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A place without a kind.
    #[config(store = "payments/a")]
    a: String,
    /// A kind that is misspelled.
    #[config(store = "valt:payments/b")]
    b: String,
    /// A source that is no store.
    #[config(store = "env:PAYMENTS_C")]
    c: String,
    /// A place without a path.
    #[config(store = "vault:")]
    d: String,
    /// A path from the root.
    #[config(store = "vault:/payments/e")]
    e: String,
    /// A path of a folder.
    #[config(store = "vault:payments/f/#value")]
    f: String,
    /// A path of nothing.
    #[config(store = "vault:/")]
    g: String,
    /// A segment without a name.
    #[config(store = "vault:payments//h")]
    h: String,
    /// A way out.
    #[config(store = "vault:payments/../i")]
    i: String,
    /// A way to where it is.
    #[config(store = "vault:payments/./j")]
    j: String,
    /// A character of URLs.
    #[config(store = "vault:payments/k?version=1")]
    k: String,
    /// A second colon.
    #[config(store = "vault:kv:payments/l")]
    l: String,
    /// A field without a name.
    #[config(store = "vault:payments/m#")]
    m: String,
    /// A field of a field.
    #[config(store = "vault:payments/n#one#two")]
    n: String,
    /// A field with a blank.
    #[config(store = "vault:payments/o#one two")]
    o: String,
    /// Everything is wrong with it.
    #[config(store = "vualt:/payments#")]
    p: String,
}

fn main() {}
