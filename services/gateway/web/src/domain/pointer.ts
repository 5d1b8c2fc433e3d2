// Where a JSON pointer (RFC 6901) lies in a text, even while the text is half typed.
import { parser } from "@lezer/json";
import type { SyntaxNode, Tree } from "@lezer/common";

/** Character offsets, `to` exclusive. */
export interface Range {
  from: number;
  to: number;
}

export function parsePointer(pointer: string): string[] {
  if (pointer === "" || pointer === "/") return [];
  return pointer
    .replace(/^\//, "")
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The range of the value that `pointer` names. When a part of the path is missing, the range of the deepest part that
 * exists: for an object or array that is its opening bracket or key, so that a long value is not underlined whole.
 */
export function locate(text: string, pointer: string): Range {
  const root = parsed(text).topNode.firstChild;
  if (!root) return { from: 0, to: text.length };
  let node = root;
  let key: SyntaxNode | null = null;
  for (const token of parsePointer(pointer)) {
    const next: Step | undefined = node.name === "Object" ? member(text, node, token) : element(node, token);
    if (!next) break;
    node = next.value;
    key = next.key;
  }
  if (node.name !== "Object" && node.name !== "Array") return { from: node.from, to: node.to };
  return key ? { from: key.from, to: key.to } : { from: node.from, to: node.from + 1 };
}

/** Many places of one text are looked for in a row. */
let newest: { text: string; tree: Tree } | undefined;

function parsed(text: string): Tree {
  if (newest?.text !== text) newest = { text, tree: parser.parse(text) };
  return newest.tree;
}

interface Step {
  key: SyntaxNode | null;
  value: SyntaxNode;
}

function member(text: string, object: SyntaxNode, name: string): Step | undefined {
  for (const property of object.getChildren("Property")) {
    const key = property.getChild("PropertyName");
    const value = property.lastChild;
    if (key && value && value.from !== key.from && unquote(text.slice(key.from, key.to)) === name) {
      return { key, value };
    }
  }
  return undefined;
}

const values = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

function element(array: SyntaxNode, index: string): Step | undefined {
  if (array.name !== "Array" || !/^\d+$/.test(index)) return undefined;
  let left = Number(index);
  for (let child = array.firstChild; child; child = child.nextSibling) {
    if (!values.has(child.name)) continue;
    if (left === 0) return { key: null, value: child };
    left -= 1;
  }
  return undefined;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The first place where the text is no JSON, with a sentence; undefined when it parses. */
export function syntaxFault(text: string): { range: Range; message: string } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const at = firstErrorNode(text);
    const message = error instanceof Error ? error.message : String(error);
    return { range: at, message: message.replace(/ in JSON at position.*$/s, "") };
  }
}

function firstErrorNode(text: string): Range {
  let found: Range | undefined;
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) found ??= { from: node.from, to: Math.max(node.to, node.from + 1) };
    },
  });
  const { from, to } = found ?? { from: text.length, to: text.length };
  return { from: Math.min(from, text.length), to: Math.min(to, text.length) };
}

/** 1-based line and column of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}
