//! What lies in files is read, and is not the person's word.

use crate::{memory::call, texts, world::Talking};
use events::{AnswerCompleted, Artifact, ArtifactHash, AttachedFile, MessagePosted, RunRequested};
use serde_json::json;

fn file(text: Option<&str>) -> AttachedFile {
    AttachedFile {
        artifact: Artifact {
            hash: ArtifactHash::of_digest(&[7; 32]),
            size: 4,
            media_type: "text/plain".to_owned(),
            name: Some("list.txt".to_owned()),
        },
        text: text.map(str::to_owned),
        is_cut: false,
    }
}

#[tokio::test]
async fn a_file_is_read_with_its_message_and_again_later_and_counts_as_nobodys_word() {
    let talking = Talking::ready().await;
    let posted = MessagePosted {
        attachments: vec![file(Some("My sister Ann lives in Oslo."))],
        ..talking.message("What is in it?")
    };
    talking.publish(&posted).await;
    let run = talking.next::<RunRequested>(0).await;
    let read = "What is in it?\n\n--- attached: list.txt (text/plain, 4 bytes) ---\n\
                My sister Ann lives in Oslo.\n--- end of list.txt ---";
    assert_eq!(texts(&run), [read]);
    let payload = run.payload.value();
    assert_eq!(
        payload["files"],
        json!([{ "$artifact": posted.attachments[0].artifact }])
    );

    let fact = json!({ "fact": "My sister Ann lives in Oslo." });
    let kept = call(&talking, &run, "remember", fact).await.unwrap();
    assert_eq!(
        (&kept["state"], &kept["source"]),
        (&json!("proposed"), &json!("inferred"))
    );

    talking.reply(&run, "An address.").await;
    talking.next::<AnswerCompleted>(0).await;
    talking.post("Thanks").await;
    let run = talking.next::<RunRequested>(1).await;
    assert_eq!(texts(&run), [read, "An address.", "Thanks"]);
    assert_eq!(run.payload.value()["files"], json!([]));
}

#[tokio::test]
async fn a_file_alone_is_a_message_and_one_that_cannot_be_read_is_named() {
    let talking = Talking::ready().await;
    let posted = MessagePosted {
        attachments: vec![file(None)],
        ..talking.message("")
    };
    talking.publish(&posted).await;
    let run = talking.next::<RunRequested>(0).await;
    assert_eq!(
        texts(&run),
        ["--- attached: list.txt (text/plain, 4 bytes), which is no text and cannot be read ---"]
    );
}
