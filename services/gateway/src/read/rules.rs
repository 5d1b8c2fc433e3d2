//! When people must agree, as the tenant says it for all its workflows.

use super::store::rules as rows;
use crate::{
    App,
    access::Access,
    edge::{Id, Problem},
};
use axum::{Json, extract::State};
use events::{Reach, TenantRule};
use ids::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When people must agree to what any workflow is about to do, on top of what it says itself.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalRules {
    /// Every rule that is about what a node is about to do counts.
    #[schema(max_items = 20)]
    pub rules: Vec<TenantApprovalRule>,
}

/// One rule for all workflows of the tenant. A workflow can ask for more, never for less.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantApprovalRule {
    /// About nodes that may do this outside.
    #[schema(min_items = 1)]
    pub effects: Vec<RuleEffect>,
    /// About these operations alone, such as http.request; none: about all.
    #[serde(default)]
    pub operations: Vec<String>,
    /// One expression that gives a boolean: `input` is what is about to be sent, `trigger` what started the run. Left out:
    /// always. One that cannot be evaluated counts as true.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub when: Option<String>,
    /// Nobody is asked when the workflow says that it is at least so sure. Left out: however sure it is.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    pub unless_sure: Option<f64>,
    /// Who may decide; none: those whom the workflow names, or else everybody who may run it.
    #[serde(default)]
    #[schema(value_type = Vec<Id>, max_items = 20)]
    pub approvers: Vec<UserId>,
    /// Whether the person who started the run may decide.
    #[serde(default = "yes")]
    pub own: bool,
    /// What should be known before deciding.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub text: String,
}

/// What a node may do outside.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleEffect {
    /// Nothing changes.
    Read,
    /// Something changes, and could be changed back.
    Write,
    /// What has happened cannot be taken back.
    Irreversible,
}

const fn yes() -> bool {
    true
}

impl From<TenantApprovalRule> for TenantRule {
    fn from(rule: TenantApprovalRule) -> Self {
        let effects = rule.effects.into_iter().map(|effect| match effect {
            RuleEffect::Read => Reach::Read,
            RuleEffect::Write => Reach::Write,
            RuleEffect::Irreversible => Reach::Irreversible,
        });
        Self {
            effects: effects.collect(),
            operations: rule.operations,
            when: rule.when,
            unless_sure: rule.unless_sure,
            approvers: rule.approvers,
            own: rule.own,
            text: rule.text,
        }
    }
}

impl From<TenantRule> for TenantApprovalRule {
    fn from(rule: TenantRule) -> Self {
        let effects = rule.effects.into_iter().map(|reach| match reach {
            Reach::Read => RuleEffect::Read,
            Reach::Write => RuleEffect::Write,
            Reach::Irreversible => RuleEffect::Irreversible,
        });
        Self {
            effects: effects.collect(),
            operations: rule.operations,
            when: rule.when,
            unless_sure: rule.unless_sure,
            approvers: rule.approvers,
            own: rule.own,
            text: rule.text,
        }
    }
}

/// The rules of a tenant; none when it has said nothing.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn approval_rules(
    app: &App,
    tenant: &TenantId,
) -> Result<ApprovalRules, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let rules = rows::all(&mut tx).await?.into_iter();
    Ok(ApprovalRules {
        rules: rules.map(TenantApprovalRule::from).collect(),
    })
}

/// When people must agree whatever a workflow says
#[utoipa::path(
    get, path = "/api/v1/approval-rules", operation_id = "get_approval_rules", tag = "questions",
    responses((status = 200, body = ApprovalRules),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_approval_rules(
    access: Access,
    State(app): State<App>,
) -> Result<Json<ApprovalRules>, Problem> {
    Ok(Json(approval_rules(&app, &access.tenant).await?))
}
