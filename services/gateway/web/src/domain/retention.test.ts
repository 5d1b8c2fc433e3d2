import { expect, it } from "vitest";
import { hidesRuns, readDays } from "./retention";

it("reads whole days within bounds", () => {
  expect(["1", "3650", " 30 "].map(readDays)).toEqual([1, 3650, 30]);
  expect(["0", "3651", "1.5", "", "a week"].map(readDays)).toEqual(Array(5).fill(undefined));
});

it("knows when runs would be hidden", () => {
  expect(hidesRuns(90, 30)).toBe(true);
  expect(hidesRuns(90, 90)).toBe(false);
  expect(hidesRuns(90, null, 30)).toBe(true);
  expect(hidesRuns(30, null, 90)).toBe(false);
  expect(hidesRuns(30, null)).toBe(false);
});
