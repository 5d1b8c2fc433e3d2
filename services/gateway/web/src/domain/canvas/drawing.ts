// The canvas of a document: computed from it, and never kept.
import type { Edge, Note, WorkflowDocument, WorkflowNode } from "../../api/types";
import { isLoop, type PortFacts, type TypesByName } from "../nodeTypes";
import { edgeKey } from "./edges";
import type { Size } from "./places";
import { portsOf } from "./ports";
import { summaryOf } from "./summary";

export interface DrawnPort extends PortFacts {
  /** Only an edge names it. */
  unknown?: boolean;
}

export interface DrawnNode extends Size {
  id: string;
  type: string;
  title: string;
  summary: string;
  inputs: DrawnPort[];
  outputs: DrawnPort[];
}

export interface DrawnEdge extends Edge {
  key: string;
  /** Leads back to a loop. */
  back: boolean;
  /** Leaves by a port for errors. */
  error: boolean;
}

export interface Drawing {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
  notes: readonly Note[];
}

/** In pixels; ports stand in rows below the head and the summary. */
export const face = { width: 240, head: 52, summary: 24, row: 24, foot: 8 };

export function drawingOf(document: WorkflowDocument, types: TypesByName): Drawing {
  const unique = new Map(document.nodes.map((node) => [node.id, node]));
  const edges = [...new Map(document.edges.map((edge) => [edgeKey(edge), edge]))]
    .filter(([, edge]) => unique.has(edge.source) && unique.has(edge.destination))
    .map(([key, edge]): DrawnEdge => {
      const into = unique.get(edge.destination);
      const back = edge.destination_port === "next" && into !== undefined && isLoop(into.node_type);
      return { ...edge, key, back, error: edge.source_port === "error" };
    });
  const named = namedPorts(edges);
  const nodes = [...unique.values()].map((node) => drawn(node, types, named.get(node.id)));
  return { nodes, edges, notes: document.layout?.notes ?? [] };
}

interface NamedPorts {
  inputs: Set<string>;
  outputs: Set<string>;
}

function namedPorts(edges: readonly DrawnEdge[]): Map<string, NamedPorts> {
  const named = new Map<string, NamedPorts>();
  const of = (id: string) => {
    const known = named.get(id) ?? { inputs: new Set(), outputs: new Set() };
    named.set(id, known);
    return known;
  };
  for (const edge of edges) {
    of(edge.source).outputs.add(edge.source_port);
    of(edge.destination).inputs.add(edge.destination_port);
  }
  return named;
}

function drawn(node: WorkflowNode, types: TypesByName, named: NamedPorts | undefined): DrawnNode {
  const type = types.get(node.node_type);
  const { inputs, outputs } = portsOf(node, type);
  const summary = summaryOf(node);
  const all = { inputs: withNamed(inputs, named?.inputs), outputs: withNamed(outputs, named?.outputs) };
  const rows = Math.max(all.inputs.length, all.outputs.length);
  const height = face.head + (summary ? face.summary : 0) + rows * face.row + face.foot;
  return {
    id: node.id,
    type: node.node_type,
    title: type?.title ?? node.node_type,
    summary,
    ...all,
    width: face.width,
    height,
  };
}

function withNamed(ports: readonly PortFacts[], named: ReadonlySet<string> = new Set()): DrawnPort[] {
  const known = new Set(ports.map(({ name }) => name));
  const unknown = [...named].filter((name) => !known.has(name));
  return [...ports, ...unknown.map((name): DrawnPort => ({ name, schema: {}, unknown: true }))];
}

/** The middle of a port's row, from the node's upper edge. */
export function portY({ summary }: Pick<DrawnNode, "summary">, row: number): number {
  return face.head + (summary ? face.summary : 0) + (row + 0.5) * face.row;
}

/** Whether a text's document can be drawn: it is a person's, its parts may be of any kind. */
export function isDrawable(document: WorkflowDocument | undefined): document is WorkflowDocument {
  if (!document || !Array.isArray(document.nodes) || !Array.isArray(document.edges)) return false;
  const record = (value: unknown) => typeof value === "object" && value !== null;
  return (
    document.nodes.every(
      (node) => record(node) && typeof node.id === "string" && typeof node.node_type === "string",
    ) && document.edges.every(record)
  );
}
