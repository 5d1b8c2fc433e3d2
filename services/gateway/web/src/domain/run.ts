// The run fold: the same events that the engine folds, as a person reads them.
import type { RunError, RunEvent } from "../api/types";

type SkipReason = Extract<RunEvent, { type: "node_skipped" }>["reason"];
type WaitReason = Extract<RunEvent, { type: "wait_started" }>["reason"];
export type NodeState = "running" | "waiting" | "completed" | "failed" | "skipped" | "cancelled";
export type RunStatus = "running" | "completed" | "failed" | "cancelled";

/** Work that left the engine for an adapter. */
export interface EffectRun {
  key: string;
  protocol: string;
  operation: string;
  request: unknown;
  requestedAt: number;
  completedAt?: number;
}

/** One node in one turn of the loops around it. Times are milliseconds since the epoch. */
export interface NodeRun {
  key: string;
  node: string;
  iteration: number[];
  nodeType?: string;
  state: NodeState;
  startedAt?: number;
  endedAt?: number;
  /** One value per port that the node chose. */
  outputs?: Record<string, unknown>;
  error?: RunError;
  skipped?: SkipReason;
  effects: EffectRun[];
  /** Taken over from the run that this one was forked from, or pinned in the document: the node did not run here. */
  takenOver?: boolean;
  /** Dry run: what would have been sent, and what the node went on with. */
  withheld?: { protocol: string; operation: string; request: unknown; instead: string };
  /** Branch and switch: the ports taken. */
  taken: string[];
  /** Loop: turns begun and expected. */
  turns?: { begun: number; total: number };
  /** Loop: why it ended early. */
  stopped?: { by: string; reason: string };
  /** What it waits for, and until when. */
  wait?: { reason: WaitReason; wakeAt: number };
  invocationIds: string[];
  tokens: number;
  costMicros: number;
}

export interface RunState {
  /** The last event folded in; 0 when none. */
  seq: number;
  status: RunStatus;
  startedAt?: number;
  endedAt?: number;
  trigger?: { kind: string; node: string };
  input?: unknown;
  output?: unknown;
  error?: RunError;
  cancelReason?: string;
  /** Why it ended early, and well. */
  stopped?: string;
  /** How it differs from a run that its trigger starts. */
  variant?: Extract<RunEvent, { type: "run_started" }>["variant"];
  /** In the order in which they first appeared. */
  nodes: Map<string, NodeRun>;
  tokens: number;
  costMicros: number;
}

/** Names a node run: `classify`, or `classify[2,0]` inside loops. */
export function nodeKey(node: string, iteration: readonly number[]): string {
  return iteration.length === 0 ? node : `${node}[${iteration.join(",")}]`;
}

export function emptyRun(): RunState {
  return { seq: 0, status: "running", nodes: new Map(), tokens: 0, costMicros: 0 };
}

/** Folds a run log, oldest first. Events that were seen before are ignored, so a resumed stream may overlap. */
export function foldRun(events: Iterable<RunEvent>): RunState {
  const run = emptyRun();
  for (const event of events) {
    if (event.seq <= run.seq) continue;
    run.seq = event.seq;
    apply(run, event);
  }
  return run;
}

function apply(run: RunState, event: RunEvent): void {
  switch (event.type) {
    case "run_started":
      run.startedAt = event.at_ms;
      run.trigger = event.trigger;
      run.input = event.input;
      run.variant = event.variant ?? undefined;
      return fired(run, event);
    case "plan_computed":
      return;
    case "node_started": {
      const node = touch(run, event);
      node.state = "running";
      node.nodeType = event.node_type;
      node.startedAt = event.at_ms;
      return;
    }
    case "node_completed": {
      const node = touch(run, event);
      node.nodeType = event.node_type;
      node.outputs = event.outputs;
      return settle(node, "completed", event.at_ms);
    }
    case "node_failed": {
      const node = touch(run, event);
      node.error = event.error;
      return settle(node, "failed", event.at_ms);
    }
    case "node_skipped": {
      const node = touch(run, event);
      node.skipped = event.reason;
      return settle(node, "skipped", event.at_ms);
    }
    case "effect_requested": {
      const node = touch(run, event);
      node.state = "waiting";
      node.effects.push({
        key: event.effect_key,
        protocol: event.protocol,
        operation: event.operation,
        request: event.request,
        requestedAt: event.at_ms,
      });
      return;
    }
    case "effect_completed": {
      const node = touch(run, event);
      const effect = node.effects.find((one) => one.key === event.effect_key);
      if (effect) effect.completedAt = event.at_ms;
      if (node.state === "waiting") node.state = "running";
      return;
    }
    case "branch_taken":
      touch(run, event).taken.push(event.port);
      return;
    case "loop_iterated": {
      const node = touch(run, event);
      node.turns = { begun: event.index + 1, total: event.total };
      return;
    }
    case "loop_stopped":
      touch(run, event).stopped = { by: event.by, reason: event.reason };
      return;
    case "wait_started": {
      // A deadline is no reason to wait.
      if (event.reason.kind === "deadline") return;
      const node = touch(run, event);
      node.state = "waiting";
      node.wait = { reason: event.reason, wakeAt: event.wake_at_ms };
      return;
    }
    case "timer_fired": {
      const node = touch(run, event);
      if (event.timer === "deadline") return;
      node.state = "running";
      node.wait = undefined;
      return;
    }
    case "cost_incurred": {
      const node = touch(run, event);
      const tokens = event.input_tokens + event.output_tokens;
      node.invocationIds.push(event.invocation_id);
      node.tokens += tokens;
      node.costMicros += event.cost_micros;
      run.tokens += tokens;
      run.costMicros += event.cost_micros;
      return;
    }
    case "result_taken": {
      const node = touch(run, event);
      node.takenOver = true;
      node.nodeType = event.node_type;
      if (event.result.kind === "completed") node.outputs = event.result.outputs;
      if (event.result.kind === "failed") node.error = event.result.error;
      if (event.result.kind === "skipped") node.skipped = event.result.reason;
      return settle(node, event.result.kind, event.at_ms);
    }
    case "effect_withheld": {
      const { protocol, operation, request, instead } = event;
      touch(run, event).withheld = { protocol, operation, request, instead };
      return;
    }
    case "stand_in_given":
    case "node_tested":
      return;
    case "run_completed":
      run.output = event.output;
      run.stopped = event.stopped ?? undefined;
      return end(run, "completed", event.at_ms);
    case "run_failed":
      run.error = event.error;
      return end(run, "failed", event.at_ms);
    case "run_cancelled":
      run.cancelReason = event.reason;
      return end(run, "cancelled", event.at_ms);
  }
}

/** A trigger has no events of its own: it had its value when the run began. */
function fired(run: RunState, { trigger, input, at_ms }: Extract<RunEvent, { type: "run_started" }>): void {
  const node = touch(run, { node: trigger.node, iteration: [] });
  node.outputs = { out: input };
  settle(node, "completed", at_ms);
}

function touch(run: RunState, event: { node: string; iteration: number[] }): NodeRun {
  const key = nodeKey(event.node, event.iteration);
  const known = run.nodes.get(key);
  if (known) return known;
  const node: NodeRun = {
    key,
    node: event.node,
    iteration: event.iteration,
    state: "running",
    effects: [],
    taken: [],
    invocationIds: [],
    tokens: 0,
    costMicros: 0,
  };
  run.nodes.set(key, node);
  return node;
}

function settle(node: NodeRun, state: NodeState, at: number): void {
  node.state = state;
  node.endedAt = at;
  node.startedAt ??= at;
  node.wait = undefined;
}

function end(run: RunState, status: RunStatus, at: number): void {
  run.status = status;
  run.endedAt = at;
  for (const node of run.nodes.values()) {
    if (node.state === "running" || node.state === "waiting") settle(node, "cancelled", at);
  }
}
