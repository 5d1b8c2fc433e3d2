//! One adapter with as many model servers as a test connects.

use adapter::conformance::{Answer, Bench};
use adapter_llm::{Asker, Catalogue, Llm, MIGRATIONS, manifest, sync};
use events::{LlmCall, LlmCallRequested, LlmNeed, Privacy};
use ids::AccountId;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{ModelOptions, ScriptedModel};

pub(crate) struct World {
    pub(crate) bench: Bench<Llm>,
    pub(crate) catalogue: Arc<Catalogue>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let mut made = None;
        let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
            let catalogue = Arc::new(Catalogue::new(
                parts.database.clone(),
                parts.accounts.clone(),
                parts.egress.http(),
                Duration::from_secs(1),
                None,
            ));
            made = Some(Arc::clone(&catalogue));
            let asker = Asker::new(parts.database.clone(), catalogue);
            Llm::new(asker, Arc::clone(&parts.bus))
        })
        .await;
        sync(&bench.database).await.unwrap();
        let catalogue = made.unwrap();
        Self { bench, catalogue }
    }

    /// A new server, with an account for this model of it.
    pub(crate) async fn connect(&self, model: &str, settings: Value) -> (ScriptedModel, AccountId) {
        let server = ScriptedModel::start_with(ModelOptions::default()).await;
        let id = self.connect_to(&server, model, settings).await;
        (server, id)
    }

    pub(crate) async fn connect_to(
        &self,
        server: &ScriptedModel,
        model: &str,
        more: Value,
    ) -> AccountId {
        let mut settings = json!({ "base_url": server.base_url(), "model": model });
        let more = more.as_object().unwrap().clone();
        settings.as_object_mut().unwrap().extend(more);
        let key = json!({ "api_key": "sk-test" });
        let id = self.bench.connect(settings, &key, &["127.0.0.1"]).await;
        self.catalogue.refresh().await.unwrap();
        id
    }

    pub(crate) async fn ask(&self, key: &str, call: LlmCall) -> Answer {
        let origin = self.bench.origin(key);
        self.bench.request(&LlmCallRequested { origin, call }).await;
        self.bench.answer(key, 1).await
    }

    /// How the call of this key ended, as it is told.
    pub(crate) async fn told<E: events::Event>(&self, key: &str) -> Value {
        let is_it = |payload: &Value| payload["origin"]["effect_key"] == key;
        self.bench.hears::<E>(is_it).await
    }
}

pub(crate) fn generate() -> LlmCall {
    LlmCall {
        prompt: "generate".into(),
        variables: json!({ "instructions": "Say hello." }),
        messages: Vec::new(),
        tools: Vec::new(),
        output_schema: None,
        model: None,
        need: None,
        temperature: None,
        max_tokens: None,
        told: None,
    }
}

pub(crate) fn named(model: &str, need: Option<LlmNeed>) -> LlmCall {
    LlmCall {
        model: Some(model.into()),
        need,
        ..generate()
    }
}

pub(crate) fn needing(need: LlmNeed) -> LlmCall {
    LlmCall {
        need: Some(need),
        ..generate()
    }
}

pub(crate) fn local() -> LlmNeed {
    LlmNeed {
        privacy: Some(Privacy::Local),
        ..LlmNeed::default()
    }
}

pub(crate) fn remote() -> Value {
    json!({ "privacy": "remote" })
}
