// What the nodes of a document are doing in a run: each once, however often a loop has run it.
import { duration } from "../format";
import type { NodeRun, NodeState, RunState } from "../run";

export interface Live {
  state: NodeState;
  /** How long it took, or how often it ran. */
  note: string;
}

/** Of several runs of a node, the first of these that one is in. */
const telling: readonly NodeState[] = ["running", "waiting", "failed", "cancelled", "completed", "skipped"];

export function liveOf(run: Pick<RunState, "nodes">, now: number): Map<string, Live> {
  const all = new Map<string, NodeRun[]>();
  for (const one of run.nodes.values()) all.set(one.node, [...(all.get(one.node) ?? []), one]);
  return new Map([...all].map(([id, runs]) => [id, { state: stateOf(runs), note: noteOf(runs, now) }]));
}

function stateOf(runs: readonly NodeRun[]): NodeState {
  return telling.find((state) => runs.some((one) => one.state === state)) ?? "completed";
}

function noteOf(runs: readonly NodeRun[], now: number): string {
  const ran = runs.filter(({ state }) => state !== "skipped");
  if (ran.length > 1) return `×${ran.length}`;
  const [only] = ran;
  if (only?.startedAt === undefined) return "";
  return duration((only.endedAt ?? Math.max(now, only.startedAt)) - only.startedAt);
}
