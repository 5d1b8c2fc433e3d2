import { expect, it } from "vitest";
import { sketch } from "./sketch";

const node = (id: string) => ({ id, node_type: "transform" });
const edge = (source: string, destination: string, destination_port = "in") => ({
  source,
  source_port: "out",
  destination,
  destination_port,
});

it("puts a node one column after its farthest source", () => {
  const drawn = sketch({
    nodes: [node("a"), node("b"), node("c"), node("d")],
    edges: [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("a", "d")],
  });
  expect(drawn.nodes.map(({ id, column, row }) => [id, column, row])).toEqual([
    ["a", 0, 0],
    ["b", 1, 0],
    ["c", 1, 1],
    ["d", 2, 0],
  ]);
  expect(drawn).toMatchObject({ columns: 3, rows: 2 });
});

it("ignores a loop's way back, and edges to nowhere", () => {
  const drawn = sketch({
    nodes: [node("loop"), node("body")],
    edges: [edge("loop", "body"), edge("body", "loop", "next"), edge("body", "gone")],
  });
  expect(drawn.columns).toBe(2);
  expect(drawn.edges).toHaveLength(1);
});

it("ends on a cycle that is no loop", () => {
  expect(
    sketch({ nodes: [node("a"), node("b")], edges: [edge("a", "b"), edge("b", "a")] }).nodes,
  ).toHaveLength(2);
});
