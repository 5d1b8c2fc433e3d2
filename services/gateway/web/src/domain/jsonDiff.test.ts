import { expect, it } from "vitest";
import { changesBetween, pathOf } from "./jsonDiff";

it("names each field that is new, gone or another", () => {
  const before = { same: 1, gone: true, deep: { list: [1, 2], "a/b": "x" } };
  const after = { same: 1, deep: { list: [1, 3, 4], "a/b": "y" }, fresh: null };
  expect(changesBetween(before, after)).toEqual([
    { pointer: "/gone", kind: "removed", before: true },
    { pointer: "/deep/list/1", kind: "changed", before: 2, after: 3 },
    { pointer: "/deep/list/2", kind: "added", after: 4 },
    { pointer: "/deep/a~1b", kind: "changed", before: "x", after: "y" },
    { pointer: "/fresh", kind: "added", after: null },
  ]);
});

it("says nothing of equal values, and one thing of values of different kinds", () => {
  expect(changesBetween({ a: [{}] }, { a: [{}] })).toEqual([]);
  expect(changesBetween([1], { 0: 1 })).toEqual([
    { pointer: "", kind: "changed", before: [1], after: { 0: 1 } },
  ]);
  expect(changesBetween(null, undefined)).toEqual([{ pointer: "", kind: "removed", before: null }]);
});

it("stops at the most that a page shows", () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
  expect(changesBetween({}, many, 40)).toHaveLength(40);
});

it("writes a pointer as a path", () => {
  expect(pathOf("/out/items/2/a~1b")).toBe("out.items[2].a/b");
  expect(pathOf("")).toBe("");
});
