//! `cargo xtask test`: one build, then the test programs suite by suite, with the servers they need, and one sum at the end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::build::{self, Built, cargo};
use crate::fleet::has_web;
use crate::infra::test::{Environment, TestServers};
use crate::npm;
use crate::paths::Paths;
use crate::web_test;

/// Crates whose integration tests are about what connects services.
const BUS: [&str; 5] = ["bus", "authz", "chassis", "testkit", "provisioner"];

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// What stands beside the code: needs no server
    Unit,
    /// Each service and its database
    Store,
    /// What connects services: NATS, SpiceDB, permissions
    Bus,
    /// The whole fleet, started for it
    Fleet,
    /// The web UI: units, then pages in a real browser
    Web,
}

/// Tests that passed, failed and were left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Sum {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs these suites, all when none is named. Errors: a test failed, after all of them have run.
pub(crate) fn test(
    paths: &Paths,
    suites: &[Suite],
    with_model: bool,
    filter: &[String],
) -> Result<()> {
    let suites = if suites.is_empty() {
        Suite::value_variants()
    } else {
        suites
    };
    let servers = TestServers::of(paths);
    let were_up = servers.are_up();
    let built = build::build(paths, &["--workspace", "--bins", "--tests"])?;
    let bin = build::place(&built, &paths.local.join("test/bin"))?;
    let mut environment = servers.up()?;
    environment.push(("ST_TEST_BIN", bin.display().to_string()));
    environment.push(("ST_TEST_XTASK", bin.join("xtask").display().to_string()));
    if with_model {
        environment.push(("ST_TEST_WITH_MODEL", "1".to_owned()));
    }
    let ran = run(paths, suites, &built, &environment, filter);
    if !were_up {
        servers.down()?;
    }
    let sum = ran?;
    println!(
        "\n{} passed, {} failed, {} skipped",
        sum.passed, sum.failed, sum.skipped
    );
    if sum.failed > 0 {
        bail!("{} tests failed", sum.failed);
    }
    Ok(())
}

fn run(
    paths: &Paths,
    suites: &[Suite],
    built: &[Built],
    env: &Environment,
    filter: &[String],
) -> Result<Sum> {
    let mut sum = Sum::default();
    for suite in suites {
        println!("\n── {} ──", format!("{suite:?}").to_lowercase());
        if *suite == Suite::Store {
            let provider = paths.root.join("services/gateway/tests/oidc");
            npm::install(&provider, "the OpenID provider of the tests")?;
        }
        for program in built
            .iter()
            .filter(|built| built.is_test && suite_of(built) == *suite)
        {
            println!("\n{} {}", program.package, program.target);
            let mut command = Command::new(&program.path);
            command
                .current_dir(&program.home)
                .envs(env.iter().cloned())
                .args(filter);
            sum.add(counted(&mut command)?);
        }
        match suite {
            Suite::Unit if filter.is_empty() => {
                let mut docs = cargo(paths)?;
                sum.add(counted(docs.args([
                    "test",
                    "--quiet",
                    "--workspace",
                    "--doc",
                ]))?);
            }
            Suite::Web if has_web(paths) => sum.add(web_test::run(paths, env)?),
            Suite::Unit | Suite::Store | Suite::Bus | Suite::Fleet | Suite::Web => {}
        }
    }
    Ok(sum)
}

/// Where the tests of a program belong.
fn suite_of(built: &Built) -> Suite {
    match built.package.as_str() {
        "fleet-tests" | "prove" => Suite::Fleet,
        _ if built.kind != "test" => Suite::Unit,
        package if BUS.contains(&package) => Suite::Bus,
        _ => Suite::Store,
    }
}

/// What a Rust test says that cannot run on this machine, and for its runner has passed.
const LEFT_OUT: &str = "test skipped: ";

/// Runs one test program, its output on the terminal, and counts what it says of itself. One that fails without having
/// counted a failure counts as one.
pub(crate) fn counted(command: &mut Command) -> Result<Sum> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child =
        child.with_context(|| format!("could not start {:?}", command.get_program()))?;
    let (mut sum, mut left_out) = (Sum::default(), 0);
    let output = child.stdout.take().context("the output was not piped")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        sum.add(count(&line));
        left_out += u64::from(line.starts_with(LEFT_OUT));
    }
    sum.passed = sum.passed.saturating_sub(left_out);
    sum.skipped += left_out;
    let status = child.wait()?;
    if !status.success() && sum.failed == 0 {
        println!("{:?}: {status}", command.get_program());
        sum.failed = 1;
    }
    Ok(sum)
}

/// What one line of a test runner's output counts: Rust's, Vitest's, Playwright's.
fn count(line: &str) -> Sum {
    let line = plain(line);
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("test result: ") {
        let number = |word| before(rest, word);
        return Sum {
            passed: number("passed"),
            failed: number("failed"),
            skipped: number("ignored"),
        };
    }
    if let Some(rest) = line.strip_prefix("Tests ") {
        let number = |word| before(rest, word);
        return Sum {
            passed: number("passed"),
            failed: number("failed"),
            skipped: number("skipped"),
        };
    }
    // Playwright closes with lines of their own: "  12 passed (8.1s)", "  1 failed", "  2 skipped".
    let mut words = line.split_whitespace();
    let number = words.next().and_then(|word| word.parse::<u64>().ok());
    match (number, words.next(), words.next()) {
        (Some(passed), Some("passed"), Some(time)) if time.starts_with('(') => Sum {
            passed,
            ..Sum::default()
        },
        (Some(failed), Some("failed"), None) => Sum {
            failed,
            ..Sum::default()
        },
        (Some(skipped), Some("skipped"), None) => Sum {
            skipped,
            ..Sum::default()
        },
        _ => Sum::default(),
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .find_map(|pair| (pair.last() == Some(&word)).then(|| pair.first()?.parse().ok())?)
        .unwrap_or(0)
}

/// Without terminal colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut coloured = false;
    for character in line.chars() {
        match character {
            '\u{1b}' => coloured = true,
            'm' if coloured => coloured = false,
            _ if coloured => {}
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(passed: u64, failed: u64, skipped: u64) -> Sum {
        Sum {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn each_runners_closing_line_is_counted() {
        let rust = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.1s";
        assert_eq!(count(rust), sum(12, 1, 2));
        assert_eq!(
            count(
                "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m41 passed\u{1b}[39m\u{1b}[22m (41)"
            ),
            sum(41, 0, 0)
        );
        assert_eq!(
            count("      Tests  1 failed | 40 passed (41)"),
            sum(40, 1, 0)
        );
        assert_eq!(count("  12 passed (8.1s)"), sum(12, 0, 0));
        assert_eq!(count("  1 failed"), sum(0, 1, 0));
        assert_eq!(count("test late_result_is_rejected ... ok"), sum(0, 0, 0));
    }
}
