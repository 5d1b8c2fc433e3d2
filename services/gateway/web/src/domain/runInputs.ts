// What went into a node: the log records outputs only, the inputs follow from the version's edges.
import type { WorkflowDocument } from "../api/types";
import { nodeKey, type NodeRun, type RunState } from "./run";

/** The delivered value of each input port; ports that got nothing are absent. */
export function inputsOf(document: WorkflowDocument, run: RunState, of: NodeRun): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const edge of document.edges) {
    if (edge.destination !== of.node || edge.destination_port in inputs) continue;
    const value = delivered(document, run, edge.source, edge.source_port, of.iteration);
    if (value !== undefined) inputs[edge.destination_port] = value.value;
  }
  return inputs;
}

/** What `source` put on `port`, seen from a node in `iteration`: its own turn, or a turn further out. */
function delivered(
  document: WorkflowDocument,
  run: RunState,
  source: string,
  port: string,
  iteration: readonly number[],
): { value: unknown } | undefined {
  for (let depth = iteration.length; depth >= 0; depth--) {
    const found = run.nodes.get(nodeKey(source, iteration.slice(0, depth)));
    if (!found) continue;
    if (found.outputs && port in found.outputs) return { value: found.outputs[port] };
    const turn = iteration[depth];
    if (port === "item" && turn !== undefined) return loopItem(document, run, found, turn);
    return undefined;
  }
  return undefined;
}

function loopItem(document: WorkflowDocument, run: RunState, loop: NodeRun, turn: number) {
  if (loop.nodeType === "while") return passedOn(document, run, loop, turn);
  const items = inputsOf(document, run, loop).items;
  return Array.isArray(items) && turn < items.length ? { value: items[turn] as unknown } : undefined;
}

/** What a while loop has before turn `turn`: its input, then what came back to `next`. */
function passedOn(document: WorkflowDocument, run: RunState, loop: NodeRun, turn: number) {
  const port = turn === 0 ? "in" : "next";
  const iteration = turn === 0 ? loop.iteration : [...loop.iteration, turn - 1];
  for (const edge of document.edges) {
    if (edge.destination !== loop.node || edge.destination_port !== port) continue;
    const value = delivered(document, run, edge.source, edge.source_port, iteration);
    if (value) return value;
  }
  return undefined;
}
