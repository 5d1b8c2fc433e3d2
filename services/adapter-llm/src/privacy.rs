//! Whether a model is local. Pure, and `Local` only when it is sure.

use crate::Settings;
use events::Privacy;
use std::net::IpAddr;
use url::{Host, Url};

/// How Ollama names the models that it hands on to its makers' servers, however near it runs itself.
const HANDED_ON: [&str; 2] = ["-cloud", ":cloud"];

impl Settings {
    /// Where a question to this model goes.
    #[must_use]
    pub fn privacy_of(&self, model: &str) -> Privacy {
        let name = model.trim().to_ascii_lowercase();
        if HANDED_ON.iter().any(|end| name.ends_with(end)) {
            return Privacy::Remote;
        }
        self.privacy.unwrap_or_else(|| match self.chat_url() {
            Ok(url) if is_near(&url) => Privacy::Local,
            Ok(_) | Err(_) => Privacy::Remote,
        })
    }
}

/// Its host is an address that never leaves a private network, or this machine by its name. Other names may mean anything,
/// and another thing tomorrow.
fn is_near(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical(),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            return name == "localhost" || name.ends_with(".localhost");
        }
        None => return false,
    };
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn privacy(base_url: &str, said: Option<&str>, model: &str) -> Privacy {
        let settings = json!({ "base_url": base_url, "privacy": said });
        let settings: Settings = serde_json::from_value(settings).unwrap();
        settings.privacy_of(model)
    }

    #[test]
    fn private_and_loopback_addresses_are_local_and_all_else_is_not() {
        for near in [
            "http://127.0.0.1:11434/v1",
            "http://127.1/v1",
            "http://localhost:8080/v1",
            "http://LLM.localhost./v1",
            "http://[::1]:8080/v1",
            "http://10.2.3.4/v1",
            "http://172.31.0.1/v1",
            "http://192.168.1.9/v1",
            "http://[fd00::7]/v1",
            "http://[::ffff:10.0.0.1]/v1",
        ] {
            assert_eq!(privacy(near, None, "m"), Privacy::Local, "{near}");
        }
        for far in [
            "https://api.openai.com/v1",
            "http://ollama:11434/v1",
            "http://nas.local/v1",
            "http://localhost.example.org/v1",
            "http://172.32.0.1/v1",
            "http://100.64.0.1/v1",
            "http://169.254.169.254/v1",
            "http://[fe80::1]/v1",
            "http://[2001:db8::1]/v1",
            "http://0.0.0.0/v1",
        ] {
            assert_eq!(privacy(far, None, "m"), Privacy::Remote, "{far}");
        }
    }

    #[test]
    fn the_account_may_say_it_but_not_of_models_that_are_handed_on() {
        let (near, named) = ("http://127.0.0.1:11434", "http://ollama:11434");
        assert_eq!(privacy(named, Some("local"), "qwen3"), Privacy::Local);
        assert_eq!(privacy(near, Some("remote"), "qwen3"), Privacy::Remote);
        for model in ["gpt-oss:120b-cloud", "glm-4.6:cloud", "Kimi:Cloud"] {
            assert_eq!(privacy(near, None, model), Privacy::Remote, "{model}");
            assert_eq!(privacy(near, Some("local"), model), Privacy::Remote);
        }
    }
}
