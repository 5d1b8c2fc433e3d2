//! What an assistant wants looked up is asked for its person, and conversations have names.

use crate::world::Talking;
use events::{
    AnswerStarted, AssistantCallRequested, AssistantEffectFailed, ConversationRenameRequested,
    ConversationRenamed, ConversationStartRequested, EffectOrigin, HistorySearch,
    HistorySearchRequested, MessagePosted,
};
use ids::{ConversationId, MessageId, RunId, WorkflowId};
use serde_json::{Value, json};

fn call(talking: &Talking, run: RunId, arguments: &Value) -> AssistantCallRequested {
    AssistantCallRequested {
        origin: EffectOrigin {
            run_id: run,
            workflow_id: talking.assistant.unwrap(),
            node: "assistant".parse().unwrap(),
            effect_key: MessageId::generate().to_string(),
        },
        operation: "search_runs".to_owned(),
        arguments: arguments.clone(),
        actor: Some(talking.person),
    }
}

#[tokio::test]
async fn a_search_is_asked_for_the_person_whose_assistant_it_is_and_for_nobody_else() {
    let talking = Talking::ready().await;
    talking.post("What did you do last week?").await;
    let started = talking.next::<AnswerStarted>(0).await;
    let wanted = json!({ "since": "2026-03-30", "text": "coffee" });
    let own = call(&talking, started.run_id, &wanted);
    talking.publish(&own).await;
    let asked = talking.next::<HistorySearchRequested>(0).await;
    assert_eq!(asked.origin, own.origin);
    assert_eq!(asked.person, talking.person);
    assert_eq!(asked.answer, Some(started.message_id));
    let HistorySearch::Runs { text, within, .. } = asked.search else {
        panic!("runs were asked for");
    };
    assert_eq!(text.as_deref(), Some("coffee"));
    assert!(within.since.is_some());

    let mut others = call(&talking, started.run_id, &wanted);
    others.origin.workflow_id = WorkflowId::generate();
    talking.publish(&others).await;
    let refused = talking.next::<AssistantEffectFailed>(0).await.0;
    assert_eq!(refused.error.code, "assistant.not_theirs");
    let wrong = call(&talking, started.run_id, &json!({ "since": "yesterday" }));
    talking.publish(&wrong).await;
    let refused = talking.next::<AssistantEffectFailed>(1).await.0;
    assert_eq!(refused.effect_key, wrong.origin.effect_key);
    assert!(refused.error.message.contains("`since`"));
    assert_eq!(talking.all::<HistorySearchRequested>().len(), 1);
}

#[tokio::test]
async fn a_conversation_is_called_by_its_first_words_until_somebody_names_it() {
    let talking = Talking::start().await;
    let conversation_id = ConversationId::generate();
    let start = ConversationStartRequested {
        conversation_id,
        title: String::new(),
        before: Vec::new(),
        actor: talking.person,
    };
    talking.publish(&start).await;
    let post = |text: &str| MessagePosted {
        conversation_id,
        ..talking.message(text)
    };
    talking.publish(&post("Plan my week\nplease")).await;
    let named = talking.next::<ConversationRenamed>(0).await;
    assert_eq!(named.title, "Plan my week");
    talking.publish(&post("And the next")).await;
    let rename = ConversationRenameRequested {
        conversation_id,
        title: "Weeks".into(),
        actor: talking.person,
    };
    talking.publish(&rename).await;
    let named = talking.next::<ConversationRenamed>(1).await;
    assert_eq!(
        (named.conversation_id, named.title.as_str()),
        (conversation_id, "Weeks")
    );
    assert_eq!(talking.all::<ConversationRenamed>().len(), 2);
}
