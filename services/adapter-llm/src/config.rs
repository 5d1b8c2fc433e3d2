//! What an operator can set.

use crate::{Endpoint, LlmAccount, Settings, Wire};
use adapter::AccountKind;
use anyhow::Context;
use events::Privacy;
use seal::Secret;
use serde::{Deserialize, de::IntoDeserializer};
use std::{path::PathBuf, time::Duration};

/// Options of the LLM adapter.
#[derive(clap::Args)]
pub struct Config {
    /// Those of every adapter.
    #[command(flatten)]
    pub adapter: adapter::Options,
    /// A model server for everybody, besides those that people connect: an address such as `http://127.0.0.1:11434/v1`.
    #[arg(long, env = "LLM_BASE_URL")]
    llm_base_url: Option<String>,
    /// What it speaks: `openai`, `ollama` or `anthropic`.
    #[arg(long, env = "LLM_PROTOCOL", default_value = "openai", value_parser = wire)]
    llm_protocol: Wire,
    /// The model it is asked for; left out, the first it lists.
    #[arg(long, env = "LLM_MODEL")]
    llm_model: Option<String>,
    /// The key it wants to be shown.
    #[arg(long, env = "LLM_API_KEY", hide_env_values = true)]
    llm_api_key: Option<String>,
    /// File with that key.
    #[arg(long, env = "LLM_API_KEY_FILE")]
    llm_api_key_file: Option<PathBuf>,
    /// Its price for questions, in US dollars per million tokens.
    #[arg(long, env = "LLM_INPUT_PRICE", default_value_t = 0.0)]
    llm_input_price: f64,
    /// Its price for answers, in US dollars per million tokens.
    #[arg(long, env = "LLM_OUTPUT_PRICE", default_value_t = 0.0)]
    llm_output_price: f64,
    /// Longest question with its answer that its models take, in tokens.
    #[arg(long, env = "LLM_CONTEXT_TOKENS")]
    llm_context_tokens: Option<String>,
    /// Whether what it is asked stays in the house: `local` or `remote`; left out, only where the address leaves no doubt.
    #[arg(long, env = "LLM_PRIVACY")]
    llm_privacy: Option<String>,
    /// Seconds until an answer must begin, and the longest silence within one.
    #[arg(long, env = "LLM_TIMEOUT_SECONDS", default_value_t = 60)]
    llm_timeout_seconds: u64,
}

impl Config {
    /// Until an answer must begin, and between its pieces.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.llm_timeout_seconds)
    }

    /// The options of every adapter, with the longest silence as configured here.
    #[must_use]
    pub fn adapter_options(&self) -> adapter::Options {
        let mut options = self.adapter.clone();
        options.egress_allow.limits.idle = self.timeout();
        options.egress_allow.limits.exchange = self.timeout();
        options
    }

    /// The model server of the environment.
    ///
    /// # Errors
    /// Names the variable that cannot be used.
    pub fn endpoint(&self) -> anyhow::Result<Option<Endpoint>> {
        let Some(base_url) = self.llm_base_url.clone().filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let settings = Settings {
            base_url,
            protocol: self.llm_protocol,
            model: self.llm_model.clone(),
            models: Vec::new(),
            input_price: self.llm_input_price,
            output_price: self.llm_output_price,
            context_tokens: set(self.llm_context_tokens.as_deref())
                .map(str::parse)
                .transpose()
                .context("LLM_CONTEXT_TOKENS is a number of tokens")?,
            privacy: set(self.llm_privacy.as_deref())
                .map(privacy)
                .transpose()
                .context("LLM_PRIVACY is `local` or `remote`")?,
        };
        LlmAccount::check(&settings, None).map_err(|problem| {
            let at = problem.pointer.unwrap_or_default();
            let variable = at.trim_start_matches('/').to_uppercase();
            anyhow::anyhow!("LLM_{variable} cannot be used: {}", problem.message)
        })?;
        Ok(Some(Endpoint::of_environment(settings, self.key()?)))
    }

    fn key(&self) -> anyhow::Result<Option<Secret>> {
        let text = match (&self.llm_api_key, &self.llm_api_key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => std::fs::read_to_string(path)
                .with_context(|| format!("could not read LLM_API_KEY_FILE {}", path.display()))?,
            (None, None) => return Ok(None),
        };
        let key = text.trim();
        Ok((!key.is_empty()).then(|| Secret::from(key.to_owned())))
    }
}

/// A variable that is set to nothing is as good as none.
fn set(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn privacy(name: &str) -> Result<Privacy, serde::de::value::Error> {
    Privacy::deserialize(name.into_deserializer())
}

fn wire(text: &str) -> Result<Wire, String> {
    match text.trim() {
        "" => Ok(Wire::default()),
        name => Wire::deserialize(name.into_deserializer())
            .map_err(|error: serde::de::value::Error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_known_by_its_name() {
        for (name, expected) in [
            ("", Wire::OpenAi),
            ("openai", Wire::OpenAi),
            ("ollama", Wire::Ollama),
            ("anthropic", Wire::Anthropic),
        ] {
            assert_eq!(wire(name), Ok(expected));
        }
        let error = wire("telepathy").unwrap_err();
        assert!(error.contains("ollama"), "{error}");
    }

    #[test]
    fn a_variable_that_is_set_to_nothing_is_as_good_as_none() {
        assert_eq!((set(Some(" ")), set(None)), (None, None));
        assert_eq!(set(Some(" local ")).map(privacy), Some(Ok(Privacy::Local)));
        assert!(privacy("nearby").is_err());
    }
}
