// Edges by the ports that they join.
import type { Edge, WorkflowDocument } from "../../api/types";

export interface End {
  node: string;
  port: string;
}

export function edgeKey(edge: Edge): string {
  return `${edge.source}.${edge.source_port}>${edge.destination}.${edge.destination_port}`;
}

export function edgeBetween(from: End, to: End): Edge {
  return { source: from.node, source_port: from.port, destination: to.node, destination_port: to.port };
}

/** The document with the edge; as it was when it has it already. */
export function connect(document: WorkflowDocument, edge: Edge): WorkflowDocument {
  const key = edgeKey(edge);
  if (document.edges.some((one) => edgeKey(one) === key)) return document;
  return { ...document, edges: [...document.edges, edge] };
}

export function disconnect(document: WorkflowDocument, keys: ReadonlySet<string>): WorkflowDocument {
  return { ...document, edges: document.edges.filter((edge) => !keys.has(edgeKey(edge))) };
}

/** An edge that now joins other ports, in its old place. */
export function reconnect(document: WorkflowDocument, key: string, edge: Edge): WorkflowDocument {
  const known = document.edges.some((one) => edgeKey(one) === edgeKey(edge));
  const edges = document.edges.flatMap((one) => (edgeKey(one) !== key ? [one] : known ? [] : [edge]));
  return { ...document, edges };
}

/** The ports of a node that an edge leaves by or enters by. */
export function portsInUse(
  document: WorkflowDocument,
  node: string,
): { fed: Set<string>; taken: Set<string> } {
  const into = document.edges.filter((edge) => edge.destination === node);
  const from = document.edges.filter((edge) => edge.source === node);
  return {
    fed: new Set(into.map((edge) => edge.destination_port)),
    taken: new Set(from.map((edge) => edge.source_port)),
  };
}

/** The node and all that edges lead to from it. */
export function downstream(document: WorkflowDocument, node: string): Set<string> {
  const reached = new Set([node]);
  for (const id of reached) {
    for (const edge of document.edges) {
      if (edge.source === id && edge.destination_port !== "next") reached.add(edge.destination);
    }
  }
  return reached;
}
