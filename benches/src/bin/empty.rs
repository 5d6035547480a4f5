//! A program that does nothing, for the process bench.

fn main() {}
