import { expect, it } from "vitest";
import { labelsOf, newestFirst, savedAs } from "./promptVersion";

const before = { version: 2, versions: [1, 2] };

it("tells a version in production from one that is tried first", () => {
  expect(savedAs(before, { version: 3, versions: [1, 2, 3] })).toEqual({ version: 3, state: "production" });
  expect(savedAs(before, { version: 2, versions: [1, 2, 3] })).toEqual({ version: 3, state: "tried" });
});

it("names no version that is not shown yet", () => {
  expect(savedAs(before, before)).toBeUndefined();
  expect(savedAs({ version: 0, versions: [] }, { version: 0, versions: [] })).toBeUndefined();
});

it("names the labels of a version, and lists the newest first", () => {
  expect(labelsOf({ production: 2, staging: 3, canary: 2 }, 2)).toEqual(["canary", "production"]);
  expect(newestFirst([1, 10, 2])).toEqual([10, 2, 1]);
});
