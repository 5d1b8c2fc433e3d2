import { expect, it } from "vitest";
import { addDelta, nextSentences, type Answers } from "./answer";

const delta = (seq: number, offset: number, text: string, call = "a") => ({
  message_id: "m",
  invocation_id: call,
  seq,
  offset,
  text,
});
const none: Answers = new Map();

it("joins deltas in order", () => {
  const answers = addDelta(addDelta(none, delta(1, 0, "Hel")), delta(2, 3, "lo"));
  expect(answers.get("m")).toEqual({ invocation: "a", seq: 2, text: "Hello" });
});

it("begins anew with the next call of the model", () => {
  const answers = addDelta(addDelta(none, delta(1, 0, "Let me look.")), delta(1, 0, "It is", "b"));
  expect(answers.get("m")?.text).toBe("It is");
});

it("ignores a delta that was seen before", () => {
  const once = addDelta(none, delta(1, 0, "Hi"));
  expect(addDelta(once, delta(1, 0, "Hi"))).toBe(once);
});

it("counts offsets in characters, not UTF-16 units", () => {
  const answers = addDelta(addDelta(none, delta(1, 0, "👍")), delta(2, 1, "!"));
  expect(answers.get("m")?.text).toBe("👍!");
});

it("speaks sentences, not tokens", () => {
  expect(nextSentences("Three mails. Two are", 0)).toEqual({ say: "Three mails.", spoken: 12 });
  expect(nextSentences("Three mails. Two are", 12)).toEqual({ say: "", spoken: 12 });
});
