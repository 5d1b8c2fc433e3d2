// Documents and node types for tests.
import type { WorkflowDocument } from "../../api/types";
import type { NodeTypeFacts, TypesByName } from "../nodeTypes";

function type(node_type: string, more: Partial<NodeTypeFacts> = {}): NodeTypeFacts {
  return {
    node_type,
    category: "transform",
    title: node_type,
    docs: "",
    config_schema: { properties: {} },
    inputs: [{ name: "in", schema: {}, required: true }],
    outputs: [{ name: "out", schema: {} }],
    declares_inputs: false,
    declares_outputs: false,
    ...more,
  };
}

const loopPorts = {
  inputs: [
    { name: "items", schema: { type: "array" }, required: true },
    { name: "next", schema: {}, required: false },
  ],
  outputs: [
    { name: "item", schema: {} },
    { name: "done", schema: { type: "array" } },
  ],
};

export const types: TypesByName = new Map(
  [
    type("trigger.manual", { inputs: [], category: "trigger" }),
    type("classify", {
      outputs: [
        { name: "out", schema: {} },
        { name: "error", schema: {} },
      ],
    }),
    type("log", {
      config_schema: {
        properties: {
          message: { description: "Any." },
          level: { oneOf: [{ const: "info" }, { const: "warn" }], default: "info" },
        },
        required: ["message"],
      },
    }),
    type("switch", { outputs: [{ name: "otherwise", schema: {} }] }),
    type("loop", loopPorts),
    type("join", { inputs: [], declares_inputs: true }),
  ].map((one) => [one.node_type, one]),
);

const edge = (source: string, source_port: string, destination: string, destination_port: string) => ({
  source,
  source_port,
  destination,
  destination_port,
});

/** A trigger, a loop with a body that names other nodes, and what follows it. */
export const looped: WorkflowDocument = {
  name: "Looped",
  description: "",
  nodes: [
    { id: "start", node_type: "trigger.manual", config: {} },
    { id: "each", node_type: "loop", config: {} },
    { id: "classify", node_type: "classify", config: { text: "{{ nodes.start.text & nodes . start }}" } },
    {
      id: "log",
      node_type: "log",
      config: { message: { a: ["{{ $count(nodes.classify) }}", "nodes.classify-nodes.classify_2"] } },
      approval: { when: "{{ nodes.`classify`.confidence < 1 }}" },
    },
  ],
  edges: [
    edge("start", "out", "each", "items"),
    edge("each", "item", "classify", "in"),
    edge("classify", "out", "each", "next"),
    edge("each", "done", "log", "in"),
  ],
  layout: {
    nodes: {
      start: { x: 0, y: 0 },
      each: { x: 320, y: 0 },
      classify: { x: 640, y: 0 },
      log: { x: 640, y: 200 },
    },
    notes: [{ id: "note", text: "**Hi**", at: { x: 0, y: 300 }, width: 200, height: 100 }],
  },
};
