// What a node says beside its parameters.
import type { WorkflowNode } from "../../api/types";
import type { NodeTypeFacts } from "../nodeTypes";
import { hasProperty } from "./nodeFields";

/** The parameters that decide whom a node reaches. */
const reaching = ["to", "url", "account_id", "method"];

/** Those of them that the node can allow strangers to have chosen. */
export function allowable({ config_schema }: NodeTypeFacts, { allow = {} }: WorkflowNode): string[] {
  const usual = reaching.slice(0, 2).filter((name) => hasProperty(config_schema, name));
  return [...new Set([...usual, ...Object.keys(allow)])];
}

/** The names of the ports that the document declares. */
export function declaredNames(node: WorkflowNode, type: NodeTypeFacts): Record<string, unknown> {
  return {
    ...(type.declares_inputs && { inputs: (node.inputs ?? []).map(({ name }) => name) }),
    ...(type.declares_outputs && { outputs: (node.outputs ?? []).map(({ name }) => name) }),
  };
}

/** The node with ports of these names; those that it had keep what else is said of them. */
export function withDeclared(
  node: WorkflowNode,
  type: NodeTypeFacts,
  names: Record<string, unknown>,
): WorkflowNode {
  const list = (value: unknown) => [...new Set(Array.isArray(value) ? value.map(String) : [])];
  const changed = { ...node };
  if (type.declares_inputs) {
    const known = new Map((node.inputs ?? []).map((port) => [port.name, port]));
    changed.inputs = list(names.inputs).map(
      (name) => known.get(name) ?? { name, schema: {}, required: true },
    );
  }
  if (type.declares_outputs) {
    const known = new Map((node.outputs ?? []).map((port) => [port.name, port]));
    changed.outputs = list(names.outputs).map((name) => known.get(name) ?? { name, schema: {} });
  }
  return changed;
}
