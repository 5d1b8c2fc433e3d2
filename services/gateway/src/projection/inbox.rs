//! What comes in, and what runs tell people.

use super::{
    Change, Projection,
    runs::RunRow,
    store::{
        self,
        inbox::{self, Item},
    },
};
use ::store::{Apply, Failure, Tx};
use async_trait::async_trait;
use bus::{Envelope, Received};
use events::{EmailReceived, MessageReceived, NotificationRaised, Urgency};
use ids::InboxItemId;

/// How much of a text a list shows, in characters.
const PREVIEW: usize = 200;

/// The first words of a text on one line.
fn preview(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > PREVIEW * 4 {
            break;
        }
    }
    words.chars().take(PREVIEW).collect()
}

/// The item that an event makes: it has the event's id.
fn item_of(envelope: &Envelope) -> InboxItemId {
    InboxItemId::from_u128(envelope.id.as_u128())
}

#[async_trait]
impl Apply<EmailReceived> for Projection {
    async fn apply(&self, tx: &mut Tx, received: &Received<EmailReceived>) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let item = Item {
            id: item_of(envelope),
            tenant: &envelope.tenant,
            account: event.account_id,
            kind: "email",
            from_name: event.from.name.as_deref(),
            from_address: &event.from.address,
            subject: &event.subject,
            preview: preview(&event.text),
            body: &event.text,
            received_at: event.received_at,
        };
        inbox::received(tx.conn(), &item).await?;
        self.tell(tx, envelope, &[Change::inbox(item.account, item.id)])
            .await
    }
}

#[async_trait]
impl Apply<MessageReceived> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<MessageReceived>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        let item = Item {
            id: item_of(envelope),
            tenant: &envelope.tenant,
            account: event.account_id,
            kind: "message",
            from_name: None,
            from_address: &event.from,
            subject: "",
            preview: preview(&event.text),
            body: &event.text,
            received_at: event.sent_at,
        };
        inbox::received(tx.conn(), &item).await?;
        self.tell(tx, envelope, &[Change::inbox(item.account, item.id)])
            .await
    }
}

#[async_trait]
impl Apply<NotificationRaised> for Projection {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<NotificationRaised>,
    ) -> Result<(), Failure> {
        let (envelope, event) = (&received.envelope, &received.event);
        if !inbox::raised(tx.conn(), received).await? {
            return Ok(());
        }
        let mut changes = vec![Change::notification(
            event.workflow_id,
            event.notification_id,
        )];
        if event.urgency == Urgency::High {
            let urgent = RunRow {
                urgent: true,
                ..RunRow::new(event.run_id, envelope.tenant.clone(), event.workflow_id)
            };
            let items = store::runs::merge(tx.conn(), &[urgent]).await?;
            let known = items
                .iter()
                .filter_map(|item| Some((item.account?, item.item)));
            changes.extend(known.map(|(account, item)| Change::inbox(account, item)));
        }
        self.tell(tx, envelope, &changes).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_of_200_characters() {
        assert_eq!(preview("  Hello,\r\n\r\n  world "), "Hello, world");
        let long = "ü".repeat(300) + " end";
        assert_eq!(preview(&long), "ü".repeat(200));
        assert_eq!(preview(&"word ".repeat(500)).chars().count(), 200);
    }
}
