import { describe, expect, it } from "vitest";
import { lineAndColumn, locate, parsePointer, syntaxFault } from "./pointer";

const text = JSON.stringify(
  {
    name: "Triage",
    nodes: [{ id: "mail" }, { id: "classify", config: { categories: [], "a/b": 1 } }],
    edges: [],
  },
  null,
  2,
);
const at = (pointer: string) => {
  const { from, to } = locate(text, pointer);
  return text.slice(from, to);
};

describe("locate", () => {
  it("finds a value inside arrays and objects", () => {
    expect(at("/nodes/1/id")).toBe('"classify"');
  });
  it("marks the key of an object or array, not all of it", () => {
    expect(at("/nodes/1/config/categories")).toBe('"categories"');
    expect(at("/nodes/1")).toBe("{");
  });
  it("decodes escaped tokens", () => {
    expect(parsePointer("/a~1b/~0")).toEqual(["a/b", "~"]);
    expect(at("/nodes/1/config/a~1b")).toBe("1");
  });
  it("falls back to the deepest part that exists", () => {
    expect(at("/nodes/0/config/text")).toBe("{");
    expect(at("/nodes/7")).toBe('"nodes"');
    expect(at("/nothing")).toBe("{");
  });
  it("survives half typed text", () => {
    expect(() => locate('{"nodes": [{"id": ', "/nodes/0/id")).not.toThrow();
    expect(locate("", "/a")).toEqual({ from: 0, to: 0 });
  });
});

describe("syntaxFault", () => {
  it("is silent for JSON", () => {
    expect(syntaxFault(text)).toBeUndefined();
  });
  it("points at the first fault", () => {
    const fault = syntaxFault('{\n  "a": 1,\n  "b" 2\n}');
    expect(fault && lineAndColumn('{\n  "a": 1,\n  "b" 2\n}', fault.range.from).line).toBe(3);
  });
  it("stays inside the text", () => {
    const fault = syntaxFault('{"a": ');
    expect(fault?.range.to).toBeLessThanOrEqual(6);
  });
});
