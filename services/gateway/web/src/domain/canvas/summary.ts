// What a node does, in one line of its parameters.
import type { WorkflowNode } from "../../api/types";

/** The parameters that say most, in this order. */
const telling = [
  "path",
  "cron",
  "event_type",
  "condition",
  "cases",
  "url",
  "categories",
  "options",
  "subject",
  "title",
  "message",
  "instructions",
  "question",
  "goal",
  "criteria",
  "fields",
  "field",
  "by",
  "values",
  "output",
  "template",
  "operation",
  "mode",
  "count",
  "for",
  "until",
  "to",
  "prompt",
  "text",
];

const longest = 80;

export function summaryOf({ config = {} }: WorkflowNode): string {
  const method = typeof config.method === "string" && "url" in config ? `${config.method} ` : "";
  for (const name of telling) {
    const said = lineOf(config[name]);
    if (said) return cut(method + said);
  }
  return "";
}

function lineOf(value: unknown): string {
  if (typeof value === "string") return value.replace(/\s+/g, " ").trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(nameOf).filter(Boolean).join(", ");
  if (typeof value === "object" && value !== null) return Object.keys(value).join(", ");
  return "";
}

function nameOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return "name" in value ? String(value.name) : "";
  return String(value);
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
