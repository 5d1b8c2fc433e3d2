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
      fact("task", "operation");
      return { facts, body: bodyOf(take("arguments")), rest };
    default:
      return { facts, body: isRecord(request) ? undefined : bodyOf(request), rest };
  }
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
