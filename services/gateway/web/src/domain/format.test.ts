import { describe, expect, it } from "vitest";
import { dollars, duration, initials, relativeTime, words } from "./format";

describe("duration", () => {
  it.each([
    [0.2, "<1 ms"],
    [840, "840 ms"],
    [3200, "3.2 s"],
    [42_000, "42 s"],
    [245_000, "4 min 5 s"],
    [7_380_000, "2 h 3 min"],
  ])("%d ms reads %s", (ms, text) => expect(duration(ms)).toBe(text));
});

it("tells the past from the future", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  expect(relativeTime(new Date("2026-11-21T11:55:00Z"), now)).toMatch(/5 min.* ago/);
  expect(relativeTime(new Date("2026-11-21T15:00:00Z"), now)).toMatch(/in 3 h/);
});

it("shows small costs with four digits", () => {
  expect(dollars(1234)).toContain("0.0012");
});

it("reads codes as words and names as initials", () => {
  expect(words("trigger.integration_event")).toBe("integration event");
  expect(initials("Ada King Lovelace")).toBe("AL");
  expect(initials("")).toBe("?");
});
