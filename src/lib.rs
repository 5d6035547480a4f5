#![doc = include_str!("../README.md")]

pub use confident_core::*;
pub use confident_derive::{Config, ConfigValue};

/// Stores of secrets as sources: the crate `confident-stores`, with the stores that features name.
#[cfg(any(
    feature = "age",
    feature = "vault",
    feature = "aws",
    feature = "etcd",
    feature = "command",
    feature = "fleet"
))]
pub use confident_stores as stores;

#[doc(hidden)]
pub use confident_core::__private;
