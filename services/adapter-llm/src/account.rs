//! What an account of a model server looks like.

use crate::Wire;
use adapter::{AccountKind, Problem};
use events::Privacy;
use seal::Secret;
use serde::Deserialize;
use url::Url;

/// Accounts of model servers. Whoever connects one lets everybody of the tenant use its
/// models: an answer is the installation's, not a person's.
pub struct LlmAccount;

/// Where the server is and what it offers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the protocol's own paths begin: `http://127.0.0.1:11434/v1` for the chat completions of `OpenAI`,
    /// `http://127.0.0.1:11434` for Ollama's own chat, `https://api.anthropic.com`.
    pub base_url: String,
    /// What the server speaks.
    #[serde(default)]
    pub protocol: Wire,
    /// The model that is used where none is named; left out or empty, the first that the server lists.
    #[serde(default, alias = "default_model")]
    pub model: Option<String>,
    /// The models that may be used; empty, all that the server lists.
    #[serde(default)]
    pub models: Vec<String>,
    /// US dollars per million tokens of question.
    #[serde(default)]
    pub input_price: f64,
    /// US dollars per million tokens of answer.
    #[serde(default)]
    pub output_price: f64,
    /// Longest question with its answer that its models take, in tokens. Ollama is told to make room for it.
    #[serde(default)]
    pub context_tokens: Option<u64>,
    /// Whether what is asked stays in the house; left out, only where the address leaves no doubt.
    #[serde(default)]
    pub privacy: Option<Privacy>,
}

/// What the server wants to be shown; many local ones want nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[serde(default)]
    pub api_key: Option<Secret>,
}

impl Settings {
    /// Where questions go.
    pub(crate) fn chat_url(&self) -> Result<Url, String> {
        self.url(self.protocol.speech().chat())
    }

    /// Where the models are listed.
    pub(crate) fn models_url(&self) -> Result<Url, String> {
        self.url(self.protocol.speech().models())
    }

    /// The host of both; empty where the base URL is none.
    pub(crate) fn host(&self) -> String {
        let url = self.chat_url().ok();
        url.and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    }

    fn url(&self, operation: &str) -> Result<Url, String> {
        let speech = self.protocol.speech();
        let base = self.base_url.trim().trim_end_matches('/');
        let habits = speech.habits().iter();
        let base = habits.fold(base, |base, end| base.strip_suffix(end).unwrap_or(base));
        let base: Url = base
            .parse()
            .map_err(|error| format!("`{}` is no URL: {error}", self.base_url))?;
        let is_http = matches!(base.scheme(), "http" | "https") && base.host_str().is_some();
        if !is_http || base.query().is_some() || base.fragment().is_some() {
            return Err(format!(
                "`{}` is no address of a model server. {}",
                self.base_url,
                speech.address()
            ));
        }
        let base = base.as_str().trim_end_matches('/');
        format!("{base}/{operation}")
            .parse()
            .map_err(|error| format!("`{}` is no URL: {error}", self.base_url))
    }

    /// The named default, unless it is blank.
    #[must_use]
    pub fn preferred(&self) -> Option<&str> {
        self.model
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    /// The price of a call, in millionths of a dollar: dollars per million tokens are millionths per token.
    #[must_use]
    pub fn cost_micros(&self, input_tokens: u64, output_tokens: u64) -> u64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "token counts are small and the prices are checked to be positive"
        )]
        let cost = (input_tokens as f64)
            .mul_add(self.input_price, output_tokens as f64 * self.output_price)
            .round() as u64;
        cost
    }
}

impl AccountKind for LlmAccount {
    const ADAPTER: &'static str = "llm";
    type Settings = Settings;
    type Credentials = Credentials;

    fn check(settings: &Settings, _: Option<&Credentials>) -> Result<(), Problem> {
        settings
            .chat_url()
            .map_err(|problem| Problem::setting("/base_url", problem))?;
        let prices = [
            ("/input_price", settings.input_price),
            ("/output_price", settings.output_price),
        ];
        for (pointer, price) in prices {
            if !(0.0..=1_000_000.0).contains(&price) {
                let problem = "a price is in US dollars per million tokens, 0 or more";
                return Err(Problem::setting(pointer, problem));
            }
        }
        if settings.context_tokens == Some(0) {
            let problem = "a context is 1 token or more; leave it out if you do not know it";
            return Err(Problem::setting("/context_tokens", problem));
        }
        if settings.models.iter().any(|name| name.trim().is_empty()) {
            return Err(Problem::setting("/models", "a model's name is not empty"));
        }
        Ok(())
    }

    fn hosts(settings: &Settings) -> Vec<String> {
        let host = settings.host();
        if host.is_empty() {
            return Vec::new();
        }
        vec![host]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn settings(value: Value) -> Settings {
        serde_json::from_value(value).unwrap()
    }

    fn problem(value: Value) -> Option<String> {
        LlmAccount::check(&settings(value), None)
            .err()
            .and_then(|problem| problem.pointer)
    }

    #[test]
    fn operations_stand_under_the_base_url() {
        for base in ["http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/ "] {
            let settings = settings(json!({ "base_url": base, "model": " " }));
            let url = settings.chat_url().unwrap();
            assert_eq!(url.as_str(), "http://127.0.0.1:11434/v1/chat/completions");
            assert_eq!(LlmAccount::hosts(&settings), ["127.0.0.1"]);
            assert_eq!(settings.preferred(), None);
        }
    }

    #[test]
    fn each_protocol_has_its_paths_whatever_people_add_to_the_address() {
        for (protocol, base, chat, models) in [
            (
                "openai",
                "http://h/v1/",
                "http://h/v1/chat/completions",
                "http://h/v1/models",
            ),
            (
                "ollama",
                "http://h:11434",
                "http://h:11434/api/chat",
                "http://h:11434/api/tags",
            ),
            (
                "ollama",
                "http://h/v1/",
                "http://h/api/chat",
                "http://h/api/tags",
            ),
            (
                "ollama",
                "http://h/x/api",
                "http://h/x/api/chat",
                "http://h/x/api/tags",
            ),
            (
                "anthropic",
                "https://h",
                "https://h/v1/messages",
                "https://h/v1/models?limit=1000",
            ),
            (
                "anthropic",
                "https://h/v1",
                "https://h/v1/messages",
                "https://h/v1/models?limit=1000",
            ),
        ] {
            let settings = settings(json!({ "base_url": base, "protocol": protocol }));
            assert_eq!(settings.chat_url().unwrap().as_str(), chat);
            assert_eq!(settings.models_url().unwrap().as_str(), models);
        }
        let unknown = json!({ "base_url": "http://h", "protocol": "telepathy" });
        let error = serde_json::from_value::<Settings>(unknown).unwrap_err();
        assert!(error.to_string().contains("anthropic"), "{error}");
    }

    #[test]
    fn settings_that_cannot_work_are_named() {
        assert_eq!(
            problem(json!({ "base_url": "https://api.example.org/v1" })),
            None
        );
        for base in [
            "ollama",
            "ftp://example.org/v1",
            "http://example.org/v1?key=1",
        ] {
            assert_eq!(
                problem(json!({ "base_url": base })),
                Some("/base_url".into())
            );
        }
        let negative = json!({ "base_url": "http://example.org", "input_price": -1.0 });
        assert_eq!(problem(negative), Some("/input_price".into()));
        let none = json!({ "base_url": "http://example.org", "context_tokens": 0 });
        assert_eq!(problem(none), Some("/context_tokens".into()));
    }

    #[test]
    fn the_price_is_counted_in_millionths_of_a_dollar() {
        let priced = json!({ "base_url": "http://x", "input_price": 0.5, "output_price": 1.5 });
        assert_eq!(settings(priced).cost_micros(1_000, 200), 800);
    }
}
