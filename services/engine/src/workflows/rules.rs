//! When people must agree, as a tenant says it for all its workflows.

use super::Workflows;
use crate::store::rules;
use async_trait::async_trait;
use bus::Received;
use events::{ApprovalRulesChanged, ApprovalRulesRequested, MOST_RULES};
use store::{Apply, Failure, Tx};

#[async_trait]
impl Apply<ApprovalRulesRequested> for Workflows {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<ApprovalRulesRequested>,
    ) -> Result<(), Failure> {
        let ApprovalRulesRequested { rules, actor } = received.event.clone();
        // Whoever takes a wish from people refuses these; a run must never meet them.
        if rules.len() > MOST_RULES {
            return Err(Failure::Poison(format!("more than {MOST_RULES} rules")));
        }
        for when in rules.iter().filter_map(|rule| rule.when.as_deref()) {
            workflow::check_condition(when).map_err(Failure::Poison)?;
        }
        rules::set(tx.conn(), &received.envelope.tenant, &rules).await?;
        tx.emit(&ApprovalRulesChanged { rules, actor })?;
        Ok(())
    }
}
