//! Three minutes of chaos, as `cargo xtask prove chaos` makes it.

#![allow(clippy::panic, reason = "tests")]

use prove::{Options, chaos};

/// One seed for everybody: a schedule of faults that can be made again.
const SEED: u64 = 20_261_121;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_accepted_is_lost_or_doubled_under_chaos() {
    let options = Options {
        minutes: Some(3.0),
        seed: SEED,
        ..Options::default()
    };
    let statements = chaos::prove(options).await;
    let table: Vec<String> = statements.iter().map(ToString::to_string).collect();
    assert!(
        statements.iter().all(|statement| statement.ok),
        "\n{}",
        table.join("\n")
    );
}
