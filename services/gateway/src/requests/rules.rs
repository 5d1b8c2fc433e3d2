//! When people must agree, as the tenant says it for all its workflows.

use super::{
    Correlation, Prefer,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes},
    edge::{Body, Problem, ProblemItem},
    read::{self, ApprovalRules},
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{ApprovalRulesRequested, MOST_RULES, TenantRule};
use utoipa_axum::routes;

/// Most people whom a rule names.
const MOST_APPROVERS: usize = 20;
/// Longest explanation, in characters.
const LONGEST_TEXT: usize = 10_000;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::in_tenant(Permission::Administer).fully(),
        routes!(set_approval_rules),
    )
}

/// Set when people must agree whatever a workflow says
///
/// For all runs that start from now on. Runs that have started keep the rules that they started under.
#[utoipa::path(put, path = "/api/v1/approval-rules", operation_id = "set_approval_rules", tag = "questions",
    request_body = ApprovalRules, params(("Prefer" = Option<String>, Header)),
    responses((status = 200, body = ApprovalRules), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_approval_rules(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wish): Body<ApprovalRules>,
) -> Result<Response, Problem> {
    let rules: Vec<TenantRule> = wish.rules.into_iter().map(TenantRule::from).collect();
    let places = rules.iter().enumerate();
    let mut found: Vec<ProblemItem> = places
        .flat_map(|(place, rule)| faults(place, rule))
        .collect();
    if rules.len() > MOST_RULES {
        let message = format!("a tenant has at most {MOST_RULES} rules");
        found.push(ProblemItem::new(
            "/rules",
            "approval_rules.too_many",
            message,
        ));
    }
    if !found.is_empty() {
        let title = "These rules cannot be held";
        return Err(Problem::refused("approval_rules.invalid", title).items(found));
    }
    let event = ApprovalRulesRequested {
        rules,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = async { read::approval_rules(&app, &access.tenant).await.map(Some) };
    let found = settled.resource(found).await?;
    Ok(reply(
        prefer,
        StatusCode::OK,
        "/api/v1/approval-rules",
        found,
    ))
}

fn faults(place: usize, rule: &TenantRule) -> Vec<ProblemItem> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: String| {
        let at = format!("/rules/{place}/{field}");
        faults.push(ProblemItem::new(at, "approval_rules.invalid", message));
    };
    if rule.effects.is_empty() {
        fault("effects", "say what the rule is about".to_owned());
    }
    for operation in &rule.operations {
        if !is_known(operation) {
            fault("operations", format!("there is no operation `{operation}`"));
        }
    }
    if let Some(Err(why)) = rule.when.as_deref().map(workflow::check_condition) {
        fault("when", why);
    }
    if rule
        .unless_sure
        .is_some_and(|sure| !(0.0..=1.0).contains(&sure))
    {
        fault("unless_sure", "it is from 0 to 1".to_owned());
    }
    if rule.approvers.len() > MOST_APPROVERS {
        fault(
            "approvers",
            format!("a rule names at most {MOST_APPROVERS} people"),
        );
    }
    if rule.text.chars().count() > LONGEST_TEXT {
        fault(
            "text",
            format!("it is longer than {LONGEST_TEXT} characters"),
        );
    }
    faults
}

/// Whether a node type asks for it.
fn is_known(operation: &str) -> bool {
    let kinds = workflow::kinds::all().iter();
    let mut operations = kinds.filter_map(|kind| kind.operation);
    operations.any(|o| format!("{}.{}", o.protocol, o.operation) == operation)
}
