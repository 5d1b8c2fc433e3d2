import { expect, it } from "vitest";
import { matches, patternFault } from "./subject";

it.each([
  ["workflow.>", "workflow.completed.default.01J", true],
  ["workflow.>", "workflow", false],
  ["workflow.*.default.>", "workflow.saved.default.01J", true],
  ["workflow.*", "workflow.saved.default", false],
  ["run.events", "run.events", true],
  [">", "llm.delta.default.01J", true],
])("%s on %s: %s", (pattern, subject, expected) => expect(matches(pattern, subject)).toBe(expected));

it.each([
  ["", "empty"],
  ["a..b", "empty_token"],
  ["a b", "bad_character"],
  ["a.>.b", "misplaced_rest"],
  ["a.b*", "bad_character"],
  ["a.*.>", undefined],
])("%s is %s", (pattern, fault) => expect(patternFault(pattern)).toBe(fault));
