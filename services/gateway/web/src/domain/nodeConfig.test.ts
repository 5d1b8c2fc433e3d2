import { expect, it } from "vitest";
import { parseDocument } from "./document";
import { withConfig } from "./nodeConfig";

const text = JSON.stringify({
  name: "Hook",
  nodes: [{ id: "hook", node_type: "trigger.webhook", config: { path: "a", flow: { concurrency: 1 } } }],
  edges: [],
});
const configOf = (changed: string) => parseDocument(changed)?.nodes[0]?.config;

it("sets and removes one parameter and keeps the others", () => {
  expect(configOf(withConfig(text, 0, "flow", { singleton: "skip" }))).toEqual({
    path: "a",
    flow: { singleton: "skip" },
  });
  expect(configOf(withConfig(text, 0, "flow", null))).toEqual({ path: "a" });
});

it("leaves alone what is no document or has no such node", () => {
  expect(withConfig("{", 0, "flow", {})).toBe("{");
  expect(withConfig(text, 5, "flow", {})).toBe(text);
});
