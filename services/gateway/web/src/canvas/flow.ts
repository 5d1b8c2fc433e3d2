// The drawing as xyflow takes it. What did not change keeps its identity, so that only what changed is drawn again.
import type { Edge as XyEdge, Node as XyNode, NodeHandle } from "@xyflow/react";
import { Position as Side } from "@xyflow/react";
import type { Note } from "../api/types";
import { portY, type DrawnEdge, type DrawnNode, type Drawing } from "../domain/canvas/drawing";
import type { Live } from "../domain/canvas/live";
import type { Chosen } from "../domain/canvas/nodes";
import type { Places } from "../domain/canvas/places";

export interface Faults {
  errors: number;
  warnings: number;
}

export interface Marks {
  faults: ReadonlyMap<string, Faults>;
  live?: ReadonlyMap<string, Live>;
  /** Edges at fault, by key. */
  wires: ReadonlySet<string>;
}

interface StepData extends Record<string, unknown> {
  drawn: DrawnNode;
  faults?: Faults;
  live?: Live;
  /** To tell whether anything changed. */
  print: string;
}

interface NoteData extends Record<string, unknown> {
  note: Note;
  print: string;
}

interface WireData extends Record<string, unknown> {
  drawn: DrawnEdge;
  faulty: boolean;
}

export type StepNode = XyNode<StepData, "step">;
export type NoteNode = XyNode<NoteData, "note">;
export type FlowNode = StepNode | NoteNode;
export type FlowEdge = XyEdge<WireData, "wire">;

const notePrefix = "note:";

export function noteIdOf(flowId: string): string {
  return flowId.slice(notePrefix.length);
}

export function flowNoteId(id: string): string {
  return notePrefix + id;
}

interface Given {
  drawing: Drawing;
  places: Places;
  marks: Marks;
  nameOf: (node: DrawnNode, faults?: Faults, live?: Live) => string;
  /** The word that a screen reader says for what a node is. */
  role: string;
  noteName: string;
  wireName: (edge: DrawnEdge) => string;
}

export function flowNodes(given: Given, before: readonly FlowNode[], chosen?: Chosen): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const notes = given.drawing.notes.map((note) =>
    noteNode(note, given, known.get(flowNoteId(note.id)), chosen),
  );
  const steps = given.drawing.nodes.map((drawn) => stepNode(drawn, given, known.get(drawn.id), chosen));
  return [...notes, ...steps];
}

function stepNode(drawn: DrawnNode, given: Given, old: FlowNode | undefined, chosen?: Chosen): StepNode {
  const { places, marks, nameOf, role } = given;
  // What is being dragged stays under the pointer, whatever else becomes known meanwhile.
  const position = old?.dragging ? old.position : (places[drawn.id] ?? { x: 0, y: 0 });
  const [faults, live] = [marks.faults.get(drawn.id), marks.live?.get(drawn.id)];
  const selected = chosen ? chosen.nodes.has(drawn.id) : (old?.selected ?? false);
  const print = JSON.stringify([drawn, position, faults, live]);
  if (old?.type === "step" && old.data.print === print) {
    return old.selected === selected && same(old.position, position) ? old : { ...old, position, selected };
  }
  return {
    id: drawn.id,
    type: "step",
    position,
    selected,
    width: drawn.width,
    height: drawn.height,
    handles: handlesOf(drawn),
    data: { drawn, faults, live, print },
    // A button would have to be called by all that stands in it.
    ariaRole: "article",
    ariaLabel: nameOf(drawn, faults, live),
    domAttributes: { tabIndex: -1, "aria-roledescription": role, ...old?.domAttributes },
    // Known before it is shown: what is out of sight counts too when the view is fitted.
    measured: { width: drawn.width, height: drawn.height },
  };
}

function noteNode(note: Note, given: Given, old: FlowNode | undefined, chosen?: Chosen): NoteNode {
  const print = JSON.stringify(note);
  const selected = chosen ? chosen.notes.has(note.id) : (old?.selected ?? false);
  if (old?.type === "note" && old.data.print === print) {
    const still = old.selected === selected && same(old.position, note.at) && old.width === note.width;
    return still && old.height === note.height
      ? old
      : { ...old, position: note.at, selected, ...sizeOf(note) };
  }
  return {
    id: flowNoteId(note.id),
    type: "note",
    position: note.at,
    selected,
    ...sizeOf(note),
    zIndex: -1,
    data: { note, print },
    ariaRole: "group",
    ariaLabel: given.noteName,
    measured: sizeOf(note),
  };
}

function sizeOf({ width, height }: Note) {
  return { width, height };
}

/** Where wires end, known before a node is shown: wires to nodes out of sight are drawn too. */
function handlesOf(drawn: DrawnNode): NodeHandle[] {
  const handle = (type: "source" | "target") => (port: { name: string }, row: number) => ({
    id: port.name,
    type,
    position: type === "source" ? Side.Right : Side.Left,
    x: (type === "source" ? drawn.width : 0) - 5,
    y: portY(drawn, row) - 5,
    width: 10,
    height: 10,
  });
  return [...drawn.inputs.map(handle("target")), ...drawn.outputs.map(handle("source"))];
}

/** One node is a stop of the Tab key; those that are chosen say so. */
export function attended(
  nodes: readonly FlowNode[],
  active: string | undefined,
  chosenWord: string,
): FlowNode[] {
  const steps = nodes.filter((node) => node.type === "step");
  const stop = steps.some(({ id }) => id === active) ? active : steps[0]?.id;
  return nodes.map((node) => {
    if (node.type !== "step") return node;
    const tabIndex = node.id === stop ? 0 : -1;
    const said = node.selected ? chosenWord : undefined;
    const { domAttributes: has } = node;
    if (has?.tabIndex === tabIndex && has["aria-description"] === said) return node;
    return { ...node, domAttributes: { ...has, tabIndex, "aria-description": said } };
  });
}

export function flowEdges(
  { drawing, marks, wireName }: Pick<Given, "drawing" | "marks" | "wireName">,
  before: readonly FlowEdge[],
  chosen?: Chosen,
): FlowEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  return drawing.edges.map((drawn) => {
    const old = known.get(drawn.key);
    const faulty = marks.wires.has(drawn.key);
    const selected = chosen ? chosen.edges.has(drawn.key) : (old?.selected ?? false);
    if (old?.data?.faulty === faulty && old.data.drawn.back === drawn.back) {
      return old.selected === selected ? old : { ...old, selected };
    }
    return {
      id: drawn.key,
      type: "wire",
      source: drawn.source,
      sourceHandle: drawn.source_port,
      target: drawn.destination,
      targetHandle: drawn.destination_port,
      selected,
      ariaRole: "img",
      ariaLabel: wireName(drawn),
      data: { drawn, faulty },
    };
  });
}

function same(one: { x: number; y: number }, other: { x: number; y: number }): boolean {
  return one.x === other.x && one.y === other.y;
}
