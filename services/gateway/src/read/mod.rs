//! Reads for people, from the read models only.
//!
//! A list shows what the person may view: SpiceDB's lookup proposes, its check decides. A single thing was checked by the
//! guard in front of its route, which asks [`guarded`] what must be viewable. What is behind a list's page is behind a
//! key, never a number, so a page stays the same while things are added in front of it.

mod accounts;
mod backtests;
mod blame;
mod conversations;
mod diff;
mod evaluations;
mod facts;
mod feedback;
pub(crate) mod filter;
mod guarded;
mod inbox;
mod invocations;
pub(crate) mod log;
mod models;
mod notifications;
mod prompts;
mod questions;
mod retention;
mod rules;
mod runs;
pub(crate) mod search;
mod status;
pub(crate) mod store;
mod triggers;
mod usage;
mod versions;
mod why;
mod workflows;

pub(crate) use accounts::account;
pub(crate) use backtests::{Backtest, backtest};
pub(crate) use blame::blamed;
pub(crate) use conversations::{conversation, message};
pub(crate) use evaluations::evaluation;
pub(crate) use facts::{fact, forgetting};
pub(crate) use feedback::feedback;
pub(crate) use guarded::guarded;
pub(crate) use invocations::origin;
pub(crate) use prompts::prompt;
pub(crate) use questions::{may_run, open_questions, question, say_whose};
pub(crate) use retention::retention;
pub(crate) use rules::approval_rules;
pub(crate) use runs::run;
pub(crate) use triggers::trigger;
pub(crate) use usage::usage;
pub(crate) use workflows::{Runnable, runnable, workflow};

pub(crate) use accounts::{Account, AccountStatus};
pub(crate) use conversations::{Conversation, Message, RecalledFact, Source};
pub(crate) use diff::{NodeTest, tested};
pub(crate) use evaluations::Evaluation;
pub(crate) use facts::{Fact, Forgetting};
pub(crate) use feedback::Feedback;
pub(crate) use inbox::{Address, CategoryCount, InboxItem};
pub(crate) use invocations::{Invocation, PassedModel};
pub(crate) use notifications::Notification;
pub(crate) use prompts::Prompt;
pub(crate) use questions::{Question, QuestionDeadline, Tainted};
pub(crate) use retention::Retention;
pub(crate) use rules::ApprovalRules;
pub(crate) use runs::{Run, RunTrigger};
pub(crate) use search::Found;
pub(crate) use triggers::{Trigger, TriggerReason};
pub(crate) use usage::Usage;
pub(crate) use workflows::{Workflow, WorkflowSummary, WorkflowVersion};

use crate::access::{Requires, Routes, Thing};
use utoipa_axum::routes;

/// JSON as it is stored.
pub(crate) type Raw = Box<serde_json::value::RawValue>;

/// The reading routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Requires::signed_in(), routes!(workflows::list_workflows))
        .add(
            Requires::view(Thing::Workflow),
            routes!(workflows::get_workflow),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(workflows::list_versions),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(workflows::get_version),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(versions::plan_version),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(versions::compare_versions),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(retention::get_workflow_retention),
        )
        .add(Requires::signed_in(), routes!(retention::get_retention))
        .add(Requires::signed_in(), routes!(rules::get_approval_rules))
        .add(Requires::signed_in(), routes!(runs::list_runs))
        .add(Requires::view(Thing::Run), routes!(runs::get_run))
        .add(Requires::signed_in(), routes!(questions::list_questions))
        .add(
            Requires::view(Thing::Question),
            routes!(questions::get_question),
        )
        .add(Requires::view(Thing::Run), routes!(diff::compare_runs))
        .add(
            Requires::view(Thing::Backtest),
            routes!(backtests::get_backtest),
        )
        .add(
            Requires::view(Thing::Workflow),
            routes!(usage::get_workflow_usage),
        )
        .add(Requires::signed_in(), routes!(triggers::list_triggers))
        .add(
            Requires::view(Thing::Trigger),
            routes!(why::explain_trigger),
        )
        .add(
            Requires::signed_in(),
            routes!(conversations::list_conversations),
        )
        .add(
            Requires::view(Thing::Conversation),
            routes!(conversations::get_conversation),
        )
        .add(
            Requires::view(Thing::Conversation),
            routes!(conversations::list_messages),
        )
        .add(Requires::signed_in(), routes!(facts::list_facts))
        .add(Requires::view(Thing::Fact), routes!(facts::get_fact))
        .add(
            Requires::view(Thing::Fact),
            routes!(facts::get_fact_history),
        )
        .add(Requires::view(Thing::Fact), routes!(facts::get_forgetting))
        .add(Requires::signed_in(), routes!(inbox::list_inbox))
        .add(
            Requires::view(Thing::InboxItem),
            routes!(inbox::get_inbox_item),
        )
        .add(
            Requires::view(Thing::InboxItem).scope(crate::access::Scope::Write),
            routes!(inbox::update_inbox_item),
        )
        .add(
            Requires::signed_in(),
            routes!(notifications::list_notifications),
        )
        .add(
            Requires::view(Thing::Notification).scope(crate::access::Scope::Write),
            routes!(notifications::update_notification),
        )
        .add(Requires::signed_in(), routes!(accounts::list_accounts))
        .add(
            Requires::view(Thing::Account),
            routes!(accounts::get_account),
        )
        .add(Requires::signed_in(), routes!(models::list_language_models))
        .add(Requires::signed_in(), routes!(prompts::list_prompts))
        .add(Requires::view(Thing::Prompt), routes!(prompts::get_prompt))
        .add(
            Requires::view(Thing::Prompt),
            routes!(prompts::get_prompt_version),
        )
        .add(
            Requires::view(Thing::Prompt),
            routes!(evaluations::list_prompt_evaluations),
        )
        .add(
            Requires::view(Thing::Prompt),
            routes!(feedback::list_prompt_cases),
        )
        .add(
            Requires::view(Thing::Invocation),
            routes!(feedback::list_feedback),
        )
        .add(
            Requires::signed_in(),
            routes!(invocations::list_invocations),
        )
        .add(
            Requires::view(Thing::Invocation),
            routes!(invocations::get_invocation),
        )
        .add(Requires::signed_in(), routes!(status::get_system_status))
}
