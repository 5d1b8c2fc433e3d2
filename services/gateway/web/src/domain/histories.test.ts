// The recorded logs (tests/histories), as the page of a run folds them: after each event it must show what was recorded.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../api/types";
import { foldRun, type NodeRun } from "./run";

interface NodeView {
  state: string;
  turns?: number;
  wait?: { timer: string; wake_at_ms: number };
}

interface Line {
  event: RunEvent;
  then: { status?: string; nodes?: Record<string, NodeView | null> };
}

interface History {
  log: Line[];
  end: { status: string; started_at_ms: number; ended_at_ms: number | null };
}

const folder = new URL("../../../../../tests/histories/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

function view(node: NodeRun): NodeView {
  const { state, turns, wait } = node;
  return {
    state,
    ...(turns && state === "running" && { turns: turns.begun }),
    ...(wait && { wait: { timer: wait.reason.kind, wake_at_ms: wait.wakeAt } }),
  };
}

/** A node of which something was said before it began: the engine knows nothing of it yet. */
function isUnknown(node: NodeRun): boolean {
  return node.state === "running" && node.nodeType === undefined && node.effects.length === 0;
}

function nodesOf(events: RunEvent[]): Record<string, NodeView> {
  const nodes = [...foldRun(events).nodes.values()].filter((node) => !isUnknown(node));
  return Object.fromEntries(nodes.map((node) => [node.key, view(node)]));
}

describe.each(names)("the recorded log %s", (name) => {
  const history = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as History;
  const events = history.log.map((line, index) => ({ ...line.event, seq: index + 1 }));

  it("shows after each event what was recorded", () => {
    let expected: Record<string, NodeView | null> = {};
    let status = "new";
    history.log.forEach(({ then }, index) => {
      const seen = events.slice(0, index + 1);
      status = then.status ?? status;
      const merged = Object.entries({ ...expected, ...then.nodes });
      expected = Object.fromEntries(merged.filter(([, node]) => node !== null));
      expect(foldRun(seen).status, `status at ${index + 1}`).toBe(status);
      // When a run has ended, its nodes are no business of the engine any more.
      if (status === "running") expect(nodesOf(seen), `nodes at ${index + 1}`).toEqual(expected);
    });
  });

  it("ends as was recorded", () => {
    const { status, startedAt, endedAt } = foldRun(events);
    expect({ status, started_at_ms: startedAt, ended_at_ms: endedAt ?? null }).toEqual(history.end);
  });
});

it("there are recorded logs", () => {
  expect(names.length).toBeGreaterThan(10);
});
