// What runs ask people: what a question is about, what can be decided on it, and what is sent then.
import type { DecisionKind, DecisionRequest, Question, Subject } from "../api/types";
import { formOfValue, type Form, type FormField } from "./form";

/** Undefined for a kind that this version does not know. */
export function subjectOf({ about }: Pick<Question, "about">): Subject | undefined {
  const known = about.kind === "effect" || about.kind === "value" || about.kind === "form";
  return known ? (about as unknown as Subject) : undefined;
}

/** What can be decided, the usual first. */
export function decisionsOn(subject: Subject): readonly DecisionKind[] {
  switch (subject.kind) {
    case "effect":
      return ["approve", "edit", "respond", "reject", "ignore"];
    case "value":
      return ["approve", "edit", "reject", "ignore"];
    case "form":
      return ["respond", "reject", "ignore"];
  }
}

/** What is sent: bound by its hash to what the person saw. */
export function decisionRequest(
  subject: Subject,
  decision: DecisionKind,
  { value, comment }: { value?: unknown; comment: string },
): DecisionRequest {
  const request: DecisionRequest = { decision, comment: comment.trim() };
  if (subject.kind !== "form") request.hash = subject.hash;
  if (decision === "edit" || decision === "respond") request.value = value;
  return request;
}

type PreviewFact = "to" | "subject" | "call" | "prompt" | "model" | "workflow" | "task";

/** What is about to happen, as a person reads it. Nothing of the request is left out. */
export interface Preview {
  facts: { name: PreviewFact; text: string }[];
  /** What is sent: words as they are, or a value. */
  body?: { text: string } | { value: unknown };
  /** The steps by which a workflow is to be changed. */
  steps?: string[];
  /** What is left of the request. */
  rest: Record<string, unknown>;
}

export function previewOf({ protocol, request }: Extract<Subject, { kind: "effect" }>): Preview {
  const rest: Record<string, unknown> = isRecord(request) ? { ...request } : {};
  const facts: Preview["facts"] = [];
  const take = (field: string) => {
    const value = rest[field];
    delete rest[field];
    return value;
  };
  const fact = (name: PreviewFact, ...fields: string[]) => {
    const text = fields.map((field) => words(take(field))).filter(Boolean);
    if (text.length > 0) facts.push({ name, text: text.join(" ") });
  };
  switch (isRecord(request) ? protocol : undefined) {
    case "smtp":
      fact("to", "to");
      fact("subject", "subject");
      return { facts, body: bodyOf(take("text")), rest };
    case "http":
      fact("call", "method", "url");
      return { facts, body: bodyOf(take("body")), rest };
    case "bridge":
      fact("to", "to");
      return { facts, body: bodyOf(take("text")), rest };
    case "llm":
      fact("prompt", "prompt");
      fact("model", "model");
      return { facts, body: bodyOf(take("variables")), rest };
    case "engine":
      fact("workflow", "child_workflow_id");
      return { facts, body: bodyOf(take("input")), rest };
    case "assistant":
      return ofAssistant(facts, rest);
    default:
      return { facts, body: isRecord(request) ? undefined : bodyOf(request), rest };
  }
}

/** What the assistant wants done: steps of a change one by one, anything else as its value. */
function ofAssistant(
  facts: Preview["facts"],
  { operation, arguments: given, ...rest }: Preview["rest"],
): Preview {
  facts.push({ name: "task", text: words(operation) });
  const { workflow_id, changes, ...others } = isRecord(given) ? given : {};
  if (typeof workflow_id !== "string") return { facts, body: bodyOf(given), rest };
  facts.push({ name: "workflow", text: workflow_id });
  const steps = Array.isArray(changes) ? changes.map(stepOf) : undefined;
  return { facts, steps, rest: { ...others, ...rest } };
}

/** One step of a change, in signs that every language shares. */
function stepOf(step: unknown): string {
  if (!isRecord(step)) return words(step);
  const ends = (sign: string) =>
    `${words(step.source)}${port(step.source_port)} ${sign} ${words(step.destination)}${port(step.destination_port)}`;
  switch (step.op) {
    case "add_node": {
      const { id, node_type, config } = isRecord(step.node) ? step.node : {};
      return `+ ${words(id)} (${words(node_type)}) ${JSON.stringify(config ?? {})}`;
    }
    case "remove_node":
      return `− ${words(step.id)}`;
    case "set":
      return `${words(step.id)} ${words(step.pointer)} = ${JSON.stringify(step.value ?? null)}`;
    case "connect":
      return ends("→");
    case "disconnect":
      return ends("↛");
    default:
      return JSON.stringify(step);
  }
}

function port(name: unknown): string {
  return typeof name === "string" ? `.${name}` : "";
}

/** The fields in which a request or a value is edited; undefined where only its JSON is. */
export function editForm(subject: Exclude<Subject, { kind: "form" }>): Form | undefined {
  if (subject.kind === "value") return formOfValue(subject.value);
  const { protocol, request } = subject;
  if (!isRecord(request)) return undefined;
  const field = (name: string, kind: FormField["kind"]): FormField => ({
    name,
    label: name,
    kind,
    required: false,
    keepEmpty: kind !== "json",
    choices: [],
  });
  const body = field("body", typeof request.body === "string" ? "long" : "json");
  switch (protocol) {
    case "smtp":
      return { whole: false, fields: [field("to", "list"), field("subject", "text"), field("text", "long")] };
    case "http":
      return { whole: false, fields: [field("method", "text"), field("url", "text"), body] };
    case "bridge":
      return { whole: false, fields: [field("to", "text"), field("text", "long")] };
    // Whom it speaks for is not to be edited.
    case "engine":
      return { whole: false, fields: [field("input", "json")] };
    case "assistant":
      return { whole: false, fields: [field("arguments", "json")] };
    default:
      return formOfValue(request);
  }
}

/** What an edit begins from. */
export function edited(subject: Exclude<Subject, { kind: "form" }>): unknown {
  return subject.kind === "effect" ? subject.request : subject.value;
}

function bodyOf(value: unknown): Preview["body"] {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? { text: value } : { value };
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(", ");
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
