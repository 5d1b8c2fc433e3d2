//! Why a transform gave no value.

use crate::limits;
use std::borrow::Cow;

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A parameter is not of its shape.
    Config,
    /// A value cannot be worked with.
    Value,
    /// An expression could not be evaluated.
    Expression,
    /// A bound of [`crate::limits`] or of expressions was reached.
    Limit,
    /// So was a bound of time.
    Late,
}

/// A refused or failed transform: what, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Whose fault, in effect.
    pub class: Class,
    /// Stable, such as `transform.bad_csv`.
    pub code: &'static str,
    /// What went wrong and where, in one sentence without a full stop.
    pub message: String,
    /// What a person can do about it.
    pub hint: Cow<'static, str>,
    /// JSON pointer of the parameter for `Class::Config`; else empty.
    pub pointer: String,
}

impl Error {
    pub(crate) fn config(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class: Class::Config,
            code: "node.config_invalid",
            message: message.into(),
            hint: Cow::Borrowed(""),
            pointer: pointer.into(),
        }
    }

    pub(crate) fn value(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            class: Class::Value,
            code,
            message: message.into(),
            hint: hint.into(),
            pointer: String::new(),
        }
    }

    pub(crate) fn limit(
        code: &'static str,
        message: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        Self {
            class: Class::Limit,
            ..Self::value(code, message, hint)
        }
    }

    /// An expression that failed, at an item where it is about one.
    pub(crate) fn expression(cause: &expressions::Error, item: Option<usize>) -> Self {
        let class = match cause.kind {
            expressions::Kind::Limit => Class::Limit,
            expressions::Kind::Late => Class::Late,
            expressions::Kind::Parse | expressions::Kind::Evaluation | expressions::Kind::Type => {
                Class::Expression
            }
        };
        let place = item.map_or_else(String::new, |item| format!("item {item}: "));
        Self {
            class,
            ..Self::value(
                "expression.failed",
                format!("{place}{cause}"),
                cause.hint.clone(),
            )
        }
    }

    /// The same, said of an item.
    pub(crate) fn at(self, item: usize) -> Self {
        let message = format!("item {item}: {}", self.message);
        Self { message, ..self }
    }

    /// The same, said of one of two lists.
    pub(crate) fn of(self, port: &str) -> Self {
        let message = format!("`{port}`: {}", self.message);
        Self { message, ..self }
    }

    pub(crate) fn too_many_items(what: &str) -> Self {
        let most = limits::ITEMS;
        let message = format!("{what} has more than {most} items");
        Self::limit(
            "transform.too_many_items",
            message,
            "split the list over several runs",
        )
    }

    pub(crate) fn too_large(what: &str, most: usize) -> Self {
        let message = format!("{what} is larger than {} KiB", most / 1024);
        Self::limit(
            "transform.too_large",
            message,
            "pass on only what is needed",
        )
    }
}
