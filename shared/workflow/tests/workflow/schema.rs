//! The committed JSON Schema of a document is the one that the types make. `UPDATE_SCHEMAS=1` writes it.

use std::{env, fs, path::Path};
use workflow::{Document, kinds, templates};

#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/workflow/workflow.json");
    let current = format!("{:#}\n", Document::json_schema());
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, current,
        "run the tests with UPDATE_SCHEMAS=1 and commit the file"
    );
}

#[test]
fn every_template_satisfies_it() {
    let validator = jsonschema::validator_for(&Document::json_schema()).unwrap();
    for template in templates::all() {
        let document = serde_json::to_value(&template.document).unwrap();
        assert!(validator.is_valid(&document), "{}", template.id);
    }
}

#[test]
fn every_node_type_is_in_the_registry_with_a_valid_config_schema() {
    let described = kinds::describe();
    assert_eq!(described.len(), workflow::NodeType::all().count());
    for kind in described {
        jsonschema::validator_for(&kind.config_schema).unwrap();
        assert_eq!(
            workflow::NodeType::named(kind.node_type.as_str()),
            Some(kind.node_type)
        );
        for port in kind.inputs {
            jsonschema::validator_for(&port.schema).unwrap();
        }
    }
}
