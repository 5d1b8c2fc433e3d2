//! Faults, drawn from a seed: the seed fixes their schedule, not how they interleave with the fleet's work.

use fleet_tests::Fleet;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

/// What was done.
#[derive(Debug, Default, Clone)]
pub(super) struct Faults {
    /// Kills by program.
    pub(super) kills: BTreeMap<String, u32>,
    pub(super) freezes: u32,
    /// How often the whole JetStream store was deleted.
    pub(super) amnesias: u32,
}

/// Which faults are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Appetite {
    /// None: the load alone.
    Calm,
    /// All of them.
    Everything,
}

/// One step of the schedule.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Kill,
    Freeze(Duration),
    Nothing,
}

/// Makes faults for `time`; nothing is left frozen when it returns.
pub(super) async fn rage(fleet: &Fleet, appetite: Appetite, seed: u64, time: Duration) -> Faults {
    let mut faults = Faults::default();
    if appetite == Appetite::Calm {
        tokio::time::sleep(time).await;
        return faults;
    }
    let mut rng = StdRng::seed_from_u64(seed);
    let until = Instant::now() + time;
    let amnesia_at = Instant::now() + time.mul_f64(rng.random_range(0.4..0.6));
    let mut to_kill = Bag::new(fleet.programs());
    let mut to_freeze = Bag::new(fleet.programs());
    let mut frozen: Vec<(Instant, String)> = Vec::new();
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(rng.random_range(800..3_000))).await;
        frozen.retain(|(thaw, program)| {
            let still = *thaw > Instant::now();
            if !still {
                fleet.signal(program, "CONT");
            }
            still
        });
        if faults.amnesias == 0 && Instant::now() > amnesia_at {
            forget_the_bus(fleet);
            faults.amnesias += 1;
            provision(fleet, &mut frozen).await;
            continue;
        }
        match draw(&mut rng) {
            Fault::Kill => {
                let program = to_kill.draw(&mut rng);
                if fleet.signal(&program, "KILL") {
                    told(fleet, &format!("kill {program}"));
                    frozen.retain(|(_, other)| *other != program);
                    *faults.kills.entry(program).or_default() += 1;
                }
            }
            Fault::Freeze(time) => {
                let program = to_freeze.draw(&mut rng);
                if fleet.signal(&program, "STOP") {
                    told(fleet, &format!("freeze {program} for {} s", time.as_secs()));
                    frozen.push((Instant::now() + time, program));
                    faults.freezes += 1;
                }
            }
            Fault::Nothing => {}
        }
    }
    thaw(fleet, &mut frozen);
    faults
}

impl Faults {
    pub(super) fn killed(&self) -> u32 {
        self.kills.values().sum()
    }
}

/// Every program once, in random order, before any comes again.
struct Bag {
    all: Vec<String>,
    left: Vec<String>,
}

impl Bag {
    fn new(all: Vec<String>) -> Self {
        Self {
            all,
            left: Vec::new(),
        }
    }

    fn draw(&mut self, rng: &mut StdRng) -> String {
        if self.left.is_empty() {
            self.left = self.all.clone();
            self.left.shuffle(rng);
        }
        self.left.pop().expect("a fleet has programs")
    }
}

fn draw(rng: &mut StdRng) -> Fault {
    match rng.random_range(0..10) {
        0..6 => Fault::Kill,
        6..8 => Fault::Freeze(Duration::from_millis(rng.random_range(1_000..20_000))),
        _ => Fault::Nothing,
    }
}

/// Kills NATS and deletes everything it had stored, before it is started again.
pub(super) fn forget_the_bus(fleet: &Fleet) {
    let store = fleet.state().join("nats/jetstream");
    let lost = fleet.state().join("nats-lost");
    told(fleet, "kill nats and delete its store");
    fleet.signal("nats", "KILL");
    // At once: the supervisor starts the server again within a moment.
    fs::rename(&store, &lost).expect("no JetStream store to delete");
    remove(&lost);
}

/// Writes down what was done and when, for whoever reads the logs later.
pub(super) fn told(fleet: &Fleet, what: &str) {
    let file = fleet.state().join("nemesis.log");
    let line = format!("{} {what}\n", chrono::Utc::now().to_rfc3339());
    let log = fs::OpenOptions::new().create(true).append(true).open(file);
    log.and_then(|mut log| log.write_all(line.as_bytes()))
        .expect("no log of faults");
}

fn remove(dir: &Path) {
    fs::remove_dir_all(dir).expect("could not delete the JetStream store");
}

/// What an operator does then. The servers may still be on their way up.
async fn provision(fleet: &Fleet, frozen: &mut Vec<(Instant, String)>) {
    thaw(fleet, frozen);
    provisioned(fleet).await;
}

/// Makes streams and consumers that are missing.
pub(super) async fn provisioned(fleet: &Fleet) {
    let mut told = String::new();
    for _ in 0..60 {
        match tokio::task::block_in_place(|| fleet.provision()) {
            Ok(()) => return,
            Err(why) => told = why,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the streams could not be made again: {told}");
}

fn thaw(fleet: &Fleet, frozen: &mut Vec<(Instant, String)>) {
    for (_, program) in frozen.drain(..) {
        fleet.signal(&program, "CONT");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_schedule_and_every_program_comes_up() {
        let programs: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let drawn = |seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut bag = Bag::new(programs.clone());
            (0..6)
                .map(|_| (draw(&mut rng), bag.draw(&mut rng)))
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn(7), drawn(7));
        let mut first: Vec<String> = drawn(7).into_iter().take(3).map(|(_, name)| name).collect();
        first.sort();
        assert_eq!(first, programs);
    }
}
