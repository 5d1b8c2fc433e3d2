// Facts about a workflow document.
import type { Template, WorkflowDocument, WorkflowNode } from "../api/types";
import { parsePointer } from "./pointer";

/** The smallest document that runs: a person starts it, and it logs what it was given. */
export function blankDocument(name: string): WorkflowDocument {
  return {
    name,
    description: "",
    nodes: [
      { id: "start", node_type: "trigger.manual", config: {} },
      { id: "say", node_type: "log", config: { message: "Hello, {{ input.name }}", level: "info" } },
    ],
    edges: [{ source: "start", source_port: "out", destination: "say", destination_port: "in" }],
  };
}

export function triggersOf(document: WorkflowDocument): WorkflowNode[] {
  return document.nodes.filter((node) => node.node_type.startsWith("trigger."));
}

/** How documents are shown and edited: two spaces, one trailing newline. */
export function printDocument(document: WorkflowDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The document in a text, or undefined while the text is no JSON object. */
export function parseDocument(text: string): WorkflowDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as WorkflowDocument)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The value at a JSON pointer, undefined where there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  return parsePointer(pointer).reduce(member, document);
}

/** The template's document with what a person filled in, by pointer. What was left empty stays as it is. */
export function fillIn(template: Template, values: Record<string, string>): WorkflowDocument {
  const document = structuredClone(template.document);
  for (const [pointer, value] of Object.entries(values)) {
    const keys = parsePointer(pointer);
    const last = keys.pop();
    const owner = keys.reduce<unknown>(member, document);
    if (last === undefined || value === "" || typeof owner !== "object" || owner === null) continue;
    (owner as Record<string, unknown>)[last] = value;
  }
  return document;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
