// The ports of a node as the server sees them: those it declares, else those of its type, some of which follow from its parameters.
import type { WorkflowNode } from "../../api/types";
import type { NodeTypeFacts, PortFacts } from "../nodeTypes";

export interface Ports {
  inputs: readonly PortFacts[];
  outputs: readonly PortFacts[];
}

export function portsOf(node: WorkflowNode, type: NodeTypeFacts | undefined): Ports {
  return {
    inputs: declared(node.inputs) ?? type?.inputs ?? [],
    outputs: declared(node.outputs) ?? computed(node) ?? [...(type?.outputs ?? []), ...added(node)],
  };
}

/** The name that a text shows of a port's schema. */
export function typeName(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || !("type" in schema)) return undefined;
  const { type } = schema;
  if (Array.isArray(type)) return type.join(" | ");
  return typeof type === "string" ? type : undefined;
}

/** The port that a new wire leaves by: the first that nothing leaves by yet and that is not for errors. */
export function mainOutput(outputs: readonly PortFacts[], taken: ReadonlySet<string>): string | undefined {
  const regular = outputs.filter(({ name }) => name !== "error");
  return (regular.find(({ name }) => !taken.has(name)) ?? regular[0] ?? outputs[0])?.name;
}

/** The port that a new wire enters by: the first required one that nothing feeds yet. */
export function mainInput(inputs: readonly PortFacts[], fed: ReadonlySet<string>): string | undefined {
  const free = inputs.filter(({ name }) => !fed.has(name));
  return (free.find(({ required }) => required !== false) ?? inputs[0])?.name;
}

function declared<P extends PortFacts>(ports: readonly P[] | undefined): readonly P[] | undefined {
  if (!Array.isArray(ports) || ports.length === 0) return undefined;
  return ports.filter((port) => typeof port?.name === "string");
}

function computed({ node_type, config }: WorkflowNode): PortFacts[] | undefined {
  if (node_type !== "switch") return undefined;
  const cases = Array.isArray(config?.cases) ? config.cases : [];
  const names = cases.flatMap((one: unknown) =>
    typeof one === "object" && one !== null && "name" in one && typeof one.name === "string"
      ? [one.name]
      : [],
  );
  return [...new Set([...names, "otherwise"])].map((name) => ({ name, schema: {} }));
}

function added({ node_type, config }: WorkflowNode): PortFacts[] {
  if (node_type === "loop" && config?.on_error === "continue")
    return [{ name: "errors", schema: { type: "array" } }];
  if (node_type === "wait" && config && "event" in config) return [{ name: "late", schema: {} }];
  return [];
}
