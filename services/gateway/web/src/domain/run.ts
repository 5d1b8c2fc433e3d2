// The run fold: the same events that the engine folds, as a person reads them.
import type { RunError, RunEvent } from "../api/types";
import { childOf } from "./runWaits";

type SkipReason = Extract<RunEvent, { type: "node_skipped" }>["reason"];
type WaitReason = Extract<RunEvent, { type: "wait_started" }>["reason"];
type LogQuestion = Extract<RunEvent, { type: "approval_requested" }>["question"];
type Decision = Extract<RunEvent, { type: "approval_decided" }>["decision"];
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
  /** A run that is waited for no more, and cancelled. */
  abandonedAt?: number;
}

/** Something that a node asked people, and what came of it. */
export interface QuestionRun {
  question: LogQuestion;
  kind: "approval" | "clarification";
  askedAt: number;
  /** Who is asked now; everybody who may run the workflow when empty. */
  assignees: string[];
  /** Whom it went to, in order; without an actor because nobody had decided. */
  passedOn: { at: number; to: string[]; actor?: string }[];
  /** Without an actor the time was over. */
  decided?: { at: number; kind: Decision["kind"]; value?: unknown; actor?: string; comment: string };
  withdrawnAt?: number;
}

/** The event that a node waits for. */
export interface AwaitedEvent {
  eventType: string;
  matching: unknown;
  filter?: string;
  eventId?: string;
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
  /** Coordinate: what the model chose in each round, and what it had seen. */
  rounds: Round[];
  /** What it waits for, and until when. */
  wait?: { reason: WaitReason; wakeAt: number };
  questions: QuestionRun[];
  awaited?: AwaitedEvent;
  /** Nobody was asked: how sure the workflow was, in thousandths, and whether people were told. */
  waived?: { confidence: number; told: boolean };
  invocationIds: string[];
  tokens: number;
  costMicros: number;
}

/** A choice of a model: its words, the tools it could choose, those it chose, and the events it rests on. */
export interface Round {
  said: string;
  considered: readonly string[];
  chosen: readonly string[];
  evidence: readonly number[];
}

export interface RunState {
  /** The last event folded in; 0 when none. */
  seq: number;
  status: RunStatus;
  startedAt?: number;
  endedAt?: number;
  trigger?: { kind: string; node: string };
  /** The run that waits for this one, and its node that does. */
  parent?: { runId: string; node: string };
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

/** What a dry run would have sent, with the node runs that would have. */
export function withheldOf(run: RunState): ({ key: string } & NonNullable<NodeRun["withheld"]>)[] {
  return [...run.nodes.values()].flatMap(({ key, withheld }) => (withheld ? [{ key, ...withheld }] : []));
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
      if (event.parent) run.parent = { runId: event.parent.run_id, node: event.parent.node };
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
      if (besides(event.reason.kind)) return;
      const node = touch(run, event);
      node.state = "waiting";
      node.wait = { reason: event.reason, wakeAt: event.wake_at_ms };
      return;
    }
    case "timer_fired": {
      const node = touch(run, event);
      if (besides(event.timer)) return;
      node.state = "running";
      node.wait = undefined;
      return;
    }
    case "event_awaited": {
      const node = touch(run, event);
      node.state = "waiting";
      node.awaited = {
        eventType: event.event_type,
        matching: event.matching,
        filter: event.filter ?? undefined,
      };
      return;
    }
    case "event_arrived": {
      const node = touch(run, event);
      node.state = "running";
      node.wait = undefined;
      if (node.awaited) node.awaited.eventId = event.event_id;
      return;
    }
    case "approval_requested":
      return asked(run, event, "approval");
    case "clarification_needed":
      return asked(run, event, "clarification");
    case "approval_decided": {
      const { decision, at_ms: at, actor, comment = "" } = event;
      const value = "value" in decision ? decision.value : undefined;
      return decided(run, event, { at, kind: decision.kind, value, actor: actor ?? undefined, comment });
    }
    case "clarification_answered":
      return decided(run, event, {
        at: event.at_ms,
        kind: "respond",
        actor: event.actor ?? undefined,
        comment: "",
      });
    case "approval_waived":
      touch(run, event).waived = { confidence: event.confidence, told: event.told };
      return;
    case "question_assigned": {
      const one = questionOf(touch(run, event), event.question_id);
      if (!one) return;
      one.assignees = event.to;
      one.passedOn.push({ at: event.at_ms, to: event.to, actor: event.actor ?? undefined });
      return;
    }
    case "question_withdrawn": {
      const node = touch(run, event);
      const one = questionOf(node, event.question_id);
      if (one) one.withdrawnAt = event.at_ms;
      if (node.state === "waiting") node.state = "running";
      return;
    }
    case "child_abandoned": {
      const child = touch(run, event).effects.find((one) => childOf(one) === event.run_id);
      if (child) child.abandonedAt = event.at_ms;
      return;
    }
    case "cost_incurred": {
      const node = touch(run, event);
      const tokens = event.input_tokens + event.output_tokens;
      // The calls of a child run are listed there.
      if (event.child_run_id == null) node.invocationIds.push(event.invocation_id);
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
    case "round_decided": {
      const node = touch(run, event);
      node.rounds.push({
        said: event.said,
        considered: event.considered,
        chosen: event.chosen,
        evidence: event.evidence,
      });
      return;
    }
    case "effect_withheld": {
      const { protocol, operation, request, instead } = event;
      touch(run, event).withheld = { protocol, operation, request, instead };
      return;
    }
    case "stand_in_given":
    case "coordination_began":
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

type Timer = Extract<RunEvent, { type: "timer_fired" }>["timer"];

/** Timers that run beside what the node is doing: they are not what it waits for. */
function besides(timer: Timer): boolean {
  return timer === "deadline" || timer === "decision" || timer === "escalation";
}

function asked(
  run: RunState,
  event: Extract<RunEvent, { type: "approval_requested" | "clarification_needed" }>,
  kind: QuestionRun["kind"],
): void {
  const node = touch(run, event);
  const { question, at_ms: askedAt } = event;
  node.state = "waiting";
  node.questions.push({ question, kind, askedAt, assignees: question.assignees ?? [], passedOn: [] });
}

function decided(
  run: RunState,
  event: { node: string; iteration: number[]; question_id: string },
  decision: NonNullable<QuestionRun["decided"]>,
): void {
  const node = touch(run, event);
  const one = questionOf(node, event.question_id);
  if (one) one.decided = decision;
  node.state = "running";
}

function questionOf(node: NodeRun, id: string): QuestionRun | undefined {
  return node.questions.find(({ question }) => question.question_id === id);
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
    questions: [],
    rounds: [],
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
