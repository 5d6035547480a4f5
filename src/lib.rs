#![doc = include_str!("../README.md")]

pub use confident_core::*;
pub use confident_derive::{Config, ConfigValue};

#[doc(hidden)]
pub use confident_core::__private;
