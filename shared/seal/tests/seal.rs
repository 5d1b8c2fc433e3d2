//! What is sealed opens for its recipient, from its sender, in its context; and for nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use ids::TenantId;
use seal::{Error, KeyPair, KeyRing, PublicKeys, SealContext, Sealed, open, seal};

const CANARY: &str = "canary-7f3a-password";

struct Fixture {
    gateway: KeyPair,
    adapter: KeyRing,
    sealed: Sealed,
}

impl Fixture {
    fn open(&self, sealed: &Sealed, context: &SealContext) -> Result<String, Error> {
        open(
            &self.adapter,
            &[self.gateway.public().clone()],
            sealed,
            context,
        )
        .map(|secret| secret.expose_str().unwrap().to_owned())
    }
}

fn context() -> SealContext {
    SealContext {
        tenant: TenantId::default_tenant(),
        account: "01J00000000000000000000000".into(),
        adapter: "adapter-imap".into(),
        version: 3,
        allowed_hosts: vec!["imap.example.org".into()],
    }
}

fn sealed() -> Fixture {
    let (gateway, adapter) = (KeyPair::generate(), KeyRing::from(KeyPair::generate()));
    let sealed = seal(
        &gateway,
        adapter.current().public(),
        &context(),
        CANARY.as_bytes(),
    )
    .unwrap();
    Fixture {
        gateway,
        adapter,
        sealed,
    }
}

#[test]
fn a_secret_survives_the_way_as_json() {
    let it = sealed();
    let json = serde_json::to_string(&it.sealed).unwrap();
    let read: Sealed = serde_json::from_str(&json).unwrap();
    assert_eq!(it.open(&read, &context()).unwrap(), CANARY);
}

#[test]
fn an_empty_secret_opens_too() {
    let it = sealed();
    let empty = seal(&it.gateway, it.adapter.current().public(), &context(), b"").unwrap();
    assert_eq!(it.open(&empty, &context()).unwrap(), "");
}

#[test]
fn the_same_secret_never_looks_the_same_twice() {
    let it = sealed();
    let again = seal(
        &it.gateway,
        it.adapter.current().public(),
        &context(),
        CANARY.as_bytes(),
    )
    .unwrap();
    assert_ne!(it.sealed.ciphertext, again.ciphertext);
}

fn other_contexts() -> Vec<(&'static str, SealContext)> {
    vec![
        (
            "tenant",
            SealContext {
                tenant: "other".parse().unwrap(),
                ..context()
            },
        ),
        (
            "account",
            SealContext {
                account: "01J11111111111111111111111".into(),
                ..context()
            },
        ),
        (
            "adapter",
            SealContext {
                adapter: "adapter-smtp".into(),
                ..context()
            },
        ),
        (
            "version",
            SealContext {
                version: 4,
                ..context()
            },
        ),
        (
            "set of hosts",
            SealContext {
                allowed_hosts: vec!["evil.example.org".into()],
                ..context()
            },
        ),
    ]
}

#[test]
fn another_context_is_named_and_refused() {
    let it = sealed();
    for (part, other) in other_contexts() {
        assert_eq!(it.open(&it.sealed, &other), Err(Error::OtherContext(part)));
    }
}

#[test]
fn a_rewritten_context_does_not_open() {
    let it = sealed();
    for (_, other) in other_contexts() {
        let forged = Sealed {
            context: other.clone(),
            ..it.sealed.clone()
        };
        assert_eq!(it.open(&forged, &other), Err(Error::Tampered));
    }
}

#[test]
fn another_sender_is_refused_even_under_a_trusted_name() {
    let it = sealed();
    let stranger = KeyPair::generate();
    let planted = seal(
        &stranger,
        it.adapter.current().public(),
        &context(),
        b"planted",
    )
    .unwrap();
    assert_eq!(
        it.open(&planted, &context()),
        Err(Error::UnknownSender(stranger.public().id().clone()))
    );
    let disguised = Sealed {
        sender: it.gateway.public().id().clone(),
        ..planted
    };
    assert_eq!(it.open(&disguised, &context()), Err(Error::Tampered));
}

#[test]
fn another_recipient_cannot_open_it() {
    let it = sealed();
    let other = KeyRing::from(KeyPair::generate());
    let senders = [it.gateway.public().clone()];
    let unknown = open(&other, &senders, &it.sealed, &context())
        .err()
        .unwrap();
    assert_eq!(
        unknown,
        Error::UnknownRecipient(it.sealed.recipient.clone())
    );
    let redirected = Sealed {
        recipient: other.current().public().id().clone(),
        ..it.sealed
    };
    assert_eq!(
        open(&other, &senders, &redirected, &context()).err(),
        Some(Error::Tampered)
    );
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let it = sealed();
    for at in 0..it.sealed.ciphertext.len() - 2 {
        let ciphertext = flipped(&it.sealed.ciphertext, at);
        let changed = Sealed {
            ciphertext,
            ..it.sealed.clone()
        };
        assert_eq!(
            it.open(&changed, &context()),
            Err(Error::Tampered),
            "byte {at}"
        );
    }
    for enc in [
        flipped(&it.sealed.enc, 3),
        String::new(),
        "no base64!".into(),
        "AAAA".into(),
    ] {
        assert_eq!(
            it.open(
                &Sealed {
                    enc,
                    ..it.sealed.clone()
                },
                &context()
            ),
            Err(Error::Tampered)
        );
    }
    for ciphertext in [String::new(), "AAAA".into(), "?".into()] {
        assert_eq!(
            it.open(
                &Sealed {
                    ciphertext,
                    ..it.sealed.clone()
                },
                &context()
            ),
            Err(Error::Tampered)
        );
    }
}

fn flipped(text: &str, at: usize) -> String {
    text.char_indices()
        .map(|(i, c)| {
            if i == at {
                if c == 'A' { 'B' } else { 'A' }
            } else {
                c
            }
        })
        .collect()
}

#[test]
fn a_service_seals_to_itself_and_reads_it_after_a_rotation() {
    let old = KeyPair::generate();
    let old_text = old.to_text().expose_str().unwrap().to_owned();
    let own = KeyRing::from(old)
        .seal_own(&context(), CANARY.as_bytes())
        .unwrap();
    let new_text = KeyPair::generate()
        .to_text()
        .expose_str()
        .unwrap()
        .to_owned();
    let rotated: KeyRing = format!("# current first\n{new_text}\n\n{old_text}\n")
        .parse()
        .unwrap();
    assert_eq!(
        rotated.open_own(&own, &context()).unwrap().expose(),
        CANARY.as_bytes()
    );
    let fresh = rotated.seal_own(&context(), b"x").unwrap();
    assert_eq!(fresh.recipient, *rotated.current().public().id());
}

#[test]
fn what_the_gateway_sealed_is_not_taken_for_the_adapters_own() {
    let it = sealed();
    assert!(matches!(
        it.adapter.open_own(&it.sealed, &context()),
        Err(Error::UnknownSender(_))
    ));
}

#[test]
fn neither_debug_nor_json_shows_a_secret() {
    let it = sealed();
    let private = it
        .gateway
        .to_text()
        .expose_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let shown = format!(
        "{:?} {:?} {:?} {}",
        it.gateway,
        it.adapter,
        it.sealed,
        serde_json::to_string(&it.sealed).unwrap()
    );
    assert!(
        !shown.contains(CANARY) && !shown.contains(&private),
        "{shown}"
    );
}

#[test]
fn public_keys_are_a_json_file_with_the_current_key_first() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let mut keys = PublicKeys::default();
    keys.add("gateway", old.public().clone());
    keys.add("gateway", new.public().clone());
    keys.add("gateway", new.public().clone());
    let read: PublicKeys = serde_json::to_string_pretty(&keys)
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(read.current("gateway"), Some(new.public()));
    assert_eq!(read.of("gateway").len(), 2);
    assert_eq!(read.current("adapter-imap"), None);
    assert!(r#"{"gateway":["nonsense"]}"#.parse::<PublicKeys>().unwrap_err().to_string().contains("public key"));
    assert!("".parse::<KeyRing>().is_err());
}
