// A part of a document on the clipboard: nodes, the edges between them, and where they stand. A whole document is one too.
import type { Edge, Note, Position, WorkflowDocument, WorkflowNode } from "../../api/types";
import type { Chosen } from "./nodes";
import { freshId } from "./nodes";
import { notesOf, withLayout, type Places } from "./places";
import { renamedIn } from "./rename";

export interface Fragment {
  nodes: WorkflowNode[];
  edges: Edge[];
  layout: { nodes: Record<string, Position>; notes: Note[] };
}

/** What is chosen, with the edges between its nodes. */
export function fragmentOf(
  document: WorkflowDocument,
  chosen: Omit<Chosen, "edges">,
  places: Places,
): Fragment {
  const nodes = document.nodes.filter(({ id }) => chosen.nodes.has(id));
  const edges = document.edges.filter(
    ({ source, destination }) => chosen.nodes.has(source) && chosen.nodes.has(destination),
  );
  const at = nodes.flatMap(({ id }) => (places[id] ? [[id, places[id]] as const] : []));
  const notes = notesOf(document).filter(({ id }) => chosen.notes.has(id));
  return { nodes, edges, layout: { nodes: Object.fromEntries(at), notes } };
}

export function printFragment(fragment: Fragment): string {
  return JSON.stringify(fragment, null, 2);
}

/** The fragment in a text; undefined when it holds none. */
export function readFragment(text: string): Fragment | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { nodes = [], edges = [], layout } = record(value);
  if (!Array.isArray(nodes) || !nodes.every(isNode) || !Array.isArray(edges)) return undefined;
  const { nodes: places, notes = [] } = record(layout);
  const texts = Array.isArray(notes) ? notes.filter(isNote) : [];
  if (nodes.length === 0 && texts.length === 0) return undefined;
  const at = Object.entries(record(places)).filter((entry): entry is [string, Position] =>
    isPosition(entry[1]),
  );
  return { nodes, edges: edges.filter(isEdge), layout: { nodes: Object.fromEntries(at), notes: texts } };
}

/** Puts a fragment in, its upper left corner at `at`. Ids that are taken become others, also where its nodes name each other. */
export function paste(
  document: WorkflowDocument,
  fragment: Fragment,
  at: Position,
): { document: WorkflowDocument; nodes: Set<string>; notes: Set<string> } {
  const taken = new Set(document.nodes.map(({ id }) => id));
  const names = new Map<string, string>();
  for (const { id } of fragment.nodes) {
    const own = freshId(id, taken);
    taken.add(own);
    names.set(id, own);
  }
  const named = (id: string) => names.get(id) ?? id;
  const nodes = fragment.nodes.map((node) => renamedIn({ ...node, id: named(node.id) }, names));
  const edges = fragment.edges
    .filter(({ source, destination }) => names.has(source) && names.has(destination))
    .map((edge) => ({ ...edge, source: named(edge.source), destination: named(edge.destination) }));
  const move = moveTo(fragment, at);
  const places = Object.entries(fragment.layout.nodes)
    .filter(([id]) => names.has(id))
    .map(([id, place]) => [named(id), move(place)] as const);
  const notes = withFreshIds(fragment.layout.notes, notesOf(document)).map((note) => ({
    ...note,
    at: move(note.at),
  }));
  const pasted = withLayout(
    { ...document, nodes: [...document.nodes, ...nodes], edges: [...document.edges, ...edges] },
    {
      nodes: { ...document.layout?.nodes, ...Object.fromEntries(places) },
      notes: [...notesOf(document), ...notes],
    },
  );
  return { document: pasted, nodes: new Set(names.values()), notes: new Set(notes.map(({ id }) => id)) };
}

function withFreshIds(notes: readonly Note[], others: readonly Note[]): Note[] {
  const taken = new Set(others.map(({ id }) => id));
  return notes.map((note) => {
    const id = freshId(note.id, taken);
    taken.add(id);
    return { ...note, id };
  });
}

function moveTo({ layout }: Fragment, at: Position): (place: Position) => Position {
  const corners = [...Object.values(layout.nodes), ...layout.notes.map((note) => note.at)];
  const left = Math.min(...corners.map(({ x }) => x));
  const top = Math.min(...corners.map(({ y }) => y));
  return ({ x, y }) => ({ x: Math.round(at.x + x - left), y: Math.round(at.y + y - top) });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isNode(value: unknown): value is WorkflowNode {
  const { id, node_type } = record(value);
  return typeof id === "string" && typeof node_type === "string";
}

function isEdge(value: unknown): value is Edge {
  const edge = record(value);
  return [edge.source, edge.source_port, edge.destination, edge.destination_port].every(
    (one) => typeof one === "string",
  );
}

function isPosition(value: unknown): value is Position {
  const { x, y } = record(value);
  return typeof x === "number" && typeof y === "number";
}

function isNote(value: unknown): value is Note {
  const { id, text, at, width, height } = record(value);
  const sized = typeof width === "number" && typeof height === "number";
  return typeof id === "string" && typeof text === "string" && isPosition(at) && sized;
}
