//! Where secrets are looked for, and what is found.

use super::forms::{Form, forms};
use anyhow::{Context, Result};
use fleet_tests::Fleet;
use memchr::memmem::Finder;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{fs, path::Path};

/// A planted secret.
pub(super) struct Canary {
    /// What it opens.
    pub(super) name: &'static str,
    pub(super) secret: String,
}

/// Looks for all forms of all canaries.
pub(super) struct Search {
    wanted: Vec<(&'static str, Form, Finder<'static>)>,
    looked_at: u64,
    found: Vec<String>,
}

impl Search {
    pub(super) fn new(canaries: &[Canary]) -> Self {
        let wanted = canaries.iter().flat_map(|canary| {
            let forms = forms(&canary.secret).into_iter();
            forms.map(|form| {
                let finder = Finder::new(&form.bytes).into_owned();
                (canary.name, form, finder)
            })
        });
        Self {
            wanted: wanted.collect(),
            looked_at: 0,
            found: Vec::new(),
        }
    }

    /// Looks into bytes from `place`.
    pub(super) fn look(&mut self, place: &str, bytes: &[u8]) {
        self.looked_at += bytes.len() as u64;
        for (name, form, finder) in &self.wanted {
            if let Some(at) = finder.find(bytes) {
                self.found.push(format!(
                    "{name} lies in {place} at byte {at}, {}",
                    form.name
                ));
            }
        }
    }

    /// Looks into every file below a directory, but for those that `skip` names.
    pub(super) fn look_below(&mut self, dir: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<()> {
        let entries =
            fs::read_dir(dir).with_context(|| format!("could not read {}", dir.display()))?;
        for entry in entries {
            let path = entry?.path();
            if skip(&path) {
                continue;
            }
            if path.is_dir() {
                self.look_below(&path, skip)?;
            } else if let Ok(bytes) = fs::read(&path) {
                self.look(&path.display().to_string(), &bytes);
            }
        }
        Ok(())
    }

    /// Looks into every row of every table of every database, as the superuser sees them.
    pub(super) async fn look_into_databases(&mut self, fleet: &Fleet) -> Result<u64> {
        let mut server = PgConnection::connect(&fleet.database_url("postgres")).await?;
        let names: Vec<String> =
            sqlx::query_scalar("SELECT datname FROM pg_database WHERE NOT datistemplate")
                .fetch_all(&mut server)
                .await?;
        let mut tables = 0;
        for database in names {
            let mut conn = PgConnection::connect(&fleet.database_url(&database)).await?;
            let all: Vec<(String, String)> = sqlx::query_as(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
            )
            .fetch_all(&mut conn)
            .await?;
            for (schema, table) in all {
                let statement = format!("SELECT t::text FROM \"{schema}\".\"{table}\" AS t");
                let rows: Vec<Option<String>> = sqlx::query_scalar(AssertSqlSafe(statement))
                    .fetch_all(&mut conn)
                    .await?;
                let rows: Vec<String> = rows.into_iter().flatten().collect();
                self.look(
                    &format!("table {database}.{schema}.{table}"),
                    rows.join("\n").as_bytes(),
                );
                tables += 1;
            }
        }
        Ok(tables)
    }

    /// What was found, and how many bytes were looked at.
    pub(super) fn end(self) -> (Vec<String>, u64) {
        (self.found, self.looked_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_leak_is_found_and_named() {
        let canary = Canary {
            name: "password",
            secret: "hunter2-hunter2".to_owned(),
        };
        let mut search = Search::new(&[canary]);
        search.look("a log", b"nothing here");
        search.look("a log", b"login failed: hunter2-hunter2");
        let (found, looked_at) = search.end();
        assert_eq!(found, ["password lies in a log at byte 14, plain"]);
        assert_eq!(looked_at, 41);
    }
}
