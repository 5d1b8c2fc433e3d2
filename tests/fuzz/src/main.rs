//! `fuzz`: new cases until the time is over, or one case again.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program"
)]

use clap::Parser;
use fuzz::{Target, Verdict, case};
use std::{
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

#[derive(Parser)]
struct Arguments {
    /// How long
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Only this target
    #[arg(long)]
    target: Option<Target>,
    /// Only this case of the target
    #[arg(long, requires = "target")]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let (Some(target), Some(seed)) = (arguments.target, arguments.seed) {
        let verdict = case(target, seed);
        println!("{target:?} {seed}: {verdict:?}");
        return told(verdict.is_ok());
    }
    let until = Instant::now() + Duration::from_secs_f64(arguments.minutes * 60.0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    // Cases that nobody has tried: the ordinary tests make those from 0 on.
    let mut seed = now.map_or(0, |now| now.as_secs()) << 20;
    let mut counts = [[0_u64; 2]; Target::ALL.len()];
    while Instant::now() < until {
        for (counts, target) in counts.iter_mut().zip(Target::ALL) {
            if arguments.target.is_some_and(|only| only != target) {
                continue;
            }
            match case(target, seed) {
                Ok(Verdict::Refused) => counts[0] += 1,
                Ok(Verdict::Ended) => counts[1] += 1,
                Err(why) => {
                    println!("{target:?} {seed}: {why}");
                    return told(false);
                }
            }
        }
        seed += 1;
    }
    for (counts, target) in counts.iter().zip(Target::ALL) {
        println!("{target:?}: {} refused, {} ended", counts[0], counts[1]);
    }
    ExitCode::SUCCESS
}

const fn told(good: bool) -> ExitCode {
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
