//! A conversation is a tree: an answer rests on its own branch.

use crate::{texts, world::Talking};
use events::{AnswerStarted, MessagePosted, Place, RunRequested};
use ids::MessageId;

impl Talking {
    /// A message behind another one, wherever that stands.
    async fn post_behind(&self, after: Option<MessageId>, text: &str) -> MessageId {
        let posted = MessagePosted {
            place: Some(Place { after }),
            ..self.message(text)
        };
        self.publish(&posted).await;
        posted.message_id
    }

    async fn answered(&self, n: usize, text: &str) -> RunRequested {
        let run = self.next::<RunRequested>(n).await;
        self.reply(&run, text).await;
        self.next::<events::AnswerCompleted>(n).await;
        run
    }
}

#[tokio::test]
async fn an_answer_rests_on_its_own_branch_and_on_no_other() {
    let talking = Talking::ready().await;
    let first = talking.post("Where is it warm?").await;
    talking.answered(0, "In Rome.").await;
    let second = talking.post("And cheap?").await;
    talking.answered(1, "In Naples.").await;

    // The second message is written anew, then the first one.
    let other = talking.post_behind(Some(first), "And quiet?").await;
    let run = talking.answered(2, "In Assisi.").await;
    assert_eq!(texts(&run), ["Where is it warm?", "In Rome.", "And quiet?"]);
    talking.post_behind(None, "Where is it cold?").await;
    let run = talking.answered(3, "In Oslo.").await;
    assert_eq!(texts(&run), ["Where is it cold?"]);

    // The old branch goes on as it was.
    talking.post_behind(Some(second), "Thanks").await;
    let run = talking.answered(4, "!").await;
    let branch = [
        "Where is it warm?",
        "In Rome.",
        "And cheap?",
        "In Naples.",
        "Thanks",
    ];
    assert_eq!(texts(&run), branch);
    assert_eq!(talking.next::<AnswerStarted>(2).await.answers, other);
}

#[tokio::test]
async fn a_message_waits_for_the_one_that_it_follows() {
    let talking = Talking::ready().await;
    let late = talking.message("first");
    let behind = talking.post_behind(Some(late.message_id), "second").await;
    talking.publish(&late).await;
    talking.answered(0, "1").await;
    let run = talking.answered(1, "2").await;
    assert_eq!(texts(&run), ["first", "1", "second"]);
    assert_eq!(talking.next::<AnswerStarted>(1).await.answers, behind);
}
