import { expect, it } from "vitest";
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
])("%s makes %s stale", (type, resource) => expect(staleAfter(type).has(resource)).toBe(true));

it("finds lists and single things by their resource", () => {
  const stale = new Set(["inbox"]);
  expect(isStale(["list", "inbox", {}], stale)).toBe(true);
  expect(isStale(["inbox", "01J"], stale)).toBe(true);
  expect(isStale(["runs"], stale)).toBe(false);
});
