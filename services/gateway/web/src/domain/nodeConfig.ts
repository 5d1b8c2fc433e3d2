// One parameter of a node, put into the text of its document.
import { parseDocument, printDocument } from "./document";

/** The text with the parameter `name` of the node at `index` set, or without it; as it was when it is no document. */
export function withConfig(text: string, index: number, name: string, value: unknown): string {
  const document = parseDocument(text);
  const node = document?.nodes?.[index];
  if (!document || !node) return text;
  const config = { ...node.config };
  if (value === null || value === undefined) delete config[name];
  else config[name] = value;
  node.config = config;
  return printDocument(document);
}
