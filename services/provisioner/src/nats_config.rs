//! The NATS server's configuration: who may publish and subscribe to what; everything else is denied.

use std::collections::BTreeSet;
use std::fmt::Write;

use bus::{Manifest, NatsPermissions};

/// Settings that no installation changes. MQTT, websockets and leaf nodes are off because they are not named.
const SETTINGS: &str = "\
# Written by `provisioner keys` from the services' manifests: public keys and permissions, no secret.
server_name: silver-telegram
max_payload: 256KB
max_pending: 64MB
write_deadline: 10s
jetstream {
  max_file_store: 64GB
  max_memory_store: 256MB
}
";

/// A user of the server.
pub(crate) struct User {
    name: String,
    public_key: String,
    /// `None` may do everything.
    permissions: Option<NatsPermissions>,
}

impl User {
    /// A service, with exactly what its manifest names.
    pub(crate) fn service(manifest: &Manifest, public_key: String) -> Self {
        Self {
            name: manifest.service.clone(),
            public_key,
            permissions: Some(manifest.nats_permissions()),
        }
    }

    /// Creates streams and consumers.
    pub(crate) fn administrator(name: &str, public_key: String) -> Self {
        Self {
            name: name.to_owned(),
            public_key,
            permissions: None,
        }
    }

    /// May hear every event, by wildcards as wide as a domain, and publish none.
    pub(crate) fn listener(name: &str, public_key: String) -> Self {
        let domains: BTreeSet<String> = events::catalogue()
            .iter()
            .filter_map(|entry| entry.event_type.split('.').next())
            .map(|domain| format!("{domain}.>"))
            .collect();
        let subscribe = domains.into_iter().collect();
        Self {
            name: name.to_owned(),
            public_key,
            permissions: Some(NatsPermissions {
                publish: Vec::new(),
                subscribe,
            }),
        }
    }
}

/// The whole file.
pub(crate) fn nats_config(users: &[User]) -> String {
    let mut text = SETTINGS.to_owned();
    text.push_str("authorization {\n  users: [\n");
    for user in users {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "    # {}\n    {{\n      nkey: {}",
            user.name, user.public_key
        );
        if let Some(permissions) = &user.permissions {
            let publish = clause(&permissions.publish);
            let subscribe = clause(&permissions.subscribe);
            let _ = writeln!(
                text,
                "      permissions: {{\n        publish: {publish}\n        subscribe: {subscribe}\n      }}"
            );
        }
        text.push_str("    }\n");
    }
    text.push_str("  ]\n}\n");
    text
}

/// An empty list would allow everything.
fn clause(subjects: &[String]) -> String {
    if subjects.is_empty() {
        return "{ deny: [\">\"] }".to_owned();
    }
    let quoted: Vec<String> = subjects
        .iter()
        .map(|subject| format!("\"{subject}\""))
        .collect();
    format!(
        "{{ allow: [\n          {}\n        ] }}",
        quoted.join(",\n          ")
    )
}
