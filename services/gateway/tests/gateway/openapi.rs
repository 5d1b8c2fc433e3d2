use std::path::Path;

#[test]
fn the_committed_description_is_the_handlers_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/openapi.json");
    let document = gateway::document();
    assert!(document.components.is_some(), "the description has schemas");
    let text = document.to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "{} differs; run `cargo xtask schemas`",
        path.display()
    );
}
