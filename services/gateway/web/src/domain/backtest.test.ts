import { expect, it } from "vitest";
import type { BacktestCase } from "../api/types";
import { fails, fateOf, readLast, remarkable, tallyOf } from "./backtest";

const aCase = (verdict: BacktestCase["verdict"], rest: Partial<BacktestCase> = {}): BacktestCase => ({
  run_id: "01M81AZ1X04DX571PPQCHH02JZ",
  verdict,
  before: "completed",
  effects: [],
  differs: false,
  ...rest,
});
const same = aCase({ kind: "ended", status: "completed" });
const differs = aCase({ kind: "ended", status: "completed" }, { differs: true });
const breaks = aCase({ kind: "ended", status: "failed", error: "run.node_failed" }, { differs: true });
const filtered = aCase({ kind: "filtered", message: "no" }, { differs: true });
const gone = aCase({ kind: "not_started", code: "run.log_gone", message: "gone" });
const late = aCase({ kind: "not_reached" });
const cases = [same, differs, breaks, filtered, gone, late];

it("tells what becomes of each case", () => {
  expect(cases.map(fateOf)).toEqual(["same", "differs", "differs", "filtered", "notStarted", "notReached"]);
});

it("counts them, and those that would newly fail", () => {
  expect(tallyOf(cases)).toEqual({
    all: 6,
    same: 1,
    differs: 2,
    filtered: 1,
    notStarted: 1,
    notReached: 1,
    failing: 1,
  });
  expect(fails({ ...breaks, before: "failed" })).toBe(false);
});

it("leaves out what stays the same", () => {
  expect(remarkable(cases)).toEqual(cases.slice(1));
});

it("reads how many runs from 1 to 100", () => {
  expect(["1", "100", " 20 "].map(readLast)).toEqual([1, 100, 20]);
  expect(["0", "101", "2.5", "", "many"].map(readLast)).toEqual(Array(5).fill(undefined));
});
