import { applyEdgeChanges, applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Edge, WorkflowDocument } from "../api/types";
import { complete } from "../domain/canvas/arrange";
import { drawingOf, type DrawnEdge, type DrawnNode, type Drawing } from "../domain/canvas/drawing";
import type { Chosen } from "../domain/canvas/nodes";
import { placesOf, type Places, type Size } from "../domain/canvas/places";
import type { TypesByName } from "../domain/nodeTypes";
import { attended, flowEdges, flowNodes, noteIdOf, type Faults, type FlowEdge, type FlowNode } from "./flow";
import type { Live } from "../domain/canvas/live";
import type { Marks } from "./flow";

interface FlowState {
  /** What it was computed from. */
  given: unknown;
  nodes: FlowNode[];
  edges: FlowEdge[];
  /** What is to be chosen once it is there. */
  next?: Chosen;
  active?: string;
}

/** A document on the canvas: nodes and edges as xyflow takes them, and what of them is chosen. */
export function useFlow(document: WorkflowDocument, types: TypesByName, marks: Marks) {
  const drawing = useMemo(() => drawingOf(document, types), [document, types]);
  const places = useCompletePlaces(drawing, document);
  const name = useNodeName();
  const { t } = useTranslation();
  const word = t("canvas.selected");
  const given = useMemo(
    () => ({
      drawing,
      places,
      marks,
      nameOf: name,
      role: t("canvas.nodeRole"),
      noteName: t("canvas.note"),
      wireName: ({ key }: DrawnEdge) => t("canvas.wireName", { wire: key.replace(">", " → ") }),
    }),
    [drawing, places, marks, name, t],
  );
  const [state, setFlow] = useState<FlowState>({ given: undefined, nodes: [], edges: [] });
  let flow = state;
  if (state.given !== given) {
    const nodes = attended(flowNodes(given, state.nodes, state.next), state.active, word);
    flow = { ...state, given, next: undefined, nodes, edges: flowEdges(given, state.edges, state.next) };
    setFlow(flow);
  }
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) =>
      setFlow((now) => ({ ...now, nodes: attended(applyNodeChanges(changes, now.nodes), now.active, word) })),
    [setFlow, word],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) =>
      setFlow((now) => ({ ...now, edges: applyEdgeChanges(changes, now.edges) })),
    [setFlow],
  );
  const choose = useCallback(
    (chosen: Chosen) =>
      setFlow((now) => ({
        ...now,
        next: chosen,
        nodes: attended(
          now.nodes.map((node) => selected(node, chosen)),
          now.active,
          word,
        ),
        edges: now.edges.map((edge) => marked(edge, chosen.edges.has(edge.id))),
      })),
    [setFlow, word],
  );
  const setActive = useCallback(
    (active: string) => setFlow((now) => ({ ...now, active, nodes: attended(now.nodes, active, word) })),
    [setFlow, word],
  );
  const chosen = useChosen(flow);
  return { ...flow, drawing, places, chosen, onNodesChange, onEdgesChange, choose, setActive };
}

export type Flow = ReturnType<typeof useFlow>;

/** Computed again only when something that places depend on has changed. */
function useCompletePlaces(drawing: Drawing, document: WorkflowDocument): Places {
  const own = placesOf(document);
  const print = JSON.stringify([
    drawing.nodes.map(({ id, width, height }) => ({ id, width, height })),
    drawing.edges.map(({ source, destination, destination_port }) => ({
      source,
      destination,
      destination_port,
    })),
    own,
  ]);
  return useMemo(() => {
    const [nodes, edges, places] = JSON.parse(print) as [(Size & { id: string })[], Edge[], Places];
    return complete(nodes, edges, places);
  }, [print]);
}

function useChosen({ nodes, edges }: Pick<FlowState, "nodes" | "edges">): Chosen {
  const ids = (type: FlowNode["type"]) =>
    nodes.filter((one) => one.selected && one.type === type).map((one) => one.id);
  const print = JSON.stringify([
    ids("step"),
    edges.filter((edge) => edge.selected).map((edge) => edge.id),
    ids("note").map(noteIdOf),
  ]);
  return useMemo(() => {
    const [steps, wires, notes] = JSON.parse(print) as [string[], string[], string[]];
    return { nodes: new Set(steps), edges: new Set(wires), notes: new Set(notes) };
  }, [print]);
}

function selected(node: FlowNode, chosen: Chosen): FlowNode {
  return marked(node, node.type === "note" ? chosen.notes.has(noteIdOf(node.id)) : chosen.nodes.has(node.id));
}

function marked<T extends { selected?: boolean }>(one: T, is: boolean): T {
  return Boolean(one.selected) === is ? one : { ...one, selected: is };
}

/** What a screen reader says of a node. */
function useNodeName() {
  const { t } = useTranslation();
  return useCallback(
    ({ title, id }: DrawnNode, faults?: Faults, live?: Live) =>
      [
        t("canvas.nodeName", { title, id }),
        faults && t("workflow.problemCount", { count: faults.errors + faults.warnings }),
        live && t(`runs.state.${live.state}`),
        live?.note,
      ]
        .filter(Boolean)
        .join(", "),
    [t],
  );
}
