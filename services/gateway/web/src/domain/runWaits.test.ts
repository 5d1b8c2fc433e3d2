import { describe, expect, it } from "vitest";
import type { RunEvent } from "../api/types";
import { foldRun, type RunState } from "./run";
import { awaitedBy, waitsOf } from "./runWaits";

type Body<T extends RunEvent["type"]> = Omit<Extract<RunEvent, { type: T }>, "type" | "seq" | "at_ms">;

/** A run whose events have `seq` 1, 2, … and happen 10 ms after each other. */
function log(...events: { [T in RunEvent["type"]]: { type: T } & Body<T> }[RunEvent["type"]][]): RunState {
  return foldRun(
    events.map((event, index) => ({ ...event, seq: index + 1, at_ms: (index + 1) * 10 }) as RunEvent),
  );
}

const at = (node: string) => ({ node, iteration: [] });
const trigger = { kind: "manual" as const, node: "start", event_id: "e" };
const opening = { type: "run_started" as const, trigger, input: {}, seed: 1 };
const started = (node: string) => ({ type: "node_started" as const, ...at(node), node_type: "http_request" });
const question = {
  question_id: "q",
  title: "Call it?",
  about: {
    kind: "effect" as const,
    protocol: "http",
    operation: "request",
    request: { url: "u" },
    hash: "h",
  },
  // The log says `then`; nobody awaits it.
  // oxlint-disable-next-line unicorn/no-thenable
  deadline: { at_ms: 900, then: "reject" as const },
};
const asked = { type: "approval_requested" as const, ...at("call"), question };
const wait = (kind: "decision" | "escalation" | "event", node: string, wake_at_ms = 900) => ({
  type: "wait_started" as const,
  ...at(node),
  wake_at_ms,
  reason: { kind },
});
const only = (run: RunState, key: string) => {
  const node = run.nodes.get(key);
  if (!node) throw new Error(`no node ${key}`);
  return node;
};

describe("a question", () => {
  it("is what the node waits for, until its deadline", () => {
    const run = log(opening, started("call"), asked, wait("decision", "call"));
    expect(only(run, "call").state).toBe("waiting");
    expect(only(run, "call").wait).toBeUndefined();
    expect(waitsOf(run)).toMatchObject([{ awaited: { kind: "people", until: 900 } }]);
  });

  it("stays open when others are asked, and knows whom it went to", () => {
    const run = log(
      opening,
      started("call"),
      asked,
      wait("escalation", "call"),
      { type: "timer_fired", ...at("call"), timer: "escalation" },
      { type: "question_assigned", ...at("call"), question_id: "q", to: ["u2"] },
      { type: "question_assigned", ...at("call"), question_id: "q", to: ["u3"], actor: "u2" },
    );
    const node = only(run, "call");
    expect(node.state).toBe("waiting");
    expect(node.questions[0]).toMatchObject({
      assignees: ["u3"],
      passedOn: [{ to: ["u2"] }, { to: ["u3"], actor: "u2" }],
    });
  });

  it("keeps who decided what, and why; the node goes on to act", () => {
    const decision = { kind: "edit" as const, value: { url: "v" } };
    const run = log(opening, started("call"), asked, {
      type: "approval_decided",
      ...at("call"),
      question_id: "q",
      decision,
      actor: "u1",
      comment: "safer",
    });
    const node = only(run, "call");
    expect(node.questions[0]?.decided).toEqual({
      at: 40,
      kind: "edit",
      value: { url: "v" },
      actor: "u1",
      comment: "safer",
    });
    expect(node.state).toBe("running");
    expect(awaitedBy(node)).toBeUndefined();
  });

  it("has no actor when the time was over", () => {
    const run = log(
      opening,
      started("call"),
      asked,
      wait("decision", "call"),
      { type: "timer_fired", ...at("call"), timer: "decision" },
      { type: "approval_decided", ...at("call"), question_id: "q", decision: { kind: "reject" } },
    );
    expect(only(run, "call").questions[0]?.decided).toMatchObject({
      kind: "reject",
      actor: undefined,
      comment: "",
    });
  });

  it("is answered by what the node puts out", () => {
    const run = log(
      opening,
      {
        type: "clarification_needed",
        ...at("ask"),
        question: { ...question, about: { kind: "form", form: {} } },
      },
      { type: "clarification_answered", ...at("ask"), question_id: "q", actor: "u1" },
      { type: "node_completed", ...at("ask"), node_type: "ask", outputs: { out: { colour: "red" } } },
    );
    expect(only(run, "ask")).toMatchObject({
      state: "completed",
      questions: [{ kind: "clarification", decided: { kind: "respond", actor: "u1" } }],
    });
  });

  it("is withdrawn when the run is cancelled", () => {
    const run = log(
      opening,
      started("call"),
      asked,
      { type: "question_withdrawn", ...at("call"), question_id: "q" },
      { type: "run_cancelled", reason: "enough" },
    );
    expect(only(run, "call").questions[0]?.withdrawnAt).toBe(40);
    expect(waitsOf(run)).toEqual([]);
  });

  it("is not asked when the workflow is sure", () => {
    const run = log(opening, { type: "approval_waived", ...at("call"), confidence: 800, told: true });
    expect(only(run, "call").waived).toEqual({ confidence: 800, told: true });
  });
});

describe("an event", () => {
  const awaited = {
    type: "event_awaited" as const,
    ...at("reply"),
    event_type: "integration.email.received",
    matching: { in_reply_to: "m" },
  };

  it("is waited for until it comes", () => {
    const log1 = [opening, started("reply"), awaited, wait("event", "reply", 700)] as const;
    expect(waitsOf(log(...log1))).toMatchObject([{ awaited: { kind: "event", until: 700 } }]);
    const came = log(...log1, { type: "event_arrived", ...at("reply"), event_id: "e2" });
    expect(only(came, "reply")).toMatchObject({
      state: "running",
      wait: undefined,
      awaited: { eventId: "e2" },
    });
  });

  it("is given up when the time is over", () => {
    const run = log(opening, started("reply"), awaited, wait("event", "reply"), {
      type: "timer_fired",
      ...at("reply"),
      timer: "event",
    });
    expect(waitsOf(run)).toEqual([]);
    expect(only(run, "reply").state).toBe("running");
  });
});

describe("another run", () => {
  const requested = {
    type: "effect_requested" as const,
    ...at("sub"),
    effect_key: "k",
    protocol: "engine",
    operation: "run",
    request: { child_run_id: "r2", child_workflow_id: "w2" },
  };

  it("is waited for until it ends", () => {
    const run = log(opening, started("sub"), requested);
    expect(waitsOf(run)).toMatchObject([{ awaited: { kind: "child", runId: "r2" } }]);
    const done = log(opening, started("sub"), requested, {
      type: "effect_completed",
      ...at("sub"),
      effect_key: "k",
    });
    expect(waitsOf(done)).toEqual([]);
  });

  it("is marked when nobody waits for it any more", () => {
    const run = log(opening, started("sub"), requested, {
      type: "child_abandoned",
      ...at("sub"),
      run_id: "r2",
      workflow_id: "w2",
    });
    expect(only(run, "sub").effects[0]?.abandonedAt).toBe(40);
  });

  it("knows the run that asked for it", () => {
    const parent = { run_id: "r1", workflow_id: "w1", node: "sub", effect_key: "k", depth: 1 };
    expect(log({ ...opening, parent }).parent).toEqual({ runId: "r1", node: "sub" });
  });

  it("is no adapter's work", () => {
    const run = log(opening, started("sub"), { ...requested, protocol: "http", request: { url: "u" } });
    expect(waitsOf(run)).toEqual([]);
  });
});
