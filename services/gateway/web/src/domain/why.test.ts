import { expect, it } from "vitest";
import { adviceOf, gravityOf, stretchOf } from "./why";

const now = new Date("2026-11-22T10:00:00Z");

it("asks about the time that has just passed, or about a time of the day", () => {
  expect(stretchOf("hour", "", now)).toEqual({
    at: "2026-11-22T09:00:00.000Z",
    until: "2026-11-22T10:00:00.000Z",
  });
  expect(stretchOf("day", "08:00", now).at).toBe("2026-11-21T10:00:00.000Z");
  expect(stretchOf("time", " 08:00 ", now)).toEqual({ at: "08:00" });
});

it("tells what the workflow wants from what went wrong", () => {
  expect(["started", "held", "filtered", "off", "nothing_received"].map(gravityOf)).toEqual([
    "started",
    "held",
    "kept",
    "kept",
    "nothing",
  ]);
  expect(["missed", "account_degraded", "filter_failed", "a_code_of_tomorrow"].map(gravityOf)).toEqual(
    Array(4).fill("trouble"),
  );
});

it("knows what to do where something can be done", () => {
  expect(adviceOf("account_reauth_needed", "integration_event")).toBe("account");
  expect(adviceOf("singleton", "webhook")).toBe("flow");
  expect(adviceOf("disabled", "webhook")).toBe("off");
  expect(adviceOf("nothing_received", "webhook")).toBe("no_call");
  expect(adviceOf("nothing_received", "manual")).toBeUndefined();
  expect(adviceOf("started", "webhook")).toBeUndefined();
  expect(adviceOf("a_code_of_tomorrow", "webhook")).toBeUndefined();
});
