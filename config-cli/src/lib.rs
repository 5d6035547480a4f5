//! The tool of `confident`, as a library: what a deployment gives to a program, held against the manifest of the
//! program, without running anything.
//!
//! The binary is `confident`; `confident help` says what it does. A program that has command-line arguments of its
//! own takes [`ConfigCommand`] as a subcommand, and has the same for its own configuration.

pub mod check;
mod command;
pub mod deployment;
pub mod diff;
mod escape;
mod exit;
mod finding;
#[cfg(feature = "fleet")]
mod fleet;
mod output;

pub use command::{Confident, ConfigCommand};
pub use exit::Exit;
pub use finding::{Finding, Findings, Severity};
