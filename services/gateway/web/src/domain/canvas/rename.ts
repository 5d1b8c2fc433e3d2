// Another id for a node, everywhere that it is named.
import type { WorkflowDocument, WorkflowNode } from "../../api/types";
import { placesOf, withLayout } from "./places";

export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

export type IdFault = "pattern" | "taken";

export function idFault(document: WorkflowDocument, from: string, to: string): IdFault | undefined {
  if (!idPattern.test(to)) return "pattern";
  return to !== from && document.nodes.some(({ id }) => id === to) ? "taken" : undefined;
}

export function renameNode(document: WorkflowDocument, from: string, to: string): WorkflowDocument {
  if (from === to) return document;
  const names = new Map([[from, to]]);
  const places = Object.entries(placesOf(document)).map(([id, at]) => [id === from ? to : id, at] as const);
  const renamed: WorkflowDocument = {
    ...document,
    nodes: document.nodes.map((node) => renamedIn(node.id === from ? { ...node, id: to } : node, names)),
    edges: document.edges.map((edge) => ({
      ...edge,
      source: edge.source === from ? to : edge.source,
      destination: edge.destination === from ? to : edge.destination,
    })),
  };
  if (document.approvals) renamed.approvals = inValue(document.approvals, names);
  return withLayout(renamed, { nodes: Object.fromEntries(places) });
}

/** A node whose expressions name other nodes by their new ids. What is pinned is data, not expressions. */
export function renamedIn(node: WorkflowNode, names: ReadonlyMap<string, string>): WorkflowNode {
  const { config, approval } = node;
  return {
    ...node,
    ...(config && { config: inValue(config, names) }),
    ...(approval && { approval: inValue(approval, names) }),
  };
}

function inValue<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (typeof value === "string") return inText(value, names) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => inValue(one, names)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inValue(one, names)])) as T;
}

/** `nodes.a` or nodes.`a-b`, with the spaces that JSONata allows. */
const reference = /(?<![\w$.`])(nodes\s*\.\s*)(?:`([^`]+)`|([A-Za-z_]\w*))/g;
const plainName = /^[A-Za-z_]\w*$/;

function inText(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(reference, (all, start: string, quoted?: string, plain?: string) => {
    const to = names.get(quoted ?? plain ?? "");
    if (to === undefined) return all;
    return start + (plainName.test(to) ? to : `\`${to}\``);
  });
}
