//! What tables show: dotted paths into what the API answers. A test holds them to its description.

/// The columns of `GET /api/v1/<resource>`, by resource.
const LISTS: [(&str, &[&str]); 11] = [
    (
        "accounts",
        &["id", "adapter", "name", "status.state", "status.reason"],
    ),
    (
        "facts",
        &[
            "id",
            "text",
            "source",
            "state",
            "pinned",
            "learned_at",
            "replaced_by",
        ],
    ),
    (
        "inbox",
        &[
            "received_at",
            "from.address",
            "subject",
            "category",
            "confidence",
            "run_id",
        ],
    ),
    (
        "invocations",
        &[
            "id",
            "prompt",
            "model",
            "status",
            "input_tokens",
            "output_tokens",
            "cost_cents",
            "latency_ms",
        ],
    ),
    (
        "models",
        &[
            "name",
            "account_id",
            "protocol",
            "privacy",
            "context_tokens",
            "input_price_micros",
            "output_price_micros",
            "calls",
            "failures",
            "tokens_per_second",
            "p50_ms",
            "p95_ms",
        ],
    ),
    (
        "notifications",
        &["created_at", "urgency", "title", "run_id"],
    ),
    (
        "prompts",
        &["id", "name", "version", "labels", "drift.wrong"],
    ),
    (
        "questions",
        &[
            "id",
            "kind",
            "title",
            "workflow_name",
            "mine",
            "decision",
            "asked_at",
        ],
    ),
    (
        "runs",
        &[
            "id",
            "workflow_name",
            "status",
            "dry",
            "trigger.kind",
            "started_at",
            "ended_at",
        ],
    ),
    (
        "triggers",
        &[
            "id",
            "kind",
            "node_id",
            "enabled",
            "webhook_url",
            "auth",
            "secret_set",
            "next_fires",
        ],
    ),
    (
        "workflows",
        &[
            "id",
            "name",
            "draft_version",
            "published_version",
            "updated_at",
        ],
    ),
];

/// Of a workflow whose draft was saved.
pub(crate) const SAVED: &[&str] = &["id", "name", "draft_version"];
/// Of a workflow that was published.
pub(crate) const PUBLISHED: &[&str] = &["id", "name", "published_version"];
/// Of a run that was started.
pub(crate) const STARTED: &[&str] = &["id", "status"];

/// Of a question that was decided.
pub(crate) const DECIDED: &[&str] = &["id", "title", "decision"];

/// Of a fact that was told or changed.
pub(crate) const FACT: &[&str] = &["id", "text", "source", "state", "pinned"];
/// Of a fact that was forgotten.
pub(crate) const FORGETTING: &[&str] = &[
    "fact_id",
    "also",
    "rows_left",
    "vectors_left",
    "forgotten_at",
];

/// Of an answer that a person found right or wrong.
pub(crate) const CASES: &[&str] = &[
    "id", "given_at", "verdict", "path", "answered", "expected", "comment", "run_id",
];
/// Of a version that was tried.
pub(crate) const EVALUATION: &[&str] = &[
    "id",
    "version",
    "against",
    "label",
    "passed",
    "passed_before",
    "cases",
    "problem",
];

/// Of runs that a search found.
pub(crate) const FOUND: &[&str] = &[
    "id",
    "workflow_name",
    "status",
    "started_at",
    "found.excerpt",
];

/// Of what happened to a trigger.
pub(crate) const FINDINGS: &[&str] = &["at", "code", "message", "event_id", "run_id"];

/// Of the webhooks that wait for a test call.
pub(crate) const TEST_ADDRESSES: &[&str] = &["node", "method", "url"];

/// The columns of a list.
pub(crate) fn of_list(resource: &str) -> &'static [&'static str] {
    LISTS
        .iter()
        .find(|(name, _)| *name == resource)
        .map_or(&["id"], |(_, columns)| columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The schemas that a schema may stand for: itself, what it refers to, its parts.
    fn meanings<'a>(api: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
        let referred = schema["$ref"]
            .as_str()
            .and_then(|reference| api.pointer(reference.strip_prefix('#')?));
        let parts = ["allOf", "oneOf", "anyOf"]
            .iter()
            .filter_map(|word| schema[word].as_array())
            .flatten();
        let more = referred.into_iter().chain(parts);
        let more = more.flat_map(|schema| meanings(api, schema));
        std::iter::once(schema).chain(more).collect()
    }

    fn property<'a>(api: &'a Value, schemas: &[&'a Value], name: &str) -> Vec<&'a Value> {
        schemas
            .iter()
            .filter_map(|schema| schema["properties"].get(name))
            .flat_map(|schema| meanings(api, schema))
            .collect()
    }

    #[test]
    fn every_column_is_in_the_description_of_the_api() {
        let api: Value =
            serde_json::from_str(include_str!("../../../schemas/openapi.json")).unwrap();
        let singles = [
            ("post", "/api/v1/workflows", SAVED),
            ("put", "/api/v1/workflows/{id}", SAVED),
            ("post", "/api/v1/workflows/{id}/publish", PUBLISHED),
            ("post", "/api/v1/workflows/{id}/runs", STARTED),
            ("post", "/api/v1/questions/{id}/decision", DECIDED),
            ("post", "/api/v1/runs/{id}/fork", STARTED),
            ("post", "/api/v1/facts", FACT),
            ("patch", "/api/v1/facts/{id}", FACT),
            ("delete", "/api/v1/facts/{id}", FORGETTING),
            ("get", "/api/v1/facts/{id}/forgetting", FORGETTING),
        ];
        let singles = singles.map(|(verb, path, columns)| (verb, path.to_owned(), columns, false));
        let lists =
            LISTS.map(|(resource, columns)| ("get", format!("/api/v1/{resource}"), columns, true));
        let why = "/api/v1/triggers/{id}/why".to_owned();
        let tests = "/api/v1/workflows/{id}/test-calls".to_owned();
        let why = [
            ("get", why, FINDINGS, true),
            ("post", tests, TEST_ADDRESSES, true),
        ];
        for (verb, path, columns, is_list) in singles.into_iter().chain(lists).chain(why) {
            let responses = &api["paths"][&path][verb]["responses"];
            let answer = ["200", "201", "202"]
                .iter()
                .find_map(|status| responses.get(status))
                .unwrap_or_else(|| panic!("{verb} {path} answers nothing"));
            let mut schemas = meanings(&api, &answer["content"]["application/json"]["schema"]);
            if is_list {
                let list = match columns {
                    FINDINGS => "findings",
                    TEST_ADDRESSES => "webhooks",
                    _ => "items",
                };
                let items = property(&api, &schemas, list);
                let items = items.iter().map(|schema| &schema["items"]);
                schemas = items.flat_map(|schema| meanings(&api, schema)).collect();
            }
            for column in columns {
                let found = column.split('.').fold(schemas.clone(), |schemas, name| {
                    property(&api, &schemas, name)
                });
                assert!(!found.is_empty(), "{verb} {path} answers no `{column}`");
            }
        }
    }
}
