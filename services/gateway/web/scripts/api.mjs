// Generates src/api/schema.d.ts: the gateway's OpenAPI document, with the schemas of documents and run events put where
// it only says "object", and the closed sets of words where it only says "string". With --check only compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const schemas = "../../../schemas";
const target = "src/api/schema.d.ts";
const source = `${schemas}/openapi.json`;
if (!existsSync(source)) {
  console.error(`${source} does not exist: run \`cargo xtask schemas\`.`);
  process.exit(1);
}
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** A JSON Schema's definitions as components named `prefix` + name, its own references followed. */
function adopt(components, path, prefix, root) {
  const text = readFileSync(path, "utf8").replaceAll(
    /"#\/\$defs\/(\w+)"/g,
    `"#/components/schemas/${prefix}$1"`,
  );
  const { $defs = {}, ...own } = JSON.parse(text);
  for (const [name, schema] of Object.entries($defs)) components[prefix + name] = schema;
  if (root) components[root] = own;
}

const words = (...values) => ({ type: "string", enum: values });
const named = (name) => ({ $ref: `#/components/schemas/${name}` });
const perhaps = (schema) => ({ oneOf: [schema, { type: "null" }] });

const runStatus = words("running", "completed", "failed", "cancelled");
const narrowed = {
  "Workflow.document": named("WorkflowDocument"),
  "WorkflowVersion.document": perhaps(named("WorkflowDocument")),
  "Template.document": named("WorkflowDocument"),
  "DocumentBody.document": named("WorkflowDocument"),
  "ProblemItem.severity": words("error", "warning"),
  "Trigger.kind": words("manual", "webhook", "schedule", "integration_event"),
  "Run.status": named("RunStatus"),
  "Run.error": perhaps(named("LogRunError")),
  "LanguageModel.privacy": words("local", "remote"),
  "Message.role": words("user", "assistant"),
  "Message.status": words("streaming", "completed", "failed"),
  "Message.error": perhaps(named("LogRunError")),
  "Fact.source": named("FactSource"),
  "Fact.state": named("FactState"),
  "RecalledFact.source": named("FactSource"),
  "RecalledFact.state": named("FactState"),
  "RecalledFact.why": words("pinned", "explicit", "related"),
  "InboxItem.kind": words("email", "message"),
  "Notification.urgency": words("low", "normal", "high"),
  "Account.adapter": words("imap", "smtp", "llm", "http", "bridge"),
  "AccountStatus.state": words("connecting", "healthy", "degraded", "reauth_needed"),
  "SystemCheck.state": words("ok", "missing", "degraded"),
  "Backtest.status": words("running", "completed"),
  "Backtest.cases": perhaps({ type: "array", items: named("RehearsalBacktestCase") }),
  "Retention.decided_by": words("workflow", "tenant", "installation"),
};

const document = read(source);
const components = document.components.schemas;
// The lists' filters name them, the document does not carry them.
components.RunStatus ??= runStatus;
components.FactSource ??= words("explicit", "inferred");
components.FactState ??= words("proposed", "held", "superseded");
for (const [place, schema] of Object.entries(narrowed)) {
  const [owner, field] = place.split(".");
  // A flattened part stands in `allOf`.
  const parts = [components[owner], ...(components[owner]?.allOf ?? [])];
  const part = parts.find((one) => one?.properties?.[field]);
  if (!part) {
    console.error(`${source} has no ${place} any more: correct scripts/api.mjs.`);
    process.exit(1);
  }
  part.properties[field] = schema;
}
// What is left out of a patch stays; the document calls it required.
components.AccountPatch.required = [];
// A page repeats its items' schema in place; one name serves both.
for (const [name, page] of Object.entries(components)) {
  const item = /^Page_(\w+)$/.exec(name)?.[1];
  if (item && components[item]) page.properties.items.items = named(item);
}
/** "Any object" is an object of anything. */
function open(schema) {
  if (typeof schema !== "object" || schema === null) return;
  const types = [schema.type].flat();
  if (types.includes("object") && !schema.properties && schema.additionalProperties === undefined) {
    schema.additionalProperties = true;
  }
  Object.values(schema).forEach(open);
}
open(document);
adopt(components, `${schemas}/workflow/workflow.json`, "Workflow", "WorkflowDocument");
adopt(components, `${schemas}/events/run.events.v1.json`, "Log");
adopt(components, `${schemas}/events/workflow.backtest_completed.v1.json`, "Rehearsal");
for (const entry of components.LogRunEvent.oneOf) {
  entry.properties.seq = { type: "integer" };
  entry.required.push("seq");
}
const types = astToString(await openapiTS(document));
if (!process.argv.includes("--check")) {
  writeFileSync(target, types);
} else if (readFileSync(target, "utf8") !== types) {
  console.error(`${target} is out of date: run \`cargo xtask schemas\`.`);
  process.exit(1);
}
