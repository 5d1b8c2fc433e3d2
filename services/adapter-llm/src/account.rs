//! What an account of a model server looks like.

use adapter::{AccountKind, Problem};
use seal::Secret;
use serde::Deserialize;
use url::Url;

/// Accounts of servers that speak the OpenAI-compatible chat API. Whoever connects one lets everybody of the tenant use its
/// models: an answer is the installation's, not a person's.
pub struct LlmAccount;

/// Where the server is and what it offers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Ends where `/chat/completions` begins, such as `http://127.0.0.1:11434/v1`.
    pub base_url: String,
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
}

/// What the server wants to be shown; many local ones want nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[serde(default)]
    pub api_key: Option<Secret>,
}

impl Settings {
    /// The address of one operation, such as `chat/completions`.
    ///
    /// # Errors
    /// What is wrong with the base URL.
    pub fn url(&self, operation: &str) -> Result<Url, String> {
        let base = self.base_url.trim().trim_end_matches('/');
        let url: Url = format!("{base}/{operation}")
            .parse()
            .map_err(|error| format!("`{}` is no URL: {error}", self.base_url))?;
        match url.scheme() {
            "http" | "https" if url.host_str().is_some() && url.query().is_none() => Ok(url),
            _ => Err(format!(
                "`{}` is no address of a model server; it looks like http://127.0.0.1:11434/v1",
                self.base_url
            )),
        }
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
            .url("models")
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
        if settings.models.iter().any(|name| name.trim().is_empty()) {
            return Err(Problem::setting("/models", "a model's name is not empty"));
        }
        Ok(())
    }

    fn hosts(settings: &Settings) -> Vec<String> {
        let url = settings.url("models").ok();
        url.and_then(|url| url.host_str().map(str::to_owned))
            .into_iter()
            .collect()
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
            let url = settings.url("chat/completions").unwrap();
            assert_eq!(url.as_str(), "http://127.0.0.1:11434/v1/chat/completions");
            assert_eq!(LlmAccount::hosts(&settings), ["127.0.0.1"]);
            assert_eq!(settings.preferred(), None);
        }
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
    }

    #[test]
    fn the_price_is_counted_in_millionths_of_a_dollar() {
        let priced = json!({ "base_url": "http://x", "input_price": 0.5, "output_price": 1.5 });
        assert_eq!(settings(priced).cost_micros(1_000, 200), 800);
    }
}
