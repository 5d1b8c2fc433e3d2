//! Who may depend on whom: layers go downwards only, and a service never depends on another service.

use super::{Metadata, Package};

/// The shared crates, lowest first. A crate may depend on crates of lower layers only.
const LAYERS: [&[&str]; 6] = [
    &["ids", "planted"],
    &["workflow", "transforms", "expressions"],
    &["events"],
    &[
        "bus",
        "store",
        "seal",
        "egress",
        "authz",
        "artifacts",
        "embedding",
    ],
    &["chassis"],
    &["adapter"],
];

/// Dependencies within a layer that are meant: an outbox needs a bus, and so does a rejected sealed envelope's schema.
const WITHIN_A_LAYER: [(&str, &str); 4] = [
    ("store", "bus"),
    ("workflow", "expressions"),
    ("workflow", "transforms"),
    ("transforms", "expressions"),
];

/// Pure crates, and what they may never name.
const PURE: [&str; 7] = [
    "ids",
    "workflow",
    "transforms",
    "expressions",
    "events",
    "engine-core",
    "scheduler-core",
];
const IMPURE: [&str; 5] = ["tokio", "sqlx", "async-nats", "reqwest", "axum"];

/// One sentence for each dependency that is not allowed. Dependencies of tests are free, and so is a kit for tests behind a
/// feature.
pub(crate) fn violations(metadata: &Metadata) -> Vec<String> {
    let own = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none());
    own.flat_map(|package| {
        let used = package
            .dependencies
            .iter()
            .filter(|used| used.kind.as_deref() != Some("dev"));
        used.filter(|used| !(used.name == "testkit" && used.optional))
            .filter_map(|used| refused(package, &used.name, used.path.as_deref()))
    })
    .collect()
}

fn refused(package: &Package, used: &str, path: Option<&str>) -> Option<String> {
    let name = package.name.as_str();
    if PURE.contains(&name) && IMPURE.contains(&used) {
        return Some(format!("{name} is pure: it may not depend on {used}"));
    }
    // Only crates of the workspace have a path.
    let path = path?;
    if is_test_support(name) {
        return None;
    }
    let is_core = used.strip_suffix("-core") == Some(name);
    if is_service(path) && !is_core {
        return Some(format!(
            "{name} may not depend on the service {used}: they share nothing but events"
        ));
    }
    if used == "testkit" {
        return Some(format!("{name} may use testkit in its tests only"));
    }
    let (Some(own), Some(other)) = (layer(name), layer(used)) else {
        return None;
    };
    let allowed = other < own || WITHIN_A_LAYER.contains(&(name, used));
    (!allowed).then(|| format!("{name} may not depend on {used}: layers go downwards only"))
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

fn is_service(path: &str) -> bool {
    path.contains("/services/")
}

fn is_test_support(name: &str) -> bool {
    matches!(
        name,
        "testkit" | "fleet-tests" | "fuzz" | "graphs" | "prove" | "simulation"
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Dependency, Package};
    use super::*;

    fn package(name: &str, used: &str, path: Option<&str>) -> Metadata {
        let dependency = Dependency {
            name: used.to_owned(),
            kind: None,
            optional: false,
            path: path.map(ToOwned::to_owned),
        };
        let package = Package {
            name: name.to_owned(),
            license: None,
            source: None,
            manifest_path: String::new(),
            dependencies: vec![dependency],
        };
        Metadata {
            packages: vec![package],
        }
    }

    #[test]
    fn layers_go_downwards_only() {
        assert!(violations(&package("chassis", "bus", Some("/w/shared/bus"))).is_empty());
        assert_eq!(
            violations(&package("bus", "chassis", Some("/w/shared/chassis"))).len(),
            1
        );
        assert_eq!(
            violations(&package("gateway", "engine", Some("/w/services/engine"))).len(),
            1
        );
        assert_eq!(violations(&package("events", "tokio", None)).len(), 1);
        assert!(
            violations(&package(
                "engine",
                "engine-core",
                Some("/w/services/engine/core")
            ))
            .is_empty()
        );
    }
}
