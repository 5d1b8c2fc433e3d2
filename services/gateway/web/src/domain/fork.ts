// What a run that repeats another one does again, and what it takes over.
import type { WorkflowDocument, WorkflowNode } from "../api/types";
import type { NodeRun, RunState } from "./run";

export interface Cut {
  /** Triggers left aside, in the order of the document. */
  again: WorkflowNode[];
  taken: WorkflowNode[];
}

/** Cuts a version at the first node that runs again; without one everything runs again. */
export function cutAt(document: WorkflowDocument, run: RunState, at?: string): Cut {
  const nodes = document.nodes.filter((node) => !isTrigger(node));
  const first = document.nodes.find((node) => node.id === at);
  if (!first || isTrigger(first)) return { again: nodes, taken: [] };
  const behind = reachable(document, first.id);
  const again = nodes.filter((node) => behind.has(node.id) || !isUsable(document, run.nodes.get(node.id)));
  return { again, taken: nodes.filter((node) => !again.includes(node)) };
}

/** Something that a node asks of the world. */
export interface Outside {
  node: string;
  /** Such as `http.request`. */
  operation: string;
  effect: string;
}

interface Operation {
  protocol: string;
  operation: string;
  effect: string;
}

/** What these nodes change in the world; what only reads is left out. */
export function sentBy(
  nodes: readonly WorkflowNode[],
  types: readonly { node_type: string; operation?: Operation | null }[],
): Outside[] {
  const operations = new Map(types.map(({ node_type, operation }) => [node_type, operation]));
  return nodes.flatMap((node) => {
    const does = operations.get(node.node_type);
    if (!does || does.effect === "read") return [];
    return [{ node: node.id, operation: `${does.protocol}.${does.operation}`, effect: does.effect }];
  });
}

/** A value as the body of a fork says it: that of the only port by itself, of several ports by their names. */
export function inputFor(ports: Record<string, unknown>): unknown {
  const values = Object.values(ports);
  return values.length === 1 ? values[0] : ports;
}

/** Where a run can be taken up: nodes of its own, not those of loops' turns. */
export function forkPoints(run: RunState): NodeRun[] {
  return [...run.nodes.values()].filter(
    ({ node, iteration, startedAt }) =>
      iteration.length === 0 && node !== run.trigger?.node && startedAt !== undefined,
  );
}

function isTrigger(node: WorkflowNode): boolean {
  return node.node_type.startsWith("trigger.");
}

function reachable({ edges }: WorkflowDocument, from: string): Set<string> {
  const found = new Set([from]);
  // A set visits what is added to it while it is walked.
  for (const node of found) {
    for (const edge of edges) if (edge.source === node) found.add(edge.destination);
  }
  return found;
}

/** A failure stands where the document goes on after it. */
function isUsable({ edges }: WorkflowDocument, node: NodeRun | undefined): boolean {
  switch (node?.state) {
    case "completed":
    case "skipped":
      return true;
    case "failed":
      return edges.some((edge) => edge.source === node.node && edge.source_port === "error");
    case "running":
    case "waiting":
    case "cancelled":
    case undefined:
      return false;
  }
}
