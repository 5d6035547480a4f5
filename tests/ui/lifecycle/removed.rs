/// A program.
#[derive(confident::Config)]
#[config(app = "shop", removed("SHOP_WORKERS"))]
struct Shop {
    /// Where errors go.
    sink: Option<String>,
}

/// A group.
#[derive(confident::Config)]
#[config(removed("SHOP_WORKERS", "set SHOP_THREADS"), profiles("a"))]
struct Group {
    /// Where errors go.
    sink: Option<String>,
}

fn main() {}
