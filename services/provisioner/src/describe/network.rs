//! Who may talk to whom in Kubernetes: exactly what the manifests name.

use bus::Manifest;
use serde_json::{Value, json};

const POSTGRES: u16 = 5432;
const NATS: u16 = 4222;
const SPICEDB: u16 = 50051;
const ADMIN: u16 = 9000;
const OTLP: u16 = 4317;

/// One policy per service, after one that denies everything.
#[must_use]
pub fn network_policies(manifests: &[Manifest]) -> Vec<Value> {
    let deny = policy("default-deny", &json!({}), &json!([]), &json!([]));
    std::iter::once(deny)
        .chain(manifests.iter().map(of_service))
        .collect()
}

fn of_service(manifest: &Manifest) -> Value {
    let mut egress = vec![
        to_cluster_dns(),
        to_app("nats", NATS),
        to_app("otel-collector", OTLP),
    ];
    if manifest.database {
        egress.push(to_app("postgres", POSTGRES));
    }
    if manifest.authz {
        egress.push(to_app("spicedb", SPICEDB));
    }
    if manifest.egress {
        egress.push(to_internet());
    }
    let mut ingress = vec![json!({
        "from": [{ "namespaceSelector": { "matchLabels": { "silver-telegram/metrics": "true" } } }],
        "ports": [port(ADMIN)],
    })];
    if let Some(public) = manifest.public {
        ingress.push(json!({ "ports": [port(public)] }));
    }
    let selector = json!({ "matchLabels": { "app.kubernetes.io/name": manifest.service } });
    policy(
        &manifest.service,
        &selector,
        &Value::Array(ingress),
        &Value::Array(egress),
    )
}

fn policy(name: &str, selector: &Value, ingress: &Value, egress: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": name },
        "spec": {
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    })
}

fn port(number: u16) -> Value {
    json!({ "protocol": "TCP", "port": number })
}

fn to_app(name: &str, number: u16) -> Value {
    json!({
        "to": [{ "podSelector": { "matchLabels": { "app.kubernetes.io/name": name } } }],
        "ports": [port(number)],
    })
}

fn to_cluster_dns() -> Value {
    json!({
        "to": [{
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "kube-system" } },
            "podSelector": { "matchLabels": { "k8s-app": "kube-dns" } },
        }],
        "ports": [{ "protocol": "UDP", "port": 53 }, port(53)],
    })
}

/// Everywhere but the private networks: what lies there is opened by a policy of the operator's own.
fn to_internet() -> Value {
    json!({
        "to": [{
            "ipBlock": {
                "cidr": "0.0.0.0/0",
                "except": ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
            },
        }],
    })
}
