//! What `cargo xtask` tells tests about the machine.

use std::path::PathBuf;

/// The value of a variable that `cargo xtask test` sets.
pub(crate) fn required(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or `eval \"$(cargo xtask infra up)\"` before cargo test")
    })
}

/// As [`required`], for a program's path.
pub(crate) fn program(name: &str) -> PathBuf {
    PathBuf::from(required(name))
}
