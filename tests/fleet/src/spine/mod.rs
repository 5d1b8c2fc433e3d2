//! The main job, from the outside: a real mail becomes a triaged item; everything on the way can be seen.

mod conversation;
mod outside;
mod templates;
mod workflows;

use crate::{Api, Fleet, Options, Recorder};
use serde_json::json;
use std::{any::Any, sync::Arc, time::Duration};
use testkit::{HttpSink, Recorded, Reply, ScriptedModel, TestImap, TestSmtp};

/// One fleet that serves all steps, with everything that a recorder heard of them.
pub struct Spine {
    world: Arc<World>,
    recorder: Recorder,
    fleet: Fleet,
    _model: ScriptedModel,
}

/// What the steps act on.
struct World {
    api: Api,
    imap: TestImap,
    smtp: TestSmtp,
    sink: HttpSink,
}

fn slow_where_asked(request: &Recorded) -> Reply {
    let reply = Reply::json(&json!({ "found": true }));
    if request.uri.path() == "/slow" {
        reply.after(Duration::from_secs(20))
    } else {
        reply
    }
}

impl Spine {
    /// Starts a fleet with a scripted model, and the servers that the steps need.
    pub async fn start(mut options: Options) -> Self {
        let model = ScriptedModel::start().await;
        options.env.extend([
            ("LLM_BASE_URL".to_owned(), model.base_url()),
            ("LLM_MODEL".to_owned(), "scripted".to_owned()),
        ]);
        let fleet = Fleet::start(&options);
        let recorder = Recorder::start(fleet.administrator_bus().await).await;
        let world = World {
            api: fleet.first_account().await,
            imap: TestImap::start(),
            smtp: TestSmtp::start(),
            sink: HttpSink::answering(slow_where_asked).await,
        };
        Self {
            world: Arc::new(world),
            recorder,
            fleet,
            _model: model,
        }
    }

    /// Takes all steps, each independent of the others' outcome.
    ///
    /// # Errors
    /// What the failed step said.
    pub async fn run(&self) -> Result<(), String> {
        let world = Arc::clone(&self.world);
        let steps = tokio::spawn(async move {
            workflows::bad_documents_are_refused_with_the_place(&world).await;
            workflows::a_webhook_is_answered_by_its_run(&world).await;
            outside::a_mail_becomes_a_triaged_item(&world).await;
            templates::a_reply_is_drafted(&world).await;
            outside::a_wrong_password_is_named(&world).await;
            workflows::a_schedule_fires(&world).await;
            outside::a_mail_is_sent_once(&world).await;
            templates::three_lookups_are_joined(&world).await;
            templates::each_mail_is_classified(&world).await;
            conversation::a_conversation_is_answered(&world).await;
            workflows::a_run_can_be_cancelled(&world).await;
        });
        match steps.await {
            Ok(()) => Ok(()),
            Err(error) => Err(error
                .try_into_panic()
                .map_or_else(|error| error.to_string(), |panic| said(panic.as_ref()))),
        }
    }

    /// What was on the bus.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The fleet under the steps.
    #[must_use]
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// The public API as the person who took the steps.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.world.api
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a step failed without a word")
        .to_owned()
}
