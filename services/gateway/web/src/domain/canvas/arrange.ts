// Places for nodes, from left to right along the edges.
import { Graph, layout } from "@dagrejs/dagre";
import type { Edge, Position } from "../../api/types";
import { freePlace, gap, snapped, type Box, type Places, type Size } from "./places";

interface Sized extends Size {
  id: string;
}

/** A place for each node. A loop's way back counts for nothing, or the loop would stand behind its body. */
export function arrange(nodes: readonly Sized[], edges: readonly Edge[]): Record<string, Position> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: gap.y, ranksep: gap.x, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  // What is named first stands uppermost, as its port does; dagre counts from the last.
  [...edges].reverse().forEach((edge, index) => {
    const known = graph.hasNode(edge.source) && graph.hasNode(edge.destination);
    if (known && edge.destination_port !== "next")
      graph.setEdge(edge.source, edge.destination, {}, String(index));
  });
  layout(graph);
  return Object.fromEntries(
    nodes.map(({ id, width, height }) => {
      const { x, y } = graph.node(id) as Position;
      return [id, snapped({ x: x - width / 2, y: y - height / 2 })];
    }),
  );
}

/** A place for each node: its own, or one beside its neighbours. */
export function complete(nodes: readonly Sized[], edges: readonly Edge[], own: Places): Places {
  const missing = nodes.filter(({ id }) => !own[id]);
  if (missing.length === 0) return own;
  const ideal = arrange(nodes, edges);
  if (missing.length === nodes.length) return ideal;
  const placed: Record<string, Position> = {};
  const boxes: Box[] = [];
  for (const { id, width, height } of nodes) {
    const at = own[id];
    if (!at) continue;
    placed[id] = at;
    boxes.push({ ...at, width, height });
  }
  for (const { id, ...size } of missing) {
    const wanted = beside(id, edges, ideal, placed);
    const at = freePlace(wanted, size, boxes);
    placed[id] = at;
    boxes.push({ ...at, ...size });
  }
  return placed;
}

/** As far from a neighbour that has its place as it would stand in a fresh drawing. */
function beside(id: string, edges: readonly Edge[], ideal: Places, placed: Places): Position {
  const own = ideal[id] ?? { x: 0, y: 0 };
  const next = edges.flatMap(({ source, destination }) =>
    source === id ? [destination] : destination === id ? [source] : [],
  );
  for (const other of [...next, ...Object.keys(placed)]) {
    const [is, was] = [placed[other], ideal[other]];
    if (is && was) return { x: own.x + is.x - was.x, y: own.y + is.y - was.y };
  }
  return own;
}
