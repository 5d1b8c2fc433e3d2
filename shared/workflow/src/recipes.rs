//! Workflows made from a few words: a model says which recipe a wish is for and fills its slots; the document is ours.
//!
//! So a small model can make a workflow that runs, and whatever it says, what comes out is a valid document or a reason why there
//! is none.

mod build;
mod mail;
mod pages;
mod text;
mod time;

use crate::{Document, kinds::schema_of};
use ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::LazyLock;

/// What a person wants, in slots. Which of them count depends on the recipe; the others are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The kind of workflow.
    pub recipe: Recipe,
    /// What the workflow is called; left out, the recipe's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// Only mails whose sender contains this, such as `@bank.example`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub from: Option<String>,
    /// Only mails whose subject contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub subject: Option<String>,
    /// On which days it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
    /// The time of day, such as `07:30`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The time zone of that, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The address of a page or a web service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2_000))]
    pub url: Option<String>,
    /// What is pulled out of each mail, such as `amount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub field: Option<String>,
    /// People are asked when that is a number over this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<f64>,
    /// The address that a mail goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 320))]
    pub to: Option<String>,
    /// The account that sends; left out, the only one that there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// What is told, written or asked for, in the person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4_000))]
    pub text: Option<String>,
    /// What mails are sorted into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 60)))]
    pub categories: Vec<String>,
    /// Of these, the one that the person is told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// What follows `/hooks/` in the address of a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub path: Option<String>,
}

/// The kinds of workflows that can be made from slots.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recipe {
    /// Tells the person of each mail that comes. Slots: from, subject.
    NotifyOfMail,
    /// Sorts each mail and tells of one kind. Slots: categories, wanted; from, subject.
    SortMail,
    /// Pulls something out of each mail and tells it, or asks the person when it is too much. Slots: field; over, from, subject.
    ExtractFromMail,
    /// Sends each mail on. Slots: to; from, subject.
    ForwardMail,
    /// Writes an answer to each mail and sends it once the person agrees. Slots: text (how to answer); from, subject.
    AnswerMail,
    /// Hands each mail to a web service. Slots: url; from, subject.
    PostMail,
    /// Tells the person something at a time. Slots: text, every, at.
    Remind,
    /// Fetches a page at a time, and tells in short what it says. Slots: url, every, at; text (what to look for).
    ReadPage,
    /// Tells the person when a page has changed. Slots: url, every.
    WatchPage,
    /// Tells the person of each call of a webhook. Slots: path; text.
    NotifyOfCall,
    /// Sends a mail for each call of a webhook. Slots: path, to; text.
    MailOfCall,
    /// Hands each call of a webhook on to a web service. Slots: path, url.
    PassCallOn,
    /// None of these. Slots: text (what cannot be done, and why).
    None,
}

/// How often something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Hour,
    Day,
    Weekday,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
    /// The first day of each month.
    Month,
}

/// Why a wish is not made: what is wrong with which slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The slot.
    pub slot: String,
    /// What is wrong with it, or missing.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(slot: &str, message: impl Into<String>) -> Self {
        Self {
            slot: slot.to_owned(),
            message: message.into(),
        }
    }
}

/// The document of what a model filled in.
///
/// # Errors
/// Every slot that is missing or cannot be used; of a wish that no recipe is for, why.
pub fn document(slots: &Value) -> Result<Document, Vec<Fault>> {
    let wish: Wish = serde_path_to_error::deserialize(slots).map_err(|error| {
        let slot = error.path().to_string();
        vec![Fault::new(&slot, error.inner().to_string())]
    })?;
    build::build(&wish)
}

/// JSON Schema of the slots.
#[must_use]
pub fn schema() -> Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| schema_of::<Wish>().to_value());
    SCHEMA.clone()
}
