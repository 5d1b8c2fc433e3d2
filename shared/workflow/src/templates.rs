//! The workflows that are shipped, ready to be copied and changed.

use crate::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A workflow to start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowTemplate {
    /// Stable name, such as `sequential`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it does, in a sentence.
    pub description: String,
    /// What a person fills in before it runs as meant.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The workflow.
    pub document: Document,
}

/// A place of a template's document that a person fills in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// JSON pointer into the document; the field may be missing until it is set.
    pub pointer: String,
    /// What is asked for.
    pub title: String,
    /// Whether the template does nothing useful without it.
    #[serde(default)]
    pub required: bool,
    /// The adapter one of whose accounts is asked for, such as `imap`; left out where a text is.
    #[serde(default)]
    pub account: Option<String>,
}

const TEXTS: &[&str] = &[
    include_str!("../templates/sequential.json"),
    include_str!("../templates/conditional.json"),
    include_str!("../templates/fan-out.json"),
    include_str!("../templates/parallel.json"),
    include_str!("../templates/webhook-echo.json"),
];

/// All templates, in the order they are offered. A test reads and compiles each.
#[must_use]
pub fn all() -> Vec<WorkflowTemplate> {
    TEXTS
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_read_and_compiles_without_a_problem() {
        assert_eq!(all().len(), TEXTS.len());
        for text in TEXTS {
            let template: WorkflowTemplate = serde_json::from_str(text).unwrap();
            let problems = crate::validate(&template.document);
            assert!(problems.is_empty(), "{}: {problems:#?}", template.id);
            crate::compile(&template.document).unwrap();
        }
    }

    #[test]
    fn every_parameter_points_into_the_config_of_a_node() {
        for template in all() {
            let document = serde_json::to_value(&template.document).unwrap();
            for parameter in &template.parameters {
                let (config, _) = parameter.pointer.rsplit_once('/').unwrap();
                assert!(
                    document.pointer(config).is_some(),
                    "{}: {}",
                    template.id,
                    parameter.pointer
                );
                let names_an_account = parameter.pointer.ends_with("/account_id");
                assert_eq!(parameter.account.is_some(), names_an_account);
            }
        }
    }
}
