//! What a tenant demands of all its workflows before a node acts, on top of what the workflow says itself.

use crate::{decide::Step, key, request::AdapterRequest};
use events::{Json, TenantRule};
use expressions::{Expression, Given};
use ids::UserId;
use serde_json::{Value, json};
use workflow::{
    config::{ApprovalConfig, Undecided},
    plan::PlanNode,
};

impl Step<'_> {
    /// The rules under which people must agree to a request, of a workflow that is `confidence` sure (in thousandths).
    pub(crate) fn demanded(
        &self,
        node: &PlanNode,
        path: &[u32],
        request: &AdapterRequest,
        confidence: Option<u32>,
    ) -> Vec<TenantRule> {
        let rules = self.run.rules.iter();
        let about = rules.filter(|rule| is_about(rule, request) && !is_sure(rule, confidence));
        let seed = key::expression_seed(self.run.seed, &node.id, path);
        let given = Given {
            now_ms: self.given.now_ms,
            seed,
        };
        let mut context = None;
        about
            .filter(|rule| {
                rule.when.as_ref().is_none_or(|when| {
                    let context = context.get_or_insert_with(|| self.seen(request));
                    holds(when, context, &given)
                })
            })
            .cloned()
            .collect()
    }

    /// What a condition knows.
    fn seen(&self, request: &AdapterRequest) -> Value {
        let trigger = self.run.trigger();
        let payload = trigger.and_then(|trigger| self.output_of(&trigger.node));
        let mut about = payload.map(Json::value).unwrap_or_default();
        if let (Value::Object(fields), Some(trigger)) = (&mut about, trigger) {
            fields.insert("type".to_owned(), json!(trigger.kind.as_str()));
            fields.insert("event_id".to_owned(), json!(trigger.event_id));
        }
        json!({ "input": request.arguments().value(), "trigger": about })
    }
}

fn is_about(rule: &TenantRule, request: &AdapterRequest) -> bool {
    let operation = format!("{}.{}", request.protocol(), request.operation());
    let named = rule.operations.is_empty() || rule.operations.contains(&operation);
    named && rule.effects.contains(&request.reach())
}

fn is_sure(rule: &TenantRule, confidence: Option<u32>) -> bool {
    let both = rule.unless_sure.zip(confidence);
    // Thousandths are whole, and what people write as 0.57 is not quite that.
    both.is_some_and(|(wanted, given)| f64::from(given) + 1e-6 >= wanted * 1_000.0)
}

/// A condition that cannot be evaluated holds: what nobody can judge, people do.
fn holds(when: &str, context: &Value, given: &Given) -> bool {
    let condition = Expression::parse(when);
    condition
        .and_then(|condition| condition.eval_bool(context, given))
        .unwrap_or(true)
}

/// The stricter of both: what the workflow says, or else a plain question, under the rules of the tenant.
pub(crate) fn under(rules: Vec<TenantRule>, own: Option<ApprovalConfig>) -> ApprovalConfig {
    let mut approval = own.unwrap_or(ApprovalConfig {
        when: true,
        own: true,
        ..ApprovalConfig::default()
    });
    for rule in rules {
        approval.own &= rule.own;
        approval.approvers = narrowed(approval.approvers, &rule.approvers);
        if let Some(escalate) = &mut approval.escalate {
            escalate.to = narrowed(std::mem::take(&mut escalate.to), &rule.approvers);
        }
        if !rule.text.is_empty() {
            let apart = if approval.text.is_empty() { "" } else { "\n\n" };
            approval.text = format!("{}{apart}{}", approval.text, rule.text);
        }
    }
    // Nobody agrees by saying nothing.
    if let Some(deadline) = &mut approval.deadline
        && deadline.then == Undecided::Approve
    {
        deadline.then = Undecided::Reject;
    }
    approval
}

/// Those of `named` whom the rule names as well; the rule counts where they have nobody in common.
fn narrowed(named: Vec<UserId>, by_rule: &[UserId]) -> Vec<UserId> {
    if by_rule.is_empty() {
        return named;
    }
    let both: Vec<UserId> = named
        .into_iter()
        .filter(|who| by_rule.contains(who))
        .collect();
    match both.is_empty() {
        true => by_rule.to_vec(),
        false => both,
    }
}
