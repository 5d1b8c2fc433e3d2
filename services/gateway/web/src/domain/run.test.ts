import { describe, expect, it } from "vitest";
import type { RunEvent, WorkflowDocument } from "../api/types";
import { foldRun } from "./run";
import { inputsOf } from "./runInputs";

const trigger = { kind: "manual" as const, node: "start", event_id: "e" };
const completed = (seq: number, node: string, out: unknown, iteration: number[] = []): RunEvent => ({
  type: "node_completed",
  seq,
  at_ms: seq * 10,
  node,
  iteration,
  node_type: "transform",
  outputs: { out },
});
const started = (seq: number, node: string, iteration: number[] = []): RunEvent => ({
  type: "node_started",
  seq,
  at_ms: seq * 10,
  node,
  iteration,
  node_type: "transform",
});
const opening: RunEvent = { type: "run_started", seq: 1, at_ms: 10, trigger, input: { a: 1 }, seed: 1 };

describe("foldRun", () => {
  it("follows a node from start to its outputs", () => {
    const run = foldRun([opening, started(2, "shape"), completed(3, "shape", 42)]);
    expect(run.nodes.get("shape")).toMatchObject({
      state: "completed",
      startedAt: 20,
      endedAt: 30,
      outputs: { out: 42 },
    });
    expect(run.seq).toBe(3);
  });

  it("shows the trigger with what it passed on", () => {
    const run = foldRun([opening]);
    expect([...run.nodes.keys()]).toEqual(["start"]);
    expect(run.nodes.get("start")).toMatchObject({
      state: "completed",
      startedAt: 10,
      endedAt: 10,
      outputs: { out: { a: 1 } },
    });
  });

  it("ignores events that a resumed stream repeats", () => {
    const log = [opening, started(2, "shape"), completed(3, "shape", 1)];
    expect(foldRun([...log, ...log])).toEqual(foldRun(log));
  });

  it("says what a node waits for until it goes on", () => {
    const waiting: RunEvent = {
      type: "wait_started",
      seq: 3,
      at_ms: 30,
      node: "nap",
      iteration: [],
      wake_at_ms: 600,
      reason: { kind: "pause" },
    };
    const log = [opening, started(2, "nap"), waiting];
    expect(foldRun(log).nodes.get("nap")).toMatchObject({
      state: "waiting",
      wait: { wakeAt: 600, reason: { kind: "pause" } },
    });
    const fired: RunEvent = {
      type: "timer_fired",
      seq: 4,
      at_ms: 600,
      node: "nap",
      iteration: [],
      timer: "pause",
    };
    expect(foldRun([...log, fired]).nodes.get("nap")).toMatchObject({ state: "running", wait: undefined });
    const done = foldRun([...log, completed(4, "nap", 1)]).nodes.get("nap");
    expect(done).toMatchObject({ state: "completed", wait: undefined });
  });

  it("keeps why a loop and a run ended early", () => {
    const run = foldRun([
      opening,
      started(2, "each"),
      {
        type: "loop_stopped",
        seq: 3,
        at_ms: 30,
        node: "each",
        iteration: [],
        by: "stop",
        index: 2,
        reason: "found",
      },
      { type: "run_completed", seq: 4, at_ms: 40, output: {}, stopped: "enough" },
    ]);
    expect(run.nodes.get("each")?.stopped).toEqual({ by: "stop", reason: "found" });
    expect(run.stopped).toBe("enough");
  });

  it("waits while an adapter works and counts its cost", () => {
    const asked: RunEvent = {
      type: "effect_requested",
      seq: 3,
      at_ms: 30,
      node: "classify",
      iteration: [],
      effect_key: "k",
      protocol: "llm",
      operation: "call",
      request: { prompt: "classify" },
    };
    const before = foldRun([opening, started(2, "classify"), asked]);
    expect(before.nodes.get("classify")?.state).toBe("waiting");
    const after = foldRun([
      opening,
      started(2, "classify"),
      asked,
      { type: "effect_completed", seq: 4, at_ms: 90, node: "classify", iteration: [], effect_key: "k" },
      {
        type: "cost_incurred",
        seq: 5,
        at_ms: 90,
        node: "classify",
        iteration: [],
        invocation_id: "i",
        input_tokens: 7,
        output_tokens: 3,
        cost_micros: 12,
      },
    ]);
    expect(after.nodes.get("classify")).toMatchObject({ state: "running", tokens: 10, costMicros: 12 });
    expect(after.tokens).toBe(10);
  });

  it("counts what child runs cost, and leaves their calls to them", () => {
    const paid = {
      at_ms: 90,
      node: "sub",
      iteration: [],
      input_tokens: 7,
      output_tokens: 3,
      cost_micros: 12,
    };
    const run = foldRun([
      opening,
      { ...paid, type: "cost_incurred", seq: 2, invocation_id: "own" },
      { ...paid, type: "cost_incurred", seq: 3, invocation_id: "c", child_run_id: "child" },
    ]);
    expect(run.costMicros).toBe(24);
    expect(run.nodes.get("sub")?.invocationIds).toEqual(["own"]);
  });

  it("marks what was open as cancelled when the run is cancelled", () => {
    const run = foldRun([
      opening,
      started(2, "slow"),
      { type: "run_cancelled", seq: 3, at_ms: 50, reason: "asked" },
    ]);
    expect(run.status).toBe("cancelled");
    expect(run.nodes.get("slow")?.state).toBe("cancelled");
  });

  it("tells what a fork took over from what ran, and what a dry run held back", () => {
    const place = { node: "fetch", iteration: [] };
    const taken: RunEvent = {
      type: "result_taken",
      seq: 2,
      at_ms: 20,
      ...place,
      node_type: "http_request",
      from_seq: 5,
      result: { kind: "completed", outputs: { out: 1 } },
    };
    const withheld: RunEvent = {
      type: "effect_withheld",
      seq: 4,
      at_ms: 40,
      node: "send",
      iteration: [],
      protocol: "http",
      operation: "request",
      request: { url: "https://example.org/" },
      instead: "example",
    };
    const variant = { dry: true, forked_from: { run_id: "r", at: "send", seq: 9 } };
    const run = foldRun([{ ...opening, variant }, taken, started(3, "send"), withheld]);
    expect(run.variant).toEqual(variant);
    expect(run.nodes.get("fetch")).toMatchObject({
      takenOver: true,
      state: "completed",
      outputs: { out: 1 },
    });
    expect(run.nodes.get("send")).toMatchObject({ state: "running", withheld: { operation: "request" } });
  });

  it("keeps a failed node and its hint", () => {
    const error = {
      class: "unavailable" as const,
      code: "http.status",
      message: "answered 500",
      hint: "try later",
    };
    const run = foldRun([
      opening,
      started(2, "call"),
      { type: "node_failed", seq: 3, at_ms: 40, node: "call", iteration: [], error },
      { type: "run_failed", seq: 4, at_ms: 41, error },
    ]);
    expect(run.status).toBe("failed");
    expect(run.nodes.get("call")?.error?.hint).toBe("try later");
  });
});

describe("inputsOf", () => {
  const edge = (source: string, source_port: string, destination: string, destination_port = "in") => ({
    source,
    source_port,
    destination,
    destination_port,
  });
  const document: WorkflowDocument = {
    name: "each",
    description: "",
    nodes: [],
    edges: [
      edge("start", "out", "each", "items"),
      edge("each", "item", "shape"),
      edge("shape", "out", "each", "next"),
      edge("start", "out", "shape", "all"),
    ],
  };

  it("gives a loop's body its item, and values from outside the loop", () => {
    const run = foldRun([{ ...opening, input: ["a", "b"] }, started(3, "each"), started(4, "shape", [1])]);
    const node = run.nodes.get("shape[1]");
    expect(node && inputsOf(document, run, node)).toEqual({ in: "b", all: ["a", "b"] });
  });

  it("leaves out ports that got nothing", () => {
    const run = foldRun([opening, started(2, "each")]);
    const node = run.nodes.get("each");
    expect(node && inputsOf(document, run, node)).toEqual({ items: { a: 1 } });
  });
});
