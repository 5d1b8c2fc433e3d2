//! Licences of everything we link: permissive ones only.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Metadata;
use crate::paths::Paths;

/// SPDX identifiers that are fine.
const ALLOWED: [&str; 17] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

/// One sentence for each package whose licence is not allowed.
pub(crate) fn violations(metadata: &Metadata) -> Vec<String> {
    let foreign = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some());
    foreign
        .filter(|package| !package.license.as_deref().is_some_and(allowed))
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("no SPDX expression");
            format!(
                "{} has the licence {licence}, which is not among those we allow ({})",
                package.name, package.manifest_path
            )
        })
        .collect()
}

/// The packages that end up in the web UI, as npm's lock file names them.
#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Locked>,
}

#[derive(Deserialize)]
struct Locked {
    license: Option<String>,
    /// Only for building.
    #[serde(default)]
    dev: bool,
}

/// As `violations`, of the packages in the web UI. Errors: no lock file.
pub(crate) fn web_violations(paths: &Paths) -> Result<Vec<String>> {
    let file = paths.root.join("services/gateway/web/package-lock.json");
    let text = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
    let lock: Lock = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no lock file", file.display()))?;
    Ok(refused(&lock))
}

fn refused(lock: &Lock) -> Vec<String> {
    // The package without a name is the UI itself.
    let linked = lock
        .packages
        .iter()
        .filter(|(name, package)| !name.is_empty() && !package.dev);
    linked
        .filter(|(_, package)| !package.license.as_deref().is_some_and(allowed))
        .map(|(name, package)| {
            let licence = package.license.as_deref().unwrap_or("no SPDX expression");
            format!("{name} has the licence {licence}, which is not among those we allow")
        })
        .collect()
}

/// Whether one alternative of an SPDX expression has only allowed parts.
fn allowed(expression: &str) -> bool {
    let flat = expression.replace('/', " OR ");
    any_of(flat.trim())
}

fn any_of(expression: &str) -> bool {
    split(expression, " OR ")
        .into_iter()
        .any(|alternative| split(alternative, " AND ").into_iter().all(one))
}

fn one(part: &str) -> bool {
    let part = part.trim();
    match part
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => any_of(inner),
        None => ALLOWED.contains(&part),
    }
}

/// Splits at an operator outside parentheses.
fn split<'a>(expression: &'a str, operator: &str) -> Vec<&'a str> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0
            && at >= from
            && expression
                .get(at..)
                .is_some_and(|rest| rest.starts_with(operator))
        {
            parts.push(expression.get(from..at).unwrap_or_default());
            from = at + operator.len();
        }
    }
    parts.push(expression.get(from..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_when_one_alternative_is() {
        assert!(allowed("MIT OR GPL-3.0-only"));
        assert!(allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(allowed("MIT/Apache-2.0"));
        assert!(!allowed("MIT AND GPL-3.0-only"));
        assert!(!allowed("AGPL-3.0-only"));
    }

    #[test]
    fn what_is_linked_into_the_ui_is_looked_at_and_its_tools_are_not() {
        let lock = r#"{ "packages": {
            "": {}, "node_modules/good": { "license": "MIT" }, "node_modules/tool": { "license": "GPL-3.0-only", "dev": true },
            "node_modules/bad": { "license": "GPL-3.0-only" } } }"#;
        let refused = refused(&serde_json::from_str(lock).unwrap());
        assert_eq!(refused.len(), 1);
        assert!(
            refused
                .first()
                .is_some_and(|told| told.contains("node_modules/bad"))
        );
    }
}
