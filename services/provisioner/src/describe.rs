//! What is written about the fleet from its manifests: the bus for readers, the network for Kubernetes.

mod asyncapi;
mod network;

pub use asyncapi::asyncapi;
pub use network::network_policies;

use bus::Manifest;

/// A generated document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Document {
    /// `schemas/asyncapi.yaml`
    Asyncapi,
    /// `k8s/base/network-policies.yaml`
    NetworkPolicies,
}

/// The document's text.
///
/// # Errors
/// Only when a manifest cannot be written as YAML.
pub fn describe(document: Document, manifests: &[Manifest]) -> anyhow::Result<String> {
    match document {
        Document::Asyncapi => Ok(serde_saphyr::to_string(&asyncapi(manifests))?),
        Document::NetworkPolicies => {
            let policies = network_policies(manifests);
            let texts = policies
                .iter()
                .map(serde_saphyr::to_string)
                .collect::<Result<Vec<_>, _>>()?;
            Ok(texts.join("---\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn equals(document: Document, file: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(file);
        let text = describe(document, &crate::read_manifests(None).unwrap()).unwrap();
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "{file} differs; run `cargo xtask schemas`"
        );
    }

    #[test]
    fn the_committed_asyncapi_is_what_the_manifests_say() {
        equals(Document::Asyncapi, "schemas/asyncapi.yaml");
    }

    #[test]
    fn the_committed_network_policies_are_what_the_manifests_say() {
        equals(Document::NetworkPolicies, "k8s/base/network-policies.yaml");
    }
}
