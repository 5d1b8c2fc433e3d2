//! What a proof says in the end.

use serde::Serialize;
use std::fmt::{self, Display};

/// One checked statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What is stated, such as `I1-accepted-has-one-run`.
    pub id: String,
    pub ok: bool,
    /// How much was looked at.
    pub figure: String,
    /// The first thing that contradicts it, and how many do.
    pub witness: Option<String>,
}

impl Statement {
    /// Holds when nothing was found that contradicts it.
    pub fn of<W: Display>(id: &str, figure: impl Into<String>, found: &[W]) -> Self {
        let witness = found.first().map(|first| match found.len() {
            1 => first.to_string(),
            more => format!("{first} (and {} more)", more - 1),
        });
        Self {
            id: id.to_owned(),
            ok: found.is_empty(),
            figure: figure.into(),
            witness,
        }
    }

    /// Fails for one reason.
    pub fn fails(id: &str, witness: impl Display) -> Self {
        Self::of(id, String::new(), &[witness])
    }
}

/// A line of the table.
impl Display for Statement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.ok { "ok" } else { "FAIL" };
        write!(out, "{verdict:<5} {:<36} {}", self.id, self.figure)?;
        match &self.witness {
            Some(witness) => write!(out, "\n      {witness}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_contradiction_is_the_witness() {
        let none: [&str; 0] = [];
        assert!(Statement::of("a", "7 runs", &none).ok);
        let failed = Statement::of("a", "7 runs", &["run 1", "run 2", "run 3"]);
        assert_eq!(failed.witness.as_deref(), Some("run 1 (and 2 more)"));
        assert!(!failed.ok);
    }
}
