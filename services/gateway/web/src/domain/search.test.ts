import { expect, it } from "vitest";
import { rank } from "./search";

it("finds all words in any order, and nothing else", () => {
  expect(rank("Dark theme", "theme dark")).toBeGreaterThan(0);
  expect(rank("Previous item", "runs")).toBe(0);
});

it("puts the whole name before its part, and a beginning before a middle", () => {
  expect(rank("Runs", "runs")).toBeGreaterThan(rank("All my runs", "runs"));
  expect(rank("Run now", "run")).toBeGreaterThan(rank("Prune", "run"));
});

it("shows everything while nothing is typed", () => {
  expect(rank("Anything", "")).toBe(1);
});
