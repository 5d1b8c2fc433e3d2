//! Canaries: credentials of every kind are planted through the public API and used, rightly and wrongly; then everything that
//! the fleet wrote, sent or said is searched for them.

mod forms;
mod life;
mod outside;
mod planted;
mod search;

use crate::{Options, Statement};
use fleet_tests::{Fleet, Recorder};
use planted::Planted;
use search::Search;
use std::{fs, path::Path, time::Duration};
use testkit::OtlpSink;

/// Plants, uses and searches.
pub async fn prove(options: Options) -> Vec<Statement> {
    let traces = OtlpSink::start().await;
    let mut wanted = options.fleet();
    wanted.env.extend([
        ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), traces.endpoint()),
        ("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "200".to_owned()),
        ("LOG".to_owned(), "debug".to_owned()),
    ]);
    let planted = Planted::new();
    if options.has_bug("credential-in-environment") {
        wanted
            .env
            .push(("DEFAULT_TOKEN".to_owned(), planted.http.clone()));
    }
    let fleet = Fleet::start(&wanted);
    let recorder = Recorder::start(fleet.administrator_bus().await).await;
    let life = life::live(&fleet, planted).await;
    // Spans and log lines of the last step are on their way.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut statements = vec![life.statement()];
    let canaries = life.canaries();
    let mut stated = |id: &str, what: &str, (found, bytes): (Vec<String>, u64)| {
        let figure = format!(
            "{} canaries in {what}, {} KiB",
            canaries.len(),
            bytes / 1024
        );
        // A place without anything was not looked at.
        let empty = (bytes == 0).then(|| format!("{what}: nothing was there"));
        let found: Vec<String> = found.into_iter().chain(empty).collect();
        statements.push(Statement::of(id, figure, &found));
    };

    let mut search = Search::new(&canaries);
    search.look("the bus", recorder.text().as_bytes());
    stated("not-on-the-bus", "all messages", search.end());

    let mut search = Search::new(&canaries);
    let streams = search.look_below(&fleet.state().join("nats"), &|_| false);
    stated(
        "not-in-streams",
        "the stream store",
        ended(search, streams.map(|()| 0)),
    );

    let mut search = Search::new(&canaries);
    let tables = search.look_into_databases(&fleet).await;
    stated(
        "not-in-tables",
        "every table of every database",
        ended(search, tables),
    );

    let mut search = Search::new(&canaries);
    let files = search.look_below(&fleet.state().join("postgres"), &|_| false);
    stated(
        "not-in-database-files",
        "data files and write-ahead log",
        ended(search, files.map(|()| 0)),
    );

    let mut search = Search::new(&canaries);
    let own = |path: &Path| {
        ["secrets", "nats", "postgres"]
            .iter()
            .any(|name| path.ends_with(name))
    };
    let files = search.look_below(fleet.state(), &own);
    stated(
        "not-in-logs",
        "logs and other files",
        ended(search, files.map(|()| 0)),
    );

    let mut search = Search::new(&canaries);
    search.look("traces", traces.text().as_bytes());
    stated("not-in-traces", "all spans", search.end());

    let mut search = Search::new(&canaries);
    for (request, response) in life.responses() {
        search.look(&format!("the answer to {request}"), response.as_bytes());
    }
    stated("not-in-responses", "all answers of the API", search.end());

    let mut search = Search::new(&canaries);
    for program in fleet.programs() {
        let Some(pid) = fleet.pid(&program) else {
            continue;
        };
        for part in ["cmdline", "environ"] {
            let bytes = fs::read(format!("/proc/{pid}/{part}")).unwrap_or_default();
            search.look(&format!("the {part} of {program}"), &bytes);
        }
    }
    stated(
        "not-in-processes",
        "command lines and environments",
        search.end(),
    );
    statements
}

/// What was found; a place that could not be read counts as a find.
fn ended(search: Search, read: anyhow::Result<u64>) -> (Vec<String>, u64) {
    let (mut found, bytes) = search.end();
    found.extend(read.err().map(|error| format!("{error:#}")));
    (found, bytes)
}
