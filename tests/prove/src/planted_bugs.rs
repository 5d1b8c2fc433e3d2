//! Checkers that can fail: each bug of `shared/planted` is switched on in a fleet of its own, and the checker that watches
//! the missing safety device must turn red.

use crate::{
    Options, Planted,
    Promise::{self, Amnesia, Bus, Chaos, HijackedModel, Leader, PowerCut, Secrets},
    Statement,
};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A bug, the promise that it breaks, and the statements that must say so.
struct Plant {
    bug: &'static str,
    promise: Promise,
    caught_by: &'static [&'static str],
}

impl Plant {
    const fn minutes(&self) -> f64 {
        match self.promise {
            Leader => LEADER_MINUTES,
            Amnesia | PowerCut => LOSS_MINUTES,
            Chaos | Bus | Secrets | HijackedModel | Promise::PlantedBugs => MINUTES,
        }
    }
}

const fn plant(promise: Promise, bug: &'static str, caught_by: &'static [&'static str]) -> Plant {
    Plant {
        bug,
        promise,
        caught_by,
    }
}

const PLANTS: [Plant; 43] = [
    plant(Chaos, "answer-before-commit", &["I1-accepted-has-one-run"]),
    plant(Chaos, "ghost-run", &["I2-run-was-asked-for"]),
    plant(Chaos, "key-forgotten", &["I3-repeated-key-is-one-run"]),
    plant(Chaos, "key-ignores-body", &["I3-other-body-is-refused"]),
    plant(Chaos, "lost-wakeup", &["I4-runs-come-to-an-end"]),
    plant(Chaos, "skip-seq", &["I5-log-is-gapless"]),
    plant(Chaos, "double-terminal", &["I6-log-is-a-life"]),
    plant(Chaos, "fold-drift", &["I7-rows-follow-from-log"]),
    plant(Chaos, "model-drift", &["I7-read-model-follows-from-log"]),
    plant(Chaos, "lost-frame", &["I7-read-model-has-whole-log"]),
    plant(
        Chaos,
        "publish-before-commit",
        &["I8-bus-tells-what-is-durable"],
    ),
    plant(Chaos, "unconfirmed", &["I8-outboxes-are-confirmed"]),
    plant(Chaos, "lost-position", &["I10-log-is-applied-to-its-end"]),
    plant(Chaos, "key-per-attempt", &["I11-receipt-was-meant"]),
    plant(Chaos, "retry-unknown", &["I12-once-is-once"]),
    plant(
        Chaos,
        "frozen-for-good",
        &["I4-fleet-is-ready", "I4-fleet-accepts"],
    ),
    plant(Chaos, "skip-pos", &["I5-shards-are-gapless"]),
    plant(Chaos, "second-key", &["I11-attempts-share-a-key"]),
    plant(Chaos, "confirmed-unsent", &["I11-confirmed-has-receipt"]),
    plant(Chaos, "stray-panic", &["I28-nobody-panicked"]),
    plant(
        Amnesia,
        "published-once",
        &["open-events-come-back", "I1-accepted-has-one-run"],
    ),
    plant(PowerCut, "fsync-off", &["I1-accepted-has-one-run"]),
    plant(
        PowerCut,
        "all-synced",
        &["the-cut-takes-what-was-not-synced"],
    ),
    plant(Bus, "bad-payload", &["payloads-fit-their-schemas"]),
    plant(Bus, "stray-subject", &["catalogued-subjects-only"]),
    plant(Bus, "asks-for-reply", &["no-request-reply"]),
    plant(Bus, "schedule-untold", &["suite-passes", "recorder-hears"]),
    plant(Leader, "lead-kept", &["leader-is-replaced"]),
    plant(Leader, "due-forgotten", &["every-due-time-is-decided"]),
    plant(Leader, "all-as-skip", &["all-lets-nothing-go"]),
    plant(Leader, "fired-twice", &["nothing-twice"]),
    plant(Leader, "schedule-untold", &["fired-means-run"]),
    plant(Leader, "no-fence", &["stale-leader-changes-nothing"]),
    plant(Secrets, "credential-unused", &["credentials-were-used"]),
    plant(
        Secrets,
        "no-redaction",
        &[
            "not-on-the-bus",
            "not-in-streams",
            "not-in-tables",
            "not-in-database-files",
            "not-in-responses",
        ],
    ),
    plant(
        Secrets,
        "credential-in-log",
        &["not-in-logs", "not-in-traces"],
    ),
    plant(Secrets, "credential-in-environment", &["not-in-processes"]),
    plant(HijackedModel, "model-resists", &["injections-are-obeyed"]),
    plant(
        HijackedModel,
        "asks-for-nothing",
        &[
            "a-person-is-asked",
            "nothing-unasked-leaves",
            "attacker-hears-nothing",
        ],
    ),
    plant(
        HijackedModel,
        "taint-forgotten",
        &[
            "a-person-is-asked",
            "nothing-unasked-leaves",
            "attacker-hears-nothing",
        ],
    ),
    plant(
        HijackedModel,
        "believes-all",
        &["suppositions-stay-suppositions"],
    ),
    plant(
        HijackedModel,
        "draft-goes-live",
        &["drafts-stay-drafts", "attacker-hears-nothing"],
    ),
    plant(HijackedModel, "says-no-to-all", &["benign-tasks-complete"]),
];

/// How long the load runs with a bug: each shows at once.
const MINUTES: f64 = 0.2;
/// How long leaders are harassed: until one of them has been frozen and has woken up.
const LEADER_MINUTES: f64 = 0.6;
/// How long a store is used before it is lost.
const LOSS_MINUTES: f64 = 0.5;
/// How many injections a hijacked model meets with a bug: one on each way.
const INJECTIONS: usize = 10;
/// How long such a fleet may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(15);
/// What only a build with bugs contains.
const MARK: &[u8] = b"ST_PLANTED_BUG";

/// Plants each bug in turn, or the one that is asked for.
pub async fn prove(options: Options) -> Vec<Statement> {
    let clean = required("ST_TEST_BIN");
    let planted = required("ST_TEST_PLANTED_BIN");
    let mut statements = vec![ordinary_builds_have_none(&clean, &planted)];
    let mut seen = BTreeSet::new();
    let wanted = |plant: &&Plant| options.bug.as_deref().is_none_or(|bug| bug == plant.bug);
    for plant in PLANTS.iter().filter(wanted) {
        let chosen = Planted {
            bin: planted.clone(),
            bug: plant.bug.to_owned(),
        };
        let with_bug = Options {
            minutes: Some(options.minutes.unwrap_or(plant.minutes())),
            seed: options.seed,
            calm: true,
            patience: Some(PATIENCE),
            planted: Some(chosen),
            injections: Some(INJECTIONS),
            ..Options::default()
        };
        let stated = plant.promise.prove(with_bug).await;
        let statement = noticed(plant, &stated);
        progress(&statement);
        statements.push(statement);
        seen.extend(stated.into_iter().map(|statement| statement.id));
    }
    if options.bug.is_none() {
        statements.push(every_checker_has_a_bug(&seen));
    }
    statements
}

/// The checkers' witness is the figure: this statement holds when those do not.
fn noticed(plant: &Plant, statements: &[Statement]) -> Statement {
    let mut witness = String::new();
    let mut green = Vec::new();
    for id in plant.caught_by {
        let of_checker = statements.iter().find(|statement| statement.id == *id);
        match of_checker.and_then(|statement| statement.witness.as_deref()) {
            Some(found) => witness = format!("{id}: {found}"),
            None => green.push(format!("{id} stayed green")),
        }
    }
    Statement::of(plant.bug, witness, &green)
}

fn every_checker_has_a_bug(seen: &BTreeSet<String>) -> Statement {
    let caught = |id: &&String| {
        let mut all = PLANTS.iter().flat_map(|plant| plant.caught_by);
        all.any(|by| by == id)
    };
    let without = seen.iter().filter(|id| !caught(id));
    let without: Vec<String> = without.map(|id| format!("{id} was never red")).collect();
    Statement::of(
        "every-checker-has-a-bug",
        format!("{} checkers", seen.len()),
        &without,
    )
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
    let programs = [
        "engine",
        "gateway",
        "scheduler",
        "conversation",
        "adapter-http",
    ];
    programs
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
