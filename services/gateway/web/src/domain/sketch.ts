// A small drawing of a workflow: nodes in columns by distance from a trigger. Loops' back edges do not count.
import type { WorkflowDocument } from "../api/types";

export interface SketchNode {
  id: string;
  type: string;
  column: number;
  row: number;
}

export interface Sketch {
  nodes: SketchNode[];
  edges: { from: SketchNode; to: SketchNode }[];
  columns: number;
  rows: number;
}

export function sketch(document: Pick<WorkflowDocument, "nodes" | "edges">): Sketch {
  const forward = document.edges.filter((edge) => edge.destination_port !== "next");
  const column = columnsOf(
    document.nodes.map((node) => node.id),
    forward,
  );
  const filled: number[] = [];
  const nodes = document.nodes.map((node): SketchNode => {
    const at = column.get(node.id) ?? 0;
    const row = filled[at] ?? 0;
    filled[at] = row + 1;
    return { id: node.id, type: node.node_type, column: at, row };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = forward.flatMap((edge) => {
    const from = byId.get(edge.source);
    const to = byId.get(edge.destination);
    return from && to ? [{ from, to }] : [];
  });
  return { nodes, edges, columns: filled.length, rows: Math.max(0, ...filled.map((rows) => rows ?? 0)) };
}

/** Longest distance from a start. Bounded by the number of nodes, so a cycle ends too. */
function columnsOf(ids: string[], edges: { source: string; destination: string }[]): Map<string, number> {
  const column = new Map(ids.map((id) => [id, 0]));
  for (let pass = 0; pass < ids.length; pass++) {
    let moved = false;
    for (const { source, destination } of edges) {
      const wanted = (column.get(source) ?? 0) + 1;
      if (wanted < ids.length && wanted > (column.get(destination) ?? wanted)) {
        column.set(destination, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return column;
}
