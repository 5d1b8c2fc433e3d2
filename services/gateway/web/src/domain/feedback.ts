// What a person says of a model's answer, or of a part of it.
import type { Feedback, NewFeedback } from "../api/types";
import { token } from "./jsonDiff";

/** A part of an answer that something can be said of. */
export interface Part {
  /** JSON pointer (RFC 6901); empty for the whole answer. */
  pointer: string;
  /** Of a field; empty for the whole answer. */
  name: string;
  value: unknown;
}

/** The whole answer, then its fields, if it has some. */
export function partsOf(answer: unknown): Part[] {
  const whole = { pointer: "", name: "", value: answer };
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return [whole];
  const fields = Object.entries(answer);
  return [whole, ...fields.map(([name, value]) => ({ pointer: `/${token(name)}`, name, value }))];
}

/** What should be there, as it was typed: text in place of text, else JSON where it is some. Nothing typed says nothing. */
export function readExpected(typed: string, part: Part): { value: unknown } | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  if (typeof part.value === "string") return { value: text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { value: text };
  }
}

/** That a part is wrong. */
export function wrongPart(part: Part, typed: string, comment: string): NewFeedback {
  const expected = readExpected(typed, part);
  return {
    verdict: "wrong",
    path: part.pointer,
    comment: comment.trim(),
    ...(expected && { expected: expected.value }),
  };
}

/** The last word about each part; `given` has the newest first. */
export function lastWords<F extends Pick<Feedback, "path">>(given: readonly F[]): F[] {
  const said = new Set<string>();
  return given.filter(({ path }) => !said.has(path) && said.add(path));
}

/** A value as one reads it in a sentence: a text without quotes. */
export function spoken(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
