import { describe, expect, it } from "vitest";
import { lastWords, partsOf, readExpected, wrongPart } from "./feedback";

const answer = { category: "urgent", confidence: 0.9, "a/b": ["x"] };
const part = (pointer: string) => {
  const found = partsOf(answer).find((one) => one.pointer === pointer);
  if (!found) throw new Error(`no part ${pointer}`);
  return found;
};

describe("the parts of an answer", () => {
  it("are the whole and its fields, by pointer", () => {
    expect(partsOf(answer).map(({ pointer }) => pointer)).toEqual(["", "/category", "/confidence", "/a~1b"]);
    expect(part("/a~1b").value).toEqual(["x"]);
  });
  it("are the whole alone where it has no fields", () => {
    for (const value of ["text", 1, null, ["a"]]) {
      expect(partsOf(value)).toEqual([{ pointer: "", name: "", value }]);
    }
  });
});

describe("what should be there", () => {
  it("stays text in place of text, even when it looks like JSON", () => {
    expect(readExpected(" 12 ", part("/category"))).toEqual({ value: "12" });
  });
  it("is JSON in place of anything else, where it is some", () => {
    expect(readExpected("0.5", part("/confidence"))).toEqual({ value: 0.5 });
    expect(readExpected("null", part("/confidence"))).toEqual({ value: null });
    expect(readExpected('{"category": "other"}', part(""))).toEqual({ value: { category: "other" } });
    expect(readExpected("not sure", part("/confidence"))).toEqual({ value: "not sure" });
  });
  it("is left out when nothing is typed", () => {
    expect(readExpected("  ", part("/category"))).toBeUndefined();
    expect(wrongPart(part("/category"), "", " Why? ")).toEqual({
      verdict: "wrong",
      path: "/category",
      comment: "Why?",
    });
  });
  it("goes along with its part", () => {
    expect(wrongPart(part("/category"), "other", "")).toEqual({
      verdict: "wrong",
      path: "/category",
      expected: "other",
      comment: "",
    });
  });
});

it("keeps the last word about each part", () => {
  const given = [
    { path: "/category", id: 3 },
    { path: "", id: 2 },
    { path: "/category", id: 1 },
  ];
  expect(lastWords(given).map(({ id }) => id)).toEqual([3, 2]);
});
