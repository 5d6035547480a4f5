//! Stores of secrets as sources of `confident`.
//!
//! Each store is a feature and a file. What they share is here once: which place of a store holds which key, what is
//! tried again, what may be served when a store is away, what is recorded, and how nothing is left behind.

pub mod audit;
