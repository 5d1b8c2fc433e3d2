import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Position, WorkflowDocument } from "../api/types";
import { arrange } from "../domain/canvas/arrange";
import { drawingOf } from "../domain/canvas/drawing";
import { connect, disconnect, edgeKey, portsInUse, reconnect, type End } from "../domain/canvas/edges";
import { fragmentOf, paste, printFragment, readFragment, type Fragment } from "../domain/canvas/fragment";
import { addNode, insertOn, newNode, remove, type Chosen } from "../domain/canvas/nodes";
import { addNote } from "../domain/canvas/notes";
import { freePlace, freeze, gap, grid, placeNodes, snapped, type Places } from "../domain/canvas/places";
import { mainInput, mainOutput, portsOf } from "../domain/canvas/ports";
import { neighbour, type Direction, type Placed } from "../domain/canvas/neighbours";
import type { TypesByName } from "../domain/nodeTypes";
import type { Edge } from "../api/types";
import type { Flow } from "./useFlow";
import type { View } from "./useView";

export interface Editing {
  edit: (change: (document: WorkflowDocument) => WorkflowDocument, group?: string) => void;
  undo?: () => void;
  redo?: () => void;
}

interface Given {
  editing: Editing;
  document: WorkflowDocument;
  types: TypesByName;
  flow: Flow;
  view: View;
  say: (text: string) => void;
  /** A node is new, and about to be described. */
  onNew: () => void;
}

export const nothing: Chosen = { nodes: new Set(), edges: new Set(), notes: new Set() };

export interface AddOptions {
  at?: Position;
  /** The port that a wire comes from, or goes to. */
  from?: End;
  to?: End;
}

export function placedNodes({ drawing, places }: Pick<Flow, "drawing" | "places">): Placed[] {
  return drawing.nodes.map(({ id, width, height }) => ({
    id,
    width,
    height,
    ...(places[id] ?? { x: 0, y: 0 }),
  }));
}

/** What can be done to the document on the canvas. Whatever moves is what the person moved: the rest is held where it is drawn. */
export function useActions({ editing, document, types, flow, view, say, onNew }: Given) {
  const { t } = useTranslation();
  return useMemo(() => {
    const { chosen, places, drawing } = flow;
    const boxes = placedNodes(flow);
    const boxOf = (id: string) => boxes.find((box) => box.id === id);
    const edit = (change: (document: WorkflowDocument) => WorkflowDocument, group?: string) =>
      editing.edit((now) => change(freeze(now, places)), group);
    const show = (ids: Iterable<string>, focus?: Placed) => {
      flow.choose({ ...nothing, nodes: new Set(ids) });
      if (!focus) return;
      flow.setActive(focus.id);
      view.focus(focus.id, focus);
    };
    const made = (type: string) => {
      const facts = types.get(type);
      if (!facts) return undefined;
      const node = newNode(document, facts);
      const [drawn] = drawingOf({ name: "", description: "", nodes: [node], edges: [] }, types).nodes;
      return drawn && { node, drawn, ports: portsOf(node, facts) };
    };
    const clip = (): Fragment | undefined => {
      const fragment = fragmentOf(document, chosen, places);
      return fragment.nodes.length + fragment.layout.notes.length > 0 ? fragment : undefined;
    };
    const put = (fragment: Fragment, at: Position) => {
      const { nodes, notes } = paste(freeze(document, places), fragment, snapped(at));
      edit((now) => paste(now, fragment, snapped(at)).document);
      flow.choose({ ...nothing, nodes, notes });
      say(t("canvas.pasted", { count: nodes.size + notes.size }));
    };
    const removeChosen = () => {
      if (chosen.nodes.size + chosen.edges.size + chosen.notes.size === 0) return;
      const next = document.edges.find(
        (edge) => chosen.nodes.has(edge.destination) && !chosen.nodes.has(edge.source),
      );
      edit((now) => remove(now, chosen));
      say(t("canvas.removed", { count: chosen.nodes.size + chosen.edges.size + chosen.notes.size }));
      const box = next && boxOf(next.source);
      if (box) show([box.id], box);
      else view.focusCanvas();
    };
    return {
      boxOf,
      add: (type: string, { at, from, to }: AddOptions = {}) => {
        const one = made(type);
        if (!one) return;
        const { node, drawn, ports } = one;
        const before = from && boxOf(from.node);
        const wanted =
          at ??
          (before ? { x: before.x + before.width + gap.x, y: before.y } : centred(view.middle(), drawn));
        const place = freePlace(wanted, drawn, boxes);
        const input = from && mainInput(ports.inputs, new Set());
        const output = to && mainOutput(ports.outputs, new Set());
        edit((now) =>
          addNode(now, node, place, {
            before: from && input !== undefined ? { from, port: input } : undefined,
            after: to && output !== undefined ? { to, port: output } : undefined,
          }),
        );
        show([node.id], { id: node.id, ...place, width: drawn.width, height: drawn.height });
        onNew();
        say(t("canvas.added", { id: node.id }));
      },
      insert: (key: string, type: string) => {
        const one = made(type);
        const source = document.edges.find((edge) => edgeKey(edge) === key)?.source;
        if (!one || source === undefined) return;
        const { node, drawn, ports } = one;
        edit((now) =>
          insertOn(now, {
            key,
            node,
            input: mainInput(ports.inputs, new Set()),
            output: mainOutput(ports.outputs, new Set()),
            width: drawn.width,
            height: drawn.height,
            places,
            sourceWidth: boxOf(source)?.width ?? drawn.width,
          }),
        );
        flow.setActive(node.id);
        show([node.id]);
        view.focus(node.id);
        onNew();
        say(t("canvas.added", { id: node.id }));
      },
      connect: (edge: Edge) => {
        edit((now) => connect(now, edge));
        say(t("canvas.connected", { from: edge.source, to: edge.destination }));
      },
      reconnect: (key: string, edge: Edge) => edit((now) => reconnect(now, key, edge)),
      disconnect: (key: string) => edit((now) => disconnect(now, new Set([key]))),
      /** The end that a wire from or to a node takes when nobody says which. */
      outputOf: (id: string): End | undefined => {
        const node = drawing.nodes.find((one) => one.id === id);
        const port = node && mainOutput(node.outputs, portsInUse(document, id).taken);
        return port === undefined ? undefined : { node: id, port };
      },
      inputOf: (id: string): End => {
        const node = drawing.nodes.find((one) => one.id === id);
        return { node: id, port: mainInput(node?.inputs ?? [], portsInUse(document, id).fed) ?? "in" };
      },
      removeChosen,
      /** On to the next node in a direction; with `extend`, what was chosen stays so. */
      step: (direction: Direction, extend = false) => {
        const box = boxOf(neighbour(boxes, drawing.edges, flow.active ?? "", direction) ?? "");
        if (box) show(extend ? [...chosen.nodes, box.id] : [box.id], box);
      },
      /** The chosen nodes by steps of the grid. */
      nudge: (dx: number, dy: number) => {
        const moved = [...chosen.nodes].flatMap((id) => {
          const at = places[id];
          return at ? [[id, snapped({ x: at.x + dx * grid, y: at.y + dy * grid })] as const] : [];
        });
        if (moved.length > 0) edit((now) => placeNodes(now, Object.fromEntries(moved)), "nudge");
      },
      moved: (nodes: Places, notes: Places) => edit((now) => withMoved(now, nodes, notes)),
      tidy: () => {
        editing.edit((now) => placeNodes(now, arrange(drawing.nodes, drawing.edges)));
        requestAnimationFrame(() => requestAnimationFrame(view.fit));
        say(t("canvas.tidied"));
      },
      note: (at?: Position) => {
        const place = freePlace(at ?? view.middle(), { width: 240, height: 160 }, boxes);
        const { id } = addNote(document, place, t("canvas.firstNote"));
        edit((now) => addNote(now, place, t("canvas.firstNote")).document);
        flow.choose({ ...nothing, notes: new Set([id]) });
      },
      duplicate: () => {
        const fragment = clip();
        const [corner] = fragment ? cornersOf(fragment) : [];
        if (fragment && corner) put(fragment, { x: corner.x + 2 * grid, y: corner.y + 2 * grid });
      },
      selectAll: () =>
        flow.choose({
          nodes: new Set(drawing.nodes.map(({ id }) => id)),
          edges: new Set(drawing.edges.map(({ key }) => key)),
          notes: new Set(drawing.notes.map(({ id }) => id)),
        }),
      clip: () => {
        const fragment = clip();
        return fragment && printFragment(fragment);
      },
      /** Whether the text was one that can be pasted. */
      pasteText: (text: string, at: Position): boolean => {
        const fragment = readFragment(text);
        if (!fragment) return false;
        put(withPlaces(fragment, types), at);
        return true;
      },
      show,
    };
  }, [editing, document, types, flow, view, say, onNew, t]);
}

export type Actions = ReturnType<typeof useActions>;

function centred(at: Position, { width, height }: { width: number; height: number }): Position {
  return { x: at.x - width / 2, y: at.y - height / 2 };
}

function withMoved(document: WorkflowDocument, nodes: Places, notes: Places): WorkflowDocument {
  const moved = placeNodes(document, nodes);
  const all = moved.layout?.notes;
  if (!all || Object.keys(notes).length === 0) return moved;
  return {
    ...moved,
    layout: { ...moved.layout, notes: all.map((one) => ({ ...one, at: notes[one.id] ?? one.at })) },
  };
}

function cornersOf({ layout }: Fragment): Position[] {
  const all = [...Object.values(layout.nodes), ...layout.notes.map((note) => note.at)];
  if (all.length === 0) return [];
  return [{ x: Math.min(...all.map(({ x }) => x)), y: Math.min(...all.map(({ y }) => y)) }];
}

/** What was copied from a document whose nodes have no places gets some. */
function withPlaces(fragment: Fragment, types: TypesByName): Fragment {
  const missing = fragment.nodes.some(({ id }) => !fragment.layout.nodes[id]);
  if (!missing) return fragment;
  const drawn = drawingOf({ name: "", description: "", nodes: fragment.nodes, edges: fragment.edges }, types);
  return { ...fragment, layout: { ...fragment.layout, nodes: arrange(drawn.nodes, drawn.edges) } };
}
