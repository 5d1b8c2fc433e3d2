// Nodes put into a document, changed and taken out of it.
import type { Position, WorkflowDocument, WorkflowNode } from "../../api/types";
import { defaultsOf } from "../form";
import type { NodeTypeFacts } from "../nodeTypes";
import { connect, disconnect, downstream, edgeBetween, edgeKey, type End } from "./edges";
import { gap, placeNodes, placesOf, withLayout, type Places } from "./places";

/** A node of a type, with an id that nothing else has and the type's own defaults. */
export function newNode(document: WorkflowDocument, type: NodeTypeFacts): WorkflowNode {
  const node: WorkflowNode = {
    id: freshId(type.node_type.replace(/^.*\./, ""), new Set(document.nodes.map(({ id }) => id))),
    node_type: type.node_type,
    config: telling(defaultsOf(type.config_schema)),
  };
  const two = ["a", "b"].map((name) => ({ name, schema: {}, required: true }));
  if (type.declares_inputs) node.inputs = two;
  if (type.declares_outputs) node.outputs = two.map(({ name, schema }) => ({ name, schema }));
  return node;
}

export function freshId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  for (let number = 2; ; number += 1) {
    const id = `${stem.slice(0, 60)}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Defaults that tell a reader something: what is empty, or holds more than a value, is left to the server. */
function telling(defaults: unknown): Record<string, unknown> {
  if (typeof defaults !== "object" || defaults === null) return {};
  return Object.fromEntries(
    Object.entries(defaults).filter(([, value]) => value !== "" && typeof value !== "object"),
  );
}

/** How a new node is wired: what enters it and what leaves it. */
export interface Wiring {
  before?: { from: End; port: string };
  after?: { to: End; port: string };
}

export function addNode(
  document: WorkflowDocument,
  node: WorkflowNode,
  at: Position,
  { before, after }: Wiring = {},
): WorkflowDocument {
  let added: WorkflowDocument = { ...document, nodes: [...document.nodes, node] };
  if (before) added = connect(added, edgeBetween(before.from, { node: node.id, port: before.port }));
  if (after) added = connect(added, edgeBetween({ node: node.id, port: after.port }, after.to));
  return placeNodes(added, { [node.id]: at });
}

interface Insertion {
  /** Of the edge that the node comes into. */
  key: string;
  node: WorkflowNode;
  input: string | undefined;
  output: string | undefined;
  width: number;
  height: number;
  /** Where each node stands, and how wide the edge's source is. */
  places: Places;
  sourceWidth: number;
}

/** A node in between: what comes after it moves on when there is no room. */
export function insertOn(document: WorkflowDocument, insertion: Insertion): WorkflowDocument {
  const { key, node, input, output, width, places, sourceWidth } = insertion;
  const edge = document.edges.find((one) => edgeKey(one) === key);
  const [source, destination] = [places[edge?.source ?? ""], places[edge?.destination ?? ""]];
  if (!edge || !source || !destination) return document;
  const back = edge.destination_port === "next";
  const at = back
    ? { x: (source.x + destination.x) / 2, y: Math.max(source.y, destination.y) + insertion.height + gap.y }
    : { x: source.x + sourceWidth + gap.x, y: (source.y + destination.y) / 2 };
  const place = { x: Math.round(at.x / 20) * 20, y: Math.round(at.y / 20) * 20 };
  const short = back ? 0 : place.x + width + gap.x - destination.x;
  const moved = short > 0 ? shifted(document, edge.destination, edge.source, short, places) : {};
  const added = addNode(disconnect(document, new Set([key])), node, place, {
    before:
      input === undefined ? undefined : { from: { node: edge.source, port: edge.source_port }, port: input },
    after:
      output === undefined
        ? undefined
        : { to: { node: edge.destination, port: edge.destination_port }, port: output },
  });
  return placeNodes(added, moved);
}

function shifted(
  document: WorkflowDocument,
  from: string,
  except: string,
  by: number,
  places: Places,
): Places {
  const ids = [...downstream(document, from)].filter((id) => id !== except);
  return Object.fromEntries(
    ids.flatMap((id) => {
      const at = places[id];
      return at ? [[id, { x: Math.ceil((at.x + by) / 20) * 20, y: at.y }]] : [];
    }),
  );
}

export function changeNode(
  document: WorkflowDocument,
  id: string,
  change: (node: WorkflowNode) => WorkflowNode,
): WorkflowDocument {
  return { ...document, nodes: document.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** What is chosen on the canvas; edges by their keys. */
export interface Chosen {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  notes: ReadonlySet<string>;
}

/** Without what is chosen, and without the edges of nodes that are gone. */
export function remove(document: WorkflowDocument, { nodes, edges, notes }: Chosen): WorkflowDocument {
  const left: WorkflowDocument = {
    ...document,
    nodes: document.nodes.filter(({ id }) => !nodes.has(id)),
    edges: document.edges.filter(
      (edge) => !edges.has(edgeKey(edge)) && !nodes.has(edge.source) && !nodes.has(edge.destination),
    ),
  };
  const kept = document.layout?.notes?.filter(({ id }) => !notes.has(id));
  return withLayout(left, { nodes: placesOf(document), notes: kept });
}
