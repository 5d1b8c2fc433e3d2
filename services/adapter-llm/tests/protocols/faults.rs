//! Why there is no answer.

use crate::world::{PROTOCOLS, World, followed, of_shape, says};
use events::{AccountReauthNeeded, ErrorClass};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{ModelOptions, Script};

#[tokio::test]
async fn each_fault_has_its_class_in_every_protocol() {
    let world = World::start().await;
    let refused = |status| Script::Refused { status };
    let hour = Script::RateLimited {
        retry_after_seconds: 3_600,
    };
    for protocol in PROTOCOLS {
        for (script, class, code) in [
            (refused(401), ErrorClass::Auth, "llm.key_refused"),
            (refused(402), ErrorClass::Limit, "llm.unpaid"),
            (hour.clone(), ErrorClass::RateLimit, "llm.rate_limited"),
            (Script::TooLong, ErrorClass::Limit, "llm.question_too_long"),
            (refused(404), ErrorClass::Rejected, "llm.not_found"),
            (refused(409), ErrorClass::Rejected, "llm.refused"),
            (
                Script::Late { after_ms: 3_000 },
                ErrorClass::Timeout,
                "llm.timeout",
            ),
        ] {
            let before = world.model(protocol).requests().len();
            let answer = world.ask_after(script, code, says(protocol, "Hello")).await;
            let error = answer.unwrap_err();
            assert_eq!(
                (error.class, error.code.as_str()),
                (class, code),
                "{protocol}"
            );
            assert!(error.hint.is_some_and(|hint| !hint.is_empty()), "{code}");
            let asked = world.model(protocol).requests().len() - before;
            assert_eq!(asked, 1, "{code} of {protocol} does not pass");
            if class == ErrorClass::RateLimit {
                assert_eq!(error.retry_after_ms, Some(3_600_000));
            }
        }
    }
}

#[tokio::test]
async fn what_passes_is_asked_again_in_every_protocol() {
    let world = World::start().await;
    for protocol in PROTOCOLS {
        world
            .model(protocol)
            .then(Script::RateLimited {
                retry_after_seconds: 1,
            })
            .then(Script::Refused { status: 529 })
            .then(Script::Dropped);
        let since = Instant::now();
        let answer = world.ask("passes", says(protocol, "Hello")).await;
        assert_eq!(
            answer.unwrap(),
            json!({ "text": "You wrote: Hello" }),
            "{protocol}"
        );
        assert!(
            since.elapsed() >= Duration::from_secs(1),
            "as it was asked to"
        );
        assert_eq!(world.model(protocol).requests().len(), 4);
        for _ in 0..4 {
            world.model(protocol).then(Script::Refused { status: 500 });
        }
        let error = world
            .ask("fails", says(protocol, "Hello"))
            .await
            .unwrap_err();
        let expected = (ErrorClass::Unavailable, "llm.unavailable");
        assert_eq!((error.class, error.code.as_str()), expected, "{protocol}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_what_was_told_in_every_protocol() {
    let world = World::start().await;
    for protocol in PROTOCOLS {
        let fails = Script::Fails {
            message: "it is all too much for sk-test".into(),
        };
        // Ollama has no names for its errors.
        let failed = if protocol == "ollama" {
            "llm.interrupted"
        } else {
            "llm.unavailable"
        };
        for (name, script, code) in [
            ("dropped", Script::Dropped, "llm.interrupted"),
            ("ended", Script::Ended, "llm.interrupted"),
            ("failed", fails, failed),
        ] {
            let call = followed(says(protocol, "Hello"));
            let message = call.told.unwrap().message_id;
            let error = world.ask_after(script, name, call).await.unwrap_err();
            assert_eq!(error.code, code, "{name} in {protocol}: {}", error.message);
            assert_eq!(error.message.contains("too much"), name == "failed");
            assert!(!error.message.contains("sk-test"), "{}", error.message);
            assert_eq!(world.told(message).0, "You ", "{name} in {protocol}");
        }
    }
}

#[tokio::test]
async fn a_model_that_declines_is_not_asked_again() {
    let world = World::start().await;
    for protocol in ["openai", "anthropic"] {
        for (name, call) in [
            ("whole", says(protocol, "Hello")),
            ("streamed", followed(says(protocol, "Hello"))),
            ("shape", of_shape(protocol, json!({ "type": "object" }))),
        ] {
            let before = world.model(protocol).requests().len();
            let answer = world.ask_after(Script::Declined, name, call).await;
            let error = answer.unwrap_err();
            let expected = (ErrorClass::Rejected, "llm.declined");
            assert_eq!(
                (error.class, error.code.as_str()),
                expected,
                "{name} {protocol}"
            );
            assert_eq!(world.model(protocol).requests().len(), before + 1);
        }
    }
}

#[tokio::test]
async fn nothing_for_want_of_tokens_is_told_from_nothing_in_every_protocol() {
    let world = World::start().await;
    for protocol in PROTOCOLS {
        let cut = Script::Truncated {
            text: String::new(),
        };
        for (name, script, hint) in [
            ("cut", cut, "max_tokens"),
            ("empty", Script::Empty, "Ask again"),
        ] {
            let answer = world.ask_after(script, name, says(protocol, "Hello")).await;
            let error = answer.unwrap_err();
            assert_eq!(error.code, "llm.answer_empty", "{protocol}");
            assert!(error.hint.unwrap().contains(hint), "{name} in {protocol}");
        }
    }
}

#[tokio::test]
async fn a_refused_key_is_never_quoted_in_every_protocol() {
    let world = World::with(&ModelOptions {
        api_key: Some("sk-right".into()),
        ..ModelOptions::default()
    })
    .await;
    for protocol in PROTOCOLS {
        let error = world.ask("one", says(protocol, "Hello")).await.unwrap_err();
        let expected = (ErrorClass::Auth, "llm.key_refused");
        assert_eq!((error.class, error.code.as_str()), expected, "{protocol}");
        assert!(!format!("{error:?}").contains("sk-"));
    }
    world
        .bench
        .hears::<AccountReauthNeeded>(|payload| payload["adapter"] == "llm")
        .await;
}
