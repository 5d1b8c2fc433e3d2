import { expect, it } from "vitest";
import { asApiError, asPageError, toApiError } from "./problem";

it("takes sentence, hint and places from problem+json", () => {
  const error = toApiError(422, {
    title: "Some settings are wrong",
    code: "account.invalid",
    hint: "correct the marked fields",
    errors: [{ pointer: "/settings/host", code: "setting.host", message: "it must be a host name" }],
  });
  expect(error.message).toBe("Some settings are wrong.");
  expect(error.hint).toBe("Correct the marked fields.");
  expect(error.at("/settings/host")).toBe("It must be a host name.");
  expect(error.at("/settings/port")).toBeUndefined();
});

it("has words and a remedy for an answer without a body", () => {
  const error = toApiError(503, undefined);
  expect(error.message).toMatch(/not ready/);
  expect(error.hint).toBeTruthy();
});

it("calls a failed fetch unreachable", () => {
  expect(asApiError(new TypeError("Failed to fetch"))).toMatchObject({ status: 0 });
});

it("does not blame the server for a fault of the page", () => {
  expect(asPageError(new TypeError("x is not a function")).message).not.toMatch(/server/i);
  const refused = toApiError(404, undefined);
  expect(asPageError(refused)).toBe(refused);
});
