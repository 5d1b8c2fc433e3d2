//! Checkers that can fail: each bug of `shared/planted` is switched on in a fleet of its own, and the checker that watches
//! the missing safety device must turn red.

use crate::{Options, Planted, Promise, Statement};
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A bug, the promise that it breaks, and the statement that must say so.
struct Plant {
    bug: &'static str,
    promise: Promise,
    caught_by: &'static str,
}

const fn chaos(bug: &'static str, caught_by: &'static str) -> Plant {
    Plant {
        bug,
        promise: Promise::Chaos,
        caught_by,
    }
}

const fn bus(bug: &'static str, caught_by: &'static str) -> Plant {
    Plant {
        bug,
        promise: Promise::Bus,
        caught_by,
    }
}

const PLANTS: [Plant; 18] = [
    chaos("answer-before-commit", "I1-accepted-has-one-run"),
    chaos("ghost-run", "I2-run-was-asked-for"),
    chaos("key-forgotten", "I3-repeated-key-is-one-run"),
    chaos("key-ignores-body", "I3-other-body-is-refused"),
    chaos("lost-wakeup", "I4-runs-come-to-an-end"),
    chaos("skip-seq", "I5-log-is-gapless"),
    chaos("double-terminal", "I6-log-is-a-life"),
    chaos("fold-drift", "I7-rows-follow-from-log"),
    chaos("model-drift", "I7-read-model-follows-from-log"),
    chaos("lost-frame", "I7-read-model-has-whole-log"),
    chaos("publish-before-commit", "I8-bus-tells-what-is-durable"),
    chaos("unconfirmed", "I8-outboxes-are-confirmed"),
    chaos("lost-position", "I10-log-is-applied-to-its-end"),
    chaos("key-per-attempt", "I11-receipt-was-meant"),
    chaos("retry-unknown", "I12-once-is-once"),
    bus("bad-payload", "payloads-fit-their-schemas"),
    bus("stray-subject", "catalogued-subjects-only"),
    bus("asks-for-reply", "no-request-reply"),
];

/// How long the load runs with a bug: each shows at once.
const MINUTES: f64 = 0.2;
/// How long such a fleet may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(15);
/// What only a build with bugs contains.
const MARK: &[u8] = b"ST_PLANTED_BUG";

/// Plants each bug in turn.
pub async fn prove(options: Options) -> Vec<Statement> {
    let clean = required("ST_TEST_BIN");
    let planted = required("ST_TEST_PLANTED_BIN");
    let mut statements = vec![ordinary_builds_have_none(&clean, &planted)];
    for plant in PLANTS {
        let chosen = Planted {
            bin: planted.clone(),
            bug: plant.bug.to_owned(),
        };
        let with_bug = Options {
            minutes: Some(options.minutes.unwrap_or(MINUTES)),
            seed: options.seed,
            calm: true,
            patience: Some(PATIENCE),
            planted: Some(chosen),
        };
        let statement = noticed(&plant, &plant.promise.prove(with_bug).await);
        progress(&statement);
        statements.push(statement);
    }
    statements
}

/// The checker's witness is the figure: this statement holds when that one does not.
fn noticed(plant: &Plant, statements: &[Statement]) -> Statement {
    let red = |statement: &&Statement| statement.id == plant.caught_by && !statement.ok;
    match statements.iter().find(red) {
        Some(red) => {
            let witness = red.witness.clone().unwrap_or_default();
            let nothing: [&str; 0] = [];
            Statement::of(plant.bug, format!("{}: {witness}", red.id), &nothing)
        }
        None => Statement::fails(plant.bug, format!("{} stayed green", plant.caught_by)),
    }
}

/// Programs that people run contain nothing of the bugs; those with bugs do, or the search would prove nothing.
fn ordinary_builds_have_none(clean: &Path, planted: &Path) -> Statement {
    let mut found = marked(clean);
    let figure = format!("{} programs with bugs", marked(planted).len());
    if marked(planted).is_empty() {
        found.push("the programs with bugs have none".to_owned());
    }
    Statement::of("ordinary-builds-have-none", figure, &found)
}

fn marked(bin: &Path) -> Vec<String> {
    ["engine", "gateway", "adapter-http"]
        .into_iter()
        .filter(|program| {
            let bytes = fs::read(bin.join(program)).expect("a program that was built");
            bytes.windows(MARK.len()).any(|window| window == MARK)
        })
        .map(str::to_owned)
        .collect()
}

fn required(name: &str) -> PathBuf {
    PathBuf::from(env::var(name).expect("run `cargo xtask prove planted-bugs`"))
}

#[expect(
    clippy::print_stderr,
    reason = "progress of a proof that takes minutes"
)]
fn progress(statement: &Statement) {
    eprintln!("{statement}");
}
