import { expect, it } from "vitest";
import { fieldAt, readFlow, textsOfFlow } from "./flow";

const flow = {
  key: "{{ input.customer }}",
  concurrency: 2,
  throttle: { count: 5, seconds: 60 },
  debounce: { seconds: 10, longest_seconds: 120 },
  batch: { size: 20, seconds: 30 },
  priority: 3,
};

it("reads what it wrote", () => {
  expect(readFlow(textsOfFlow(flow))).toEqual({ flow });
  expect(readFlow(textsOfFlow({ singleton: "replace", priority: "{{ input.n }}" }))).toEqual({
    flow: { singleton: "replace", priority: "{{ input.n }}" },
  });
});

it("is nothing when nothing is written", () => {
  expect(readFlow(textsOfFlow(undefined))).toEqual({ flow: null });
});

it("asks for the other half, and for whole numbers", () => {
  const none = textsOfFlow(undefined);
  expect(readFlow({ ...none, throttleCount: "5" })).toEqual({ faults: { throttleSeconds: "required" } });
  expect(readFlow({ ...none, debounceLongest: "60" })).toEqual({ faults: { debounceSeconds: "required" } });
  expect(readFlow({ ...none, batchSize: "2", batchSeconds: "soon", concurrency: "1.5" })).toEqual({
    faults: { batchSeconds: "integer", concurrency: "integer" },
  });
});

it("shows what is said of a place at its field", () => {
  expect(fieldAt("/debounce/longest_seconds")).toBe("debounceLongest");
  expect(fieldAt("/batch")).toBe("batchSize");
  expect(fieldAt("/priority")).toBe("priority");
  expect(fieldAt("")).toBeUndefined();
  expect(fieldAt("/unheard_of")).toBeUndefined();
});
