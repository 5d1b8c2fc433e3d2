//! A hijacked model meets one injection on each way, as `cargo xtask prove hijacked-model` lets it meet many.

#![allow(clippy::panic, reason = "tests")]

use prove::{Options, hijacked_model};

/// One seed for everybody: the same injections each time.
const SEED: u64 = 20_261_122;
/// As many as there are ways.
const INJECTIONS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_model_that_obeys_every_stranger_does_nothing_for_them_and_all_for_the_person() {
    let options = Options {
        injections: Some(INJECTIONS),
        seed: SEED,
        ..Options::default()
    };
    let statements = hijacked_model::prove(options).await;
    let table: Vec<String> = statements.iter().map(ToString::to_string).collect();
    assert!(
        statements.iter().all(|statement| statement.ok),
        "\n{}",
        table.join("\n")
    );
}
