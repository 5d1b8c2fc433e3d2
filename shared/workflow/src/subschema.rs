//! Whether every value of one JSON Schema is a value of another: what makes an edge valid.
//!
//! Sound: [`Verdict::Proven`] is only said when no value can slip through. Understood are `type`, `enum`, `const`, bounds
//! of numbers, lengths, items and properties, `required`, `additionalProperties`, `items`, `prefixItems`, `anyOf`,
//! `oneOf`, `allOf` and local `$ref`. What is not understood (`pattern`, `not`, `if`, …) is never a proof, and never a
//! refutation.
//!
//! A schema is first read as a list of [`atoms::Atom`]s, each of one JSON type, whose union holds every value of the
//! schema. On the left side that is enough. On the right side an atom counts only when it holds nothing else.

mod atoms;
mod compare;

use atoms::{Budget, Conjunction};
use serde_json::Value;

/// What could be found out about an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every value passes.
    Proven,
    /// Nothing speaks against it, but nothing proves it.
    Unknown(Finding),
    /// Some value does not pass.
    Refuted(Finding),
}

/// Where two schemas part, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the value, such as `from.address` or `[]`; empty for the whole value.
    pub path: String,
    /// What is so there.
    pub reason: String,
}

/// Whether every value of `sub` is a value of `sup`.
#[must_use]
pub fn check(sub: &Value, sup: &Value) -> Verdict {
    let budget = Budget::new();
    compare::compare(&Conjunction::of(sub), &Conjunction::of(sup), 0, &budget)
}

/// Whether a schema allows every value because it says nothing.
pub(crate) fn is_any(schema: &Value) -> bool {
    match schema {
        Value::Bool(all) => *all,
        Value::Object(map) => map.keys().all(|key| atoms::is_annotation(key)),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}

impl Verdict {
    fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown(Finding {
            path: String::new(),
            reason: reason.into(),
        })
    }

    fn refuted(reason: impl Into<String>) -> Self {
        Self::Refuted(Finding {
            path: String::new(),
            reason: reason.into(),
        })
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Proven => 0,
            Self::Unknown(_) => 1,
            Self::Refuted(_) => 2,
        }
    }

    /// Both must hold: the worse of the two, the first of equals.
    fn and(self, other: Self) -> Self {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    /// One must hold: the better of the two. That neither does refutes nothing, for together they may.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Proven, _) | (_, Self::Proven) => Self::Proven,
            (Self::Unknown(finding) | Self::Refuted(finding), _) => Self::Unknown(finding),
        }
    }

    fn weakened(self) -> Self {
        match self {
            Self::Refuted(finding) => Self::Unknown(finding),
            Self::Proven | Self::Unknown(_) => self,
        }
    }

    fn at(self, step: &str) -> Self {
        let within = |mut finding: Finding| {
            let dot = if finding.path.is_empty() || finding.path.starts_with('[') {
                ""
            } else {
                "."
            };
            finding.path = format!("{step}{dot}{}", finding.path);
            finding
        };
        match self {
            Self::Proven => Self::Proven,
            Self::Unknown(finding) => Self::Unknown(within(finding)),
            Self::Refuted(finding) => Self::Refuted(within(finding)),
        }
    }
}

#[cfg(test)]
mod tests;
