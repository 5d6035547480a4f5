//! `confident`: reads the manifest out of a binary, documents it, and checks deployments against it.

use clap::Parser;
use confident_cli::{Confident, Exit};

fn main() -> Exit {
    Confident::parse().run()
}
