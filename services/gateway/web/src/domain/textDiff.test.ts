import { expect, it } from "vitest";
import { linesBetween } from "./textDiff";

const shown = (before: string, after: string) =>
  linesBetween(before, after).map(
    ({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`,
  );

it("finds changed lines between those that stay", () => {
  expect(shown("a\nb\nc\nd", "a\nx\nc\nd\ne")).toEqual([" a", "-b", "+x", " c", " d", "+e"]);
});

it("finds lines that came or went at the ends", () => {
  expect(shown("a\nb", "b")).toEqual(["-a", " b"]);
  expect(shown("b", "a\nb")).toEqual(["+a", " b"]);
});

it("finds nothing between equal texts", () => {
  expect(shown("a\n\nb", "a\n\nb")).toEqual([" a", " ", " b"]);
});

it("compares no texts of very many lines, and still shows both", () => {
  const long = "\n".repeat(30_000);
  const lines = linesBetween(`a${long}`, `b${long}`);
  expect(lines.filter(({ kind }) => kind === "removed")).toHaveLength(30_001);
  expect(lines.filter(({ kind }) => kind === "added")).toHaveLength(30_001);
});
