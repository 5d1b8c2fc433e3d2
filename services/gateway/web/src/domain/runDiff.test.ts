import { expect, it } from "vitest";
import type { NodeDiff, RunDiff } from "../api/types";
import { pairsOf, tallyOf } from "./runDiff";

const side = (result: Record<string, unknown>) => ({ status: "completed", result, taken: false });
const node = (id: string, change: NodeDiff["change"], rest: Partial<NodeDiff> = {}): NodeDiff => ({
  node: id,
  iteration: [],
  change,
  ...rest,
});
const diff: RunDiff = {
  left: "01M81AZ1X04DX571PPQCHH02JZ",
  right: "01M81AZ1TK1N8RZXZ4K4SHD8VM",
  same_input: false,
  same_end: true,
  nodes: [
    node("price", "changed", { left: side({ out: { n: 1 } }), right: side({ out: { n: 2 } }) }),
    node("say", "same", { iteration: [1], left: side({}), right: side({}) }),
    node("old", "only_left", { left: side({ out: 1 }) }),
    node("new", "only_right", { right: side({ out: 1 }) }),
    node("newer", "only_right", { right: side({ out: 1 }) }),
  ],
};

it("names turns of loops, and the fields that differ where both sides ran", () => {
  const pairs = pairsOf(diff);
  expect(pairs.map(({ key }) => key)).toEqual(["price", "say[1]", "old", "new", "newer"]);
  expect(pairs[0]?.fields).toEqual([{ pointer: "/out/n", kind: "changed", before: 1, after: 2 }]);
  expect(pairs.slice(1).every(({ fields }) => fields.length === 0)).toBe(true);
});

it("counts how nodes compare", () => {
  expect(tallyOf(diff)).toEqual({ same: 1, changed: 1, onlyLeft: 1, onlyRight: 2 });
});
