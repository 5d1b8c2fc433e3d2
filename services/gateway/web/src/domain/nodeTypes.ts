// What the server says of a node type, as far as pages and the canvas use it.

export interface PortFacts {
  name: string;
  schema: unknown;
  /** Of an input: whether the node is skipped when nothing arrives. */
  required?: boolean;
}

export interface NodeTypeFacts {
  node_type: string;
  category: string;
  title: string;
  /** One sentence: what it does and puts out. */
  docs: string;
  /** What it does outside; absent or null where it does nothing there. */
  operation?: { protocol: string; operation: string; effect: string } | null;
  config_schema: unknown;
  inputs: PortFacts[];
  outputs: PortFacts[];
  /** Whether its ports are those that the document declares. */
  declares_inputs: boolean;
  declares_outputs: boolean;
}

export type TypesByName = ReadonlyMap<string, NodeTypeFacts>;

export function isTrigger(type: string): boolean {
  return type.startsWith("trigger.");
}

export function isLoop(type: string): boolean {
  return type === "loop" || type === "while";
}
