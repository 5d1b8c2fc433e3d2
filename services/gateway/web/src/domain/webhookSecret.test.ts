import { expect, test } from "vitest";
import { newSecret } from "./webhookSecret";

test("a secret is of 256 bits, written as its scheme writes it, and never the same", () => {
  const standard = newSecret(true);
  expect(standard).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(newSecret(false)).toMatch(/^[0-9a-f]{64}$/);
  expect(newSecret(true)).not.toBe(standard);
});
