//! Accounts: connected, refused, healthy or not, gone.

use super::{
    Change, Projection,
    store::{
        accounts::{self, Report},
        history,
    },
};
use crate::requests::Outcome;
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::{Envelope, Received};
use events::{
    AccountConnected, AccountDegraded, AccountHealthy, AccountReauthNeeded, AccountRejected,
    AccountRemoved, WorkflowProblem,
};

impl Projection {
    async fn report(
        &self,
        tx: &mut Tx,
        envelope: &Envelope,
        report: &Report<'_>,
    ) -> Result<(), Failure> {
        let how = (report.state, report.code, report.reason);
        history::account(
            tx.conn(),
            &envelope.tenant,
            report.account,
            how,
            report.since,
        )
        .await?;
        if accounts::reported(tx.conn(), envelope, report).await? {
            self.tell(tx, envelope, &[Change::account(report.account)])
                .await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Apply<AccountConnected> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountConnected>,
    ) -> Result<(), Failure> {
        let envelope = &received.envelope;
        accounts::connected(tx.conn(), received).await?;
        self.tell(tx, envelope, &[Change::account(received.event.account_id)])
            .await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}

#[async_trait]
impl Apply<AccountRejected> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountRejected>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let problem = WorkflowProblem {
            severity: "error".to_owned(),
            code: event.code.clone(),
            message: event.message.clone(),
            pointer: format!("/settings{}", event.pointer.as_deref().unwrap_or_default()),
            node: None,
            port: None,
            hint: None,
        };
        let outcome = Outcome::Rejected {
            code: event.code.clone(),
            message: event.message.clone(),
            problems: vec![problem],
        };
        self.settle(tx, &received.envelope, outcome).await
    }
}

#[async_trait]
impl Apply<AccountHealthy> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<AccountHealthy>) -> Result<(), Failure> {
        let event = &received.event;
        let report = Report {
            account: event.account_id,
            adapter: &event.adapter,
            state: "healthy",
            code: None,
            reason: None,
            since: event.since,
        };
        self.report(tx, &received.envelope, &report).await
    }
}

#[async_trait]
impl Apply<AccountDegraded> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountDegraded>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let report = Report {
            account: event.account_id,
            adapter: &event.adapter,
            state: "degraded",
            code: Some(&event.code),
            reason: Some(&event.reason),
            since: event.since,
        };
        self.report(tx, &received.envelope, &report).await
    }
}

#[async_trait]
impl Apply<AccountReauthNeeded> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountReauthNeeded>,
    ) -> Result<(), Failure> {
        let event = &received.event;
        let report = Report {
            account: event.account_id,
            adapter: &event.adapter,
            state: "reauth_needed",
            code: None,
            reason: Some(&event.reason),
            since: event.since,
        };
        self.report(tx, &received.envelope, &report).await
    }
}

#[async_trait]
impl Apply<AccountRemoved> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<AccountRemoved>) -> Result<(), Failure> {
        let envelope = &received.envelope;
        accounts::removed(tx.conn(), received).await?;
        self.tell(tx, envelope, &[Change::account(received.event.account_id)])
            .await?;
        self.settle(tx, envelope, Outcome::Done).await
    }
}
