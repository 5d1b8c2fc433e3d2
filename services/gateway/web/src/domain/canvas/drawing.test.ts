import { describe, expect, it } from "vitest";
import { arrange, complete } from "./arrange";
import { drawingOf, isDrawable, portY } from "./drawing";
import { neighbour } from "./neighbours";
import { placesOf } from "./places";
import { mainInput, mainOutput, portsOf } from "./ports";
import { looped, types } from "./samples";
import { summaryOf } from "./summary";
import { refusalOf } from "./wires";

const drawing = drawingOf(looped, types);
const boxes = drawing.nodes.map((node) => ({ ...node, ...placesOf(looped)[node.id]! }));

describe("drawingOf", () => {
  it("tells ways back and errors apart, and draws ports that only an edge names", () => {
    expect(drawing.edges.filter(({ back }) => back).map(({ key }) => key)).toEqual([
      "classify.out>each.next",
    ]);
    const odd = drawingOf(
      {
        ...looped,
        edges: [{ source: "classify", source_port: "error", destination: "log", destination_port: "nope" }],
      },
      types,
    );
    expect(odd.edges[0]?.error).toBe(true);
    const log = odd.nodes[3]!;
    expect(log.inputs.map(({ name, unknown }) => [name, unknown])).toEqual([
      ["in", undefined],
      ["nope", true],
    ]);
    expect(portY(log, 1) - portY(log, 0)).toBe(24);
  });

  it("leaves out edges to nowhere and nodes that are there twice", () => {
    const twice = drawingOf({ ...looped, nodes: [...looped.nodes, looped.nodes[0]!].slice(1) }, types);
    expect(twice.nodes).toHaveLength(4);
    expect(drawingOf({ ...looped, nodes: looped.nodes.slice(1) }, types).edges).toHaveLength(3);
  });

  it("takes only what can be drawn", () => {
    expect(isDrawable(looped)).toBe(true);
    expect(isDrawable(undefined)).toBe(false);
    expect(isDrawable({ ...looped, nodes: [null] } as never)).toBe(false);
    expect(isDrawable({ ...looped, edges: "x" } as never)).toBe(false);
  });
});

describe("portsOf", () => {
  it("follows parameters and what the document declares", () => {
    const names = (node: Parameters<typeof portsOf>[0]) =>
      portsOf(node, types.get(node.node_type)).outputs.map(({ name }) => name);
    const cases = [
      { name: "a", condition: "true" },
      { name: "b", condition: "true" },
    ];
    expect(names({ id: "s", node_type: "switch", config: { cases } })).toEqual(["a", "b", "otherwise"]);
    expect(names({ id: "l", node_type: "loop", config: { on_error: "continue" } })).toEqual([
      "item",
      "done",
      "errors",
    ]);
    expect(names({ id: "l", node_type: "log", outputs: [{ name: "x", schema: {} }] })).toEqual(["x"]);
    expect(names({ id: "u", node_type: "unheard_of" })).toEqual([]);
  });

  it("wires what is free first, and errors never by themselves", () => {
    const { inputs, outputs } = types.get("loop")!;
    expect(mainInput(inputs, new Set())).toBe("items");
    expect(mainOutput(outputs, new Set(["item"]))).toBe("done");
    expect(mainOutput(types.get("classify")!.outputs, new Set(["out"]))).toBe("out");
    expect(mainInput([], new Set())).toBeUndefined();
  });
});

describe("places", () => {
  it("go from left to right, a loop before its body, and nothing overlaps", () => {
    const at = arrange(drawing.nodes, drawing.edges);
    expect(at.start!.x).toBeLessThan(at.each!.x);
    expect(at.each!.x).toBeLessThan(at.classify!.x);
    expect(at.classify!.y).toBeLessThan(at.log!.y);
    for (const one of drawing.nodes) {
      for (const other of drawing.nodes) {
        if (one.id === other.id) continue;
        const [a, b] = [at[one.id]!, at[other.id]!];
        const apart =
          Math.abs(a.x - b.x) >= one.width || a.y + one.height <= b.y || b.y + other.height <= a.y;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
  });

  it("that are kept stay, and what has none comes beside its neighbours", () => {
    const { log: _, ...own } = placesOf(looped);
    const at = complete(drawing.nodes, drawing.edges, own);
    expect(at).toMatchObject(own);
    expect(at.log!.x).toBeGreaterThan(own.each!.x);
    expect(complete(drawing.nodes, drawing.edges, placesOf(looped))).toBe(placesOf(looped));
  });
});

it("arrow keys follow wires, else what stands nearest", () => {
  expect(neighbour(boxes, drawing.edges, "start", "right")).toBe("each");
  expect(neighbour(boxes, drawing.edges, "each", "right")).toBe("classify");
  expect(neighbour(boxes, drawing.edges, "classify", "down")).toBe("log");
  expect(neighbour(boxes, drawing.edges, "log", "left")).toBe("each");
  expect(neighbour(boxes, drawing.edges, "start", "left")).toBeUndefined();
  expect(neighbour(boxes, drawing.edges, "", "left")).toBe("start");
});

it("says in a line what a node does", () => {
  const of = (config: Record<string, unknown>) => summaryOf({ id: "x", node_type: "x", config });
  expect(of({ method: "POST", url: "https://example.org" })).toBe("POST https://example.org");
  expect(of({ text: "t", categories: ["a", "b"] })).toBe("a, b");
  expect(of({ cases: [{ name: "x", condition: "y" }] })).toBe("x");
  expect(of({ text: "a\n\nb" })).toBe("a b");
  expect(of({ text: "x".repeat(200) })).toHaveLength(80);
  expect(of({})).toBe("");
});

it("a wire is refused for what it brings about, not for what was wrong before", () => {
  const problem = (pointer: string, code: string, severity: "error" | "warning" = "error") => ({
    pointer,
    code,
    message: pointer,
    severity,
  });
  const missing = problem("/nodes/0/config", "config.invalid");
  const cycle = problem("/edges/0", "graph.cycle");
  expect(refusalOf([missing], [missing], 3)).toBeUndefined();
  expect(refusalOf([missing], [missing, problem("/edges/3", "edge.type_mismatch")], 3)?.code).toBe(
    "edge.type_mismatch",
  );
  expect(refusalOf([], [problem("/edges/3", "edge.unproved", "warning")], 3)).toBeUndefined();
  expect(refusalOf([], [problem("/edges/31", "edge.dangling")], 3)).toBeUndefined();
  expect(refusalOf([], [cycle], 3)).toBe(cycle);
  expect(refusalOf([cycle], [cycle], 3)).toBeUndefined();
});
