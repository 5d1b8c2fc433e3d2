import { expect, it } from "vitest";
import type { Fact, Forgetting } from "../api/types";
import { closeness, doubt, earlier, factFault, forgotten, heir } from "./memory";

const fact = (id: string, state: Fact["state"]): Fact => ({
  id,
  text: `Fact ${id}.`,
  source: "explicit",
  state,
  pinned: false,
  replaces: null,
  replaced_by: null,
  run_id: null,
  uses: 0,
  learned_at: "2026-11-22T00:00:00Z",
  changed_at: "2026-11-22T00:00:00Z",
});

const forgetting = (id: string, also: string[], left = 0): Forgetting => ({
  fact_id: id,
  also,
  rows_left: left,
  vectors_left: 0,
  forgotten_at: "2026-11-22T00:00:00Z",
});

it.each([
  ["", "empty"],
  ["  \n ", "empty"],
  ["I have two cats.", undefined],
  [` ${"x".repeat(500)} `, undefined],
  ["🐈".repeat(500), undefined],
  ["x".repeat(501), "long"],
])("says what is wrong with %j", (text, fault) => expect(factFault(text)).toBe(fault));

it("says how close a fact is, where that is known", () => {
  expect(closeness(null)).toBeUndefined();
  expect(closeness(undefined)).toBeUndefined();
  expect(closeness(0.834)).toMatch(/^83\s?%$/);
  expect(closeness(-0.2)).toMatch(/^0\s?%$/);
});

it("doubts what is not the person's word, or holds no longer", () => {
  expect(doubt({ source: "explicit", state: "held" })).toBeUndefined();
  expect(doubt({ source: "inferred", state: "held" })).toBe("supposed");
  expect(doubt({ source: "inferred", state: "proposed" })).toBe("supposed");
  expect(doubt({ source: "explicit", state: "proposed" })).toBe("unconfirmed");
  expect(doubt({ source: "inferred", state: "superseded" })).toBe("superseded");
});

it("takes along only what a fact has replaced", () => {
  const [first, second, held, waiting] = [
    fact("a", "superseded"),
    fact("b", "superseded"),
    fact("c", "held"),
    fact("d", "proposed"),
  ];
  const history = [first, second, held, waiting];
  expect(earlier(held, history)).toEqual([first, second]);
  // To forget what waits must not touch what it would replace, nor what came before that.
  expect(earlier(waiting, history)).toEqual([]);
  expect(earlier(first, history)).toEqual([]);
});

it("adds up what was forgotten", () => {
  const sum = forgotten(["a", "b"], [forgetting("a", ["x", "b"]), forgetting("b", ["x", "y"], 2)]);
  expect([...sum.ids].sort()).toEqual(["a", "b", "x", "y"]);
  expect([sum.also, sum.left]).toEqual([2, 2]);
  expect(forgotten(["a"], [])).toEqual({ ids: new Set(["a"]), also: 0, left: 0 });
});

it("hands on to the next that stays, else to the last before", () => {
  const ids = ["a", "b", "c", "d"];
  expect(heir(ids, "b", new Set())).toBe("c");
  expect(heir(ids, "b", new Set(["c"]))).toBe("d");
  expect(heir(ids, "c", new Set(["d", "b"]))).toBe("a");
  expect(heir(["a"], "a", new Set())).toBeUndefined();
  expect(heir(ids, "gone", new Set())).toBe("a");
});
