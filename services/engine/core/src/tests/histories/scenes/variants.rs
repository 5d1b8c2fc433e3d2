//! Forks, dry runs and tests of one node.

use super::{
    super::super::{
        kit::{self, Story},
        variants::{chain, chain_done, fork, wanted},
    },
    Scene, later,
};
use crate::Wanted;
use serde_json::json;

fn chained(name: &'static str, about: &'static str, story: Story) -> Scene {
    Scene {
        name,
        about,
        document: chain(),
        story,
    }
}

pub(super) fn fork_of_a_chain() -> Scene {
    let mut story = fork(&chain_done(), chain(), &wanted(Some("send"), false), None);
    later(&mut story).complete("send", json!({ "status": 201 }));
    let about = "A run that goes on from the middle of another one.";
    chained("fork", about, story)
}

pub(super) fn dry_run() -> Scene {
    let story = fork(&chain_done(), chain(), &wanted(None, true), None);
    let about = "A dry run, in which recorded results stand in.";
    chained("dry-run", about, story)
}

pub(super) fn test_of_a_node() -> Scene {
    let only = Wanted {
        only: Some(kit::node("shape")),
        dry: true,
        ..Wanted::default()
    };
    let story = fork(&chain_done(), chain(), &only, None);
    let about = "A test of one node with its recorded input.";
    chained("node-test", about, story)
}
