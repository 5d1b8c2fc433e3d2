//! What helps to write a workflow: validation, node types, templates.

use crate::{
    access::{Requires, Routes},
    edge::{Body, Page, Problem, ProblemItem},
};
use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;
use workflow::{Document, Severity, kinds, templates};

/// A workflow document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentBody {
    #[schema(value_type = Object)]
    pub(super) document: Value,
}

/// What is wrong with a document.
#[derive(Serialize, ToSchema)]
struct Validation {
    /// Whether it can be saved; warnings do not hinder.
    valid: bool,
    problems: Vec<ProblemItem>,
}

/// A workflow to start from.
#[derive(Serialize, ToSchema)]
struct Template {
    id: String,
    name: String,
    description: String,
    /// What a person fills in before it runs as meant.
    parameters: Vec<TemplateParameter>,
    #[schema(value_type = Object)]
    document: Document,
}

/// A place of a template's document that a person fills in.
#[derive(Serialize, ToSchema)]
struct TemplateParameter {
    /// JSON pointer into the document; the field may be missing until it is set.
    pointer: String,
    title: String,
    /// Whether the template does nothing useful without it.
    required: bool,
    /// The adapter one of whose accounts is asked for; absent where a text is.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(Requires::signed_in(), routes!(validate_workflow))
        .add(Requires::signed_in(), routes!(list_templates))
        .add(Requires::signed_in(), routes!(list_node_types))
}

/// Validate a document
#[utoipa::path(post, path = "/api/v1/workflows/validate", operation_id = "validate_workflow", tag = "workflows", request_body = DocumentBody,
    responses((status = 200, body = Validation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn validate_workflow(Body(body): Body<DocumentBody>) -> Json<Validation> {
    let problems = problems(&body.document);
    Json(Validation {
        valid: !problems.iter().any(is_error),
        problems,
    })
}

/// Workflows to start from
#[utoipa::path(get, path = "/api/v1/templates", operation_id = "list_templates", tag = "workflows",
    responses((status = 200, body = Page<Template>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list_templates() -> Json<Page<Template>> {
    let shipped = templates::all().into_iter().map(|template| Template {
        id: template.id,
        name: template.title,
        description: template.description,
        parameters: template
            .parameters
            .into_iter()
            .map(|parameter| TemplateParameter {
                pointer: parameter.pointer,
                title: parameter.title,
                required: parameter.required,
                account: parameter.account,
            })
            .collect(),
        document: template.document,
    });
    Json(Page {
        items: shipped.collect(),
        next_cursor: None,
    })
}

/// Every node type, with ports and the schema of its parameters
#[utoipa::path(get, path = "/api/v1/node-types", operation_id = "list_node_types", tag = "workflows",
    responses((status = 200, body = Page<Value>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list_node_types() -> Json<Page<kinds::Description>> {
    Json(Page {
        items: kinds::describe(),
        next_cursor: None,
    })
}

/// Refuses a document that the engine would refuse, before it becomes an event.
///
/// # Errors
/// 422 with every problem.
pub(super) fn check(document: &Value) -> Result<(), Problem> {
    let problems = problems(document);
    if problems.iter().any(is_error) {
        return Err(
            Problem::refused("workflow.invalid", "The workflow cannot be saved").items(problems),
        );
    }
    Ok(())
}

fn problems(document: &Value) -> Vec<ProblemItem> {
    let found = match Document::read(document) {
        Ok(document) => workflow::validate(&document),
        Err(problems) => problems,
    };
    found.into_iter().map(shown).collect()
}

fn is_error(item: &ProblemItem) -> bool {
    item.severity.as_deref() == Some("error")
}

fn shown(problem: workflow::Problem) -> ProblemItem {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    ProblemItem {
        pointer: problem.pointer,
        code: problem.code,
        message: problem.message,
        node: problem.node.map(|node| node.to_string()),
        port: problem.port.map(|port| port.to_string()),
        hint: Some(problem.hint).filter(|hint| !hint.is_empty()),
        severity: Some(severity.to_owned()),
    }
}
