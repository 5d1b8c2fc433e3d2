// Facts about a workflow document.
import type { WorkflowDocument, WorkflowNode } from "../api/types";

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
