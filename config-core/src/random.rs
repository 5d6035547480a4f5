//! Chance, to spread load.

use std::{collections::hash_map::RandomState, hash::BuildHasher};

/// A number from 0 to 1, the 1 excluded. Nothing that must stay unknown is made of it.
pub fn random() -> f64 {
    // The standard library keys every hasher anew.
    let bits = RandomState::new().hash_one(0);
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
