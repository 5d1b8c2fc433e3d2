// What a run waits for from outside the engine: people, an event, another run.
import type { AwaitedEvent, EffectRun, NodeRun, QuestionRun, RunState } from "./run";

/** Times are milliseconds since the epoch. */
export type WaitsFor =
  | { kind: "people"; question: QuestionRun; until?: number }
  | { kind: "event"; event: AwaitedEvent; until?: number }
  | { kind: "child"; runId: string };

/** Undefined while the node does not wait, or waits for an adapter or a time. */
export function awaitedBy(node: NodeRun): WaitsFor | undefined {
  if (node.state !== "waiting") return undefined;
  const question = node.questions.find((one) => !one.decided && one.withdrawnAt === undefined);
  if (question) return { kind: "people", question, until: question.question.deadline?.at_ms };
  if (node.awaited && node.awaited.eventId === undefined) {
    const until = node.wait?.reason.kind === "event" ? node.wait.wakeAt : undefined;
    return { kind: "event", event: node.awaited, until };
  }
  const open = node.effects.find((one) => one.completedAt === undefined && one.abandonedAt === undefined);
  const runId = open && childOf(open);
  return runId === undefined ? undefined : { kind: "child", runId };
}

/** All that the run waits for, by the node that does, in the order of the timeline. */
export function waitsOf(run: RunState): { node: NodeRun; awaited: WaitsFor }[] {
  return [...run.nodes.values()].flatMap((node) => {
    const awaited = awaitedBy(node);
    return awaited ? [{ node, awaited }] : [];
  });
}

/** The run that an effect asked for, if it did. */
export function childOf({ protocol, request }: EffectRun): string | undefined {
  if (protocol !== "engine" || typeof request !== "object" || request === null) return undefined;
  return "child_run_id" in request && typeof request.child_run_id === "string"
    ? request.child_run_id
    : undefined;
}
