/// A program.
#[derive(confident::Config)]
#[config(app = "shop", profiles("staging", "production"))]
struct Shop {
    /// Where errors go.
    #[config(required_in("prodution"))]
    sink: Option<String>,
}

fn main() {}
