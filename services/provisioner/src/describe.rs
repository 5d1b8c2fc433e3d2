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
    use serde_json::Value;
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn equals(document: Document, file: &str) {
        let path = root().join(file);
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

    /// Otherwise the network policy keeps out whom the deployment serves.
    #[test]
    fn deployments_serve_at_the_ports_of_their_manifests() {
        for manifest in crate::read_manifests(None).unwrap() {
            let service = &manifest.service;
            let file = root().join(format!("k8s/base/services/{service}.yaml"));
            let text = std::fs::read_to_string(file).unwrap();
            let parts: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
            let deployment = parts.iter().find(|part| part["kind"] == "Deployment");
            let ports = &deployment.unwrap()["spec"]["template"]["spec"]["containers"][0]["ports"];
            let own = ports.as_array().unwrap().iter();
            let served: Vec<_> = own
                .filter(|port| port["name"] != "admin")
                .map(|port| port["containerPort"].as_u64())
                .collect();
            let public: Vec<_> = manifest
                .public
                .map(|port| Some(u64::from(port)))
                .into_iter()
                .collect();
            assert_eq!(served, public, "{service}");
        }
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
