import { expect, it } from "vitest";
import type { NodeRun, NodeState } from "../run";
import { liveOf } from "./live";

function ran(
  node: string,
  state: NodeState,
  startedAt?: number,
  endedAt?: number,
  turn?: number,
): [string, NodeRun] {
  const key = turn === undefined ? node : `${node}[${turn}]`;
  const rest = {
    effects: [],
    taken: [],
    rounds: [],
    questions: [],
    invocationIds: [],
    tokens: 0,
    costMicros: 0,
  };
  return [
    key,
    { key, node, iteration: turn === undefined ? [] : [turn], state, startedAt, endedAt, ...rest },
  ];
}

it("says of each node what matters most of its turns, and how long or how often", () => {
  const nodes = new Map([
    ran("start", "completed", 0, 40),
    ran("slow", "running", 1000),
    ran("each", "completed", 0, 10, 0),
    ran("each", "failed", 0, 10, 1),
    ran("each", "skipped", undefined, undefined, 2),
    ran("not", "skipped"),
  ]);
  expect([...liveOf({ nodes }, 3000)]).toEqual([
    ["start", { state: "completed", note: "40 ms" }],
    ["slow", { state: "running", note: "2.0 s" }],
    ["each", { state: "failed", note: "×2" }],
    ["not", { state: "skipped", note: "" }],
  ]);
});
