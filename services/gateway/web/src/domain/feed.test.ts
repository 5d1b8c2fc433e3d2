import { expect, it } from "vitest";
import {
  feedbackQuery,
  promptCasesQuery,
  promptQuery,
  promptTrialsQuery,
  promptVersionQuery,
} from "../app/promptQueries";
import { isStale, staleAfter } from "./feed";

it.each([
  ["inbox.changed", "inbox"],
  ["integration.email.received", "inbox"],
  ["workflow.completed", "runs"],
  ["workflow.published", "workflows"],
  ["integration.account.healthy", "accounts"],
  ["notification.raised", "notifications"],
  ["question.changed", "questions"],
  ["fact.changed", "facts"],
  ["fact.changed", "conversations"],
  ["prompt.changed", "prompts"],
  ["llm.invocation_changed", "invocations"],
])("%s makes %s stale", (type, resource) => expect(staleAfter(type).has(resource)).toBe(true));

it("finds lists and single things by their resource", () => {
  const stale = new Set(["inbox"]);
  expect(isStale(["list", "inbox", {}], stale)).toBe(true);
  expect(isStale(["inbox", "01J"], stale)).toBe(true);
  expect(isStale(["runs"], stale)).toBe(false);
});

it("finds what people said of answers, and the lists of a prompt", () => {
  expect(isStale(feedbackQuery("01J").queryKey, staleAfter("llm.invocation_changed"))).toBe(true);
  for (const { queryKey } of [promptQuery("01J"), promptCasesQuery("01J"), promptTrialsQuery("01J")]) {
    expect(isStale(queryKey, staleAfter("prompt.changed"))).toBe(true);
  }
  expect(isStale(promptVersionQuery("01J", 1).queryKey, staleAfter("prompt.changed"))).toBe(false);
});
