import { expect, it } from "vitest";
import type { WorkflowDocument } from "../api/types";
import { cutAt, forkPoints, inputFor, sentBy } from "./fork";
import { emptyRun, type NodeRun, type NodeState, type RunState } from "./run";

const edge = (source: string, destination: string, source_port = "out") => ({
  source,
  source_port,
  destination,
  destination_port: "in",
});

const document: WorkflowDocument = {
  name: "Orders",
  description: "",
  nodes: ["start", "price", "tell", "note", "late"].map((id) => ({
    id,
    node_type: id === "start" ? "trigger.manual" : id === "tell" ? "http_request" : "log",
    config: {},
  })),
  edges: [edge("start", "price"), edge("price", "tell"), edge("start", "note"), edge("note", "late")],
};

function aRun(states: Record<string, NodeState>): RunState {
  const run = { ...emptyRun(), trigger: { kind: "manual", node: "start" } };
  for (const [node, state] of Object.entries(states)) {
    const one = { key: node, node, iteration: [], state, startedAt: 1, effects: [] };
    run.nodes.set(node, one as unknown as NodeRun);
  }
  return run;
}

const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id);
const all = aRun({ start: "completed", price: "completed", tell: "completed", note: "completed" });

it("runs the node and what is behind it again, and takes over what is beside it", () => {
  const { again, taken } = cutAt(document, aRun({ ...states(all), late: "completed" }), "price");
  expect(ids(again)).toEqual(["price", "tell"]);
  expect(ids(taken)).toEqual(["note", "late"]);
});

it("runs what the other run never finished again as well", () => {
  expect(ids(cutAt(document, all, "price").again)).toEqual(["price", "tell", "late"]);
});

it("takes over a failure only where the document goes on after it", () => {
  const failed = aRun({ ...states(all), note: "failed", late: "completed" });
  expect(ids(cutAt(document, failed, "price").again)).toContain("note");
  const caught = { ...document, edges: [...document.edges, edge("note", "late", "error")] };
  expect(ids(cutAt(caught, failed, "price").taken)).toContain("note");
});

it("runs everything again from the start, from a trigger, and from a node that the version lacks", () => {
  for (const at of [undefined, "start", "gone"]) {
    expect(ids(cutAt(document, all, at).again)).toEqual(["price", "tell", "note", "late"]);
  }
});

it("tells what is sent, not what is only read", () => {
  const types = [
    { node_type: "http_request", operation: { protocol: "http", operation: "request", effect: "write" } },
    { node_type: "log", operation: { protocol: "llm", operation: "call", effect: "read" } },
  ];
  expect(sentBy(document.nodes, types)).toEqual([
    { node: "tell", operation: "http.request", effect: "write" },
  ]);
});

it("gives a single port's value by itself", () => {
  expect(inputFor({ in: 1 })).toBe(1);
  expect(inputFor({ left: 1, right: 2 })).toEqual({ left: 1, right: 2 });
});

it("offers every node that began, but the trigger and the turns of loops", () => {
  const run = aRun({ start: "completed", price: "completed", tell: "skipped" });
  run.nodes.set("say[0]", { ...run.nodes.get("price"), key: "say[0]", iteration: [0] } as NodeRun);
  const skipped = run.nodes.get("tell");
  if (skipped) skipped.startedAt = undefined;
  expect(forkPoints(run).map(({ key }) => key)).toEqual(["price"]);
});

function states(run: RunState): Record<string, NodeState> {
  return Object.fromEntries([...run.nodes.values()].map(({ node, state }) => [node, state]));
}
