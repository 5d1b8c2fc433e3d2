import { afterEach, expect, it, vi } from "vitest";
import { unwrap } from "./client";

afterEach(() => vi.unstubAllGlobals());

const answered = (status: number, data: unknown, location?: string) =>
  Promise.resolve({
    data,
    response: new Response(null, { status, headers: location ? { location } : {} }),
  });

it("waits at its Location for what was only accepted", async () => {
  const fetch = vi.fn(() => Promise.resolve(Response.json({ id: "f" })));
  vi.stubGlobal("fetch", fetch);
  expect(await unwrap(answered(202, { status: "accepted" }, "/there"))).toEqual({ id: "f" });
  expect(await unwrap(answered(202, undefined, "/there"))).toEqual({ id: "f" });
  expect(fetch).toHaveBeenCalledTimes(2);
});

it("takes what an accepted change brings along", async () => {
  const fetch = vi.fn();
  vi.stubGlobal("fetch", fetch);
  const run = { id: "r", status: "accepted" };
  expect(await unwrap(answered(202, run, "/there"))).toEqual(run);
  expect(await unwrap(answered(201, { status: "accepted" }, "/there"))).toEqual({ status: "accepted" });
  expect(fetch).not.toHaveBeenCalled();
});
