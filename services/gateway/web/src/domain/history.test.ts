import { describe, expect, it } from "vitest";
import { applyChange, changeBetween, inverse, noHistory, record, redo, undo, type History } from "./history";

const texts = ["", "a", "aa", "aba", "abcabc", "xabcabcy", "abc", "ab\nc", "ab\n\nc", "aaaa", "b"];

describe("changeBetween", () => {
  it("makes each text of each other, and back", () => {
    for (const before of texts) {
      for (const after of texts) {
        const change = changeBetween(before, after);
        expect(applyChange(before, change)).toBe(after);
        expect(applyChange(after, inverse(change))).toBe(before);
      }
    }
  });
});

/** A history of the texts, one after the other. */
function written(all: readonly string[], group?: string): History {
  let history = noHistory;
  all.forEach((text, index) => {
    const before = all[index - 1];
    if (before !== undefined) history = record(history, before, text, { group, when: index });
  });
  return history;
}

it("restores every text that was written, backwards and forwards", () => {
  const all = Array.from({ length: 200 }, (_, index) => texts[(index * 7) % texts.length] + String(index));
  let now = { history: written(all), text: all.at(-1)! };
  for (const expected of all.slice(0, -1).reverse()) {
    now = undo(now.history, now.text)!;
    expect(now.text).toBe(expected);
  }
  expect(undo(now.history, now.text)).toBeUndefined();
  for (const expected of all.slice(1)) {
    now = redo(now.history, now.text)!;
    expect(now.text).toBe(expected);
  }
  expect(redo(now.history, now.text)).toBeUndefined();
});

it("takes back what was typed in one go at once", () => {
  const history = written(["", "h", "he", "hello"], "typing");
  expect(history.past).toHaveLength(1);
  expect(undo(history, "hello")?.text).toBe("");
  const later = record(history, "hello", "hello!", { group: "typing", when: 5000 });
  expect(undo(later, "hello!")?.text).toBe("hello");
});

it("forgets what was taken back once something else is written", () => {
  const back = undo(written(["a", "b"]), "b")!;
  const other = record(back.history, back.text, "c", { when: 1 });
  expect(redo(other, "c")).toBeUndefined();
  expect(undo(other, "c")?.text).toBe("a");
});
