// Where an arrow key leads from a node: along an edge to the left and right, else to what stands nearest in that direction.
import type { DrawnEdge } from "./drawing";
import type { Box } from "./places";

export type Direction = "left" | "right" | "up" | "down";

export interface Placed extends Box {
  id: string;
}

export function neighbour(
  nodes: readonly Placed[],
  edges: readonly DrawnEdge[],
  id: string,
  direction: Direction,
): string | undefined {
  const from = nodes.find((node) => node.id === id);
  if (!from) return nodes[0]?.id;
  const linked = linkedTo(edges, id, direction);
  const along = nodes.filter((node) => linked.has(node.id) && node.id !== id);
  return nearest(
    from,
    along.length > 0 ? along : nodes.filter((node) => lies(from, node, direction)),
    direction,
  );
}

function linkedTo(edges: readonly DrawnEdge[], id: string, direction: Direction): Set<string> {
  const ahead = edges.filter((edge) => !edge.back);
  if (direction === "right")
    return new Set(ahead.filter((one) => one.source === id).map((one) => one.destination));
  if (direction === "left")
    return new Set(ahead.filter((one) => one.destination === id).map((one) => one.source));
  return new Set();
}

function lies(from: Placed, node: Placed, direction: Direction): boolean {
  if (node.id === from.id) return false;
  const { dx, dy } = distance(from, node);
  switch (direction) {
    case "left":
      return dx < 0;
    case "right":
      return dx > 0;
    case "up":
      return dy < 0;
    case "down":
      return dy > 0;
  }
}

/** What lies aside counts more than what lies ahead. */
function nearest(from: Placed, nodes: readonly Placed[], direction: Direction): string | undefined {
  const across = direction === "up" || direction === "down";
  const cost = (node: Placed) => {
    const { dx, dy } = distance(from, node);
    return across ? 3 * Math.abs(dx) + Math.abs(dy) : Math.abs(dx) + 3 * Math.abs(dy);
  };
  let best: Placed | undefined;
  for (const node of nodes) if (!best || cost(node) < cost(best)) best = node;
  return best?.id;
}

function distance(from: Placed, to: Placed): { dx: number; dy: number } {
  return {
    dx: to.x + to.width / 2 - from.x - from.width / 2,
    dy: to.y + to.height / 2 - from.y - from.height / 2,
  };
}
