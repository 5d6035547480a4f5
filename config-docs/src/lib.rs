//! Documents of a configuration, as pure functions of its manifest.
//!
//! [`View`] is the manifest as documents want it: with every name spelled, every constraint in words, and the tables
//! that are read across keys.

pub mod view;

pub use view::View;
