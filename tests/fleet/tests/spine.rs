//! The main job on a fleet of its own, with a recorder on every subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use fleet_tests::{Options, Spine};
use testkit::TestImap;

#[tokio::test(flavor = "multi_thread")]
async fn the_spine_works() {
    let spine = Spine::start(Options::default()).await;
    if let Err(failed) = spine.run().await {
        panic!("{failed}");
    }
    let recorder = spine.recorder();
    assert_eq!(recorder.findings(), [], "what must not be on the bus");
    let types = recorder.types();
    for expected in [
        "workflow.published",
        "run.events",
        "integration.email.received",
        "llm.completed",
        "schedule.fired",
    ] {
        assert!(
            types.contains_key(expected),
            "no {expected} was heard: {types:?}"
        );
    }
    assert!(
        !recorder.heard_text(TestImap::PASSWORD),
        "a password was on the bus"
    );
}
