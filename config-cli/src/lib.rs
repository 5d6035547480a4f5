//! The tool of `confident`, as a library: what a deployment gives to a program, read without running
//! anything.

pub mod deployment;
