//! How fast `confident` is, next to code written by hand and to its peers.
//!
//! [`generate`] writes the same configuration for each contender; `contenders/` has a crate for each, so
//! that a slow one holds up no other.

pub mod generate;
