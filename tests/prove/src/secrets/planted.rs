//! What is planted.

use super::search::Canary;
use testkit::TestImap;

/// Everything that is secret; each is unlike anything else and needs escaping where the protocol lets it.
pub(super) struct Planted {
    pub(super) person: String,
    pub(super) wrong_person: String,
    pub(super) wrong_imap: String,
    pub(super) smtp: String,
    pub(super) wrong_smtp: String,
    pub(super) http: String,
    pub(super) wrong_http: String,
    pub(super) model: String,
    pub(super) wrong_model: String,
    pub(super) hook: String,
}

impl Planted {
    pub(super) fn new() -> Self {
        let of = |name: &str, tail: &str| format!("{name}-{}{tail}", ids::EventId::generate());
        Self {
            person: of("person", "\"\\ %&+\u{fc}"),
            wrong_person: of("wrong-person", "\"\\ %&+\u{fc}"),
            wrong_imap: of("wrong-imap", " %&+/"),
            smtp: of("smtp", "%&+/"),
            wrong_smtp: of("wrong-smtp", "%&+/"),
            http: of("http", "-._~+/"),
            wrong_http: of("wrong-http", "-._~+/"),
            model: of("model", "-._"),
            wrong_model: of("wrong-model", "-._"),
            hook: of("hook", "\"\\ %&+\u{fc}"),
        }
    }

    /// All of them, with the key of the API and the password of the test's mailbox.
    pub(super) fn canaries(&self, key: &str) -> Vec<Canary> {
        let Planted {
            person,
            wrong_person,
            wrong_imap,
            smtp,
            wrong_smtp,
            http,
            wrong_http,
            model,
            wrong_model,
            hook,
        } = self;
        let named = [
            ("the person's password", person),
            ("a wrong person's password", wrong_person),
            ("a wrong IMAP password", wrong_imap),
            ("the SMTP password", smtp),
            ("a wrong SMTP password", wrong_smtp),
            ("the HTTP token", http),
            ("a wrong HTTP token", wrong_http),
            ("the model's key", model),
            ("a wrong key of the model", wrong_model),
            ("the webhook's secret", hook),
            ("the API key", &key.to_owned()),
        ];
        let imap = ("the IMAP password", TestImap::PASSWORD.to_owned());
        let named = named.map(|(name, secret)| (name, secret.clone()));
        let all = named.into_iter().chain([imap]);
        all.map(|(name, secret)| Canary { name, secret }).collect()
    }
}
