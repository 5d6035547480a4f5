//! A program that loads 100 keys and ends.

include!(concat!(env!("OUT_DIR"), "/main.rs"));
