use std::collections::BTreeMap;

use confident::Config;

/// A node.
#[derive(Config)]
#[config(app = "service")]
struct Node {
    /// Its name.
    name: String,
    /// The nodes under it.
    #[config(nested)]
    nodes: Vec<Node>,
    /// The nodes beside it.
    #[config(nested)]
    next: BTreeMap<String, Self>,
}

fn main() {}
