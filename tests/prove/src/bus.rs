//! Bus discipline: a recorder hears every subject during the whole end-to-end suite.

mod rogue;

use crate::{Options, Statement};
use fleet_tests::{Finding, Spine};

/// What must have been heard, or the recorder was deaf.
const HEARD: [&str; 5] = [
    "workflow.published",
    "run.events",
    "integration.email.received",
    "llm.completed",
    "schedule.fired",
];

/// Runs the suite and judges what was on the bus meanwhile.
pub async fn prove(options: Options) -> Vec<Statement> {
    let spine = Spine::start(options.fleet()).await;
    if let Some(planted) = &options.planted {
        rogue::act(&spine, &planted.bug).await;
    }
    let suite = spine.run().await.err();
    let recorder = spine.recorder();
    let types = recorder.types();
    let heard = format!(
        "{} messages of {} types",
        types.values().sum::<u64>(),
        types.len()
    );
    let findings = recorder.findings();
    let of = |kind| findings.iter().filter(move |finding| finding.kind == kind);
    let stated = |id, kind| {
        let found: Vec<String> = of(kind).map(Finding::to_string).collect();
        Statement::of(id, &*heard, &found)
    };
    let unheard = HEARD.iter().filter(|known| !types.contains_key(**known));
    let unheard: Vec<String> = unheard
        .map(|known| format!("no {known} was heard"))
        .collect();
    vec![
        Statement::of("suite-passes", "11 steps", &Vec::from_iter(suite)),
        Statement::of("recorder-hears", &*heard, &unheard),
        stated("no-request-reply", fleet_tests::Kind::AsksForReply),
        stated(
            "catalogued-subjects-only",
            fleet_tests::Kind::UnknownSubject,
        ),
        stated("payloads-fit-their-schemas", fleet_tests::Kind::BadEvent),
    ]
}
