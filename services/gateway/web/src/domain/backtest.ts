// What a version would have made of past runs.
import type { BacktestCase } from "../api/types";

/** What became of one case, as people ask for it. */
export type Fate = "same" | "differs" | "filtered" | "notStarted" | "notReached";

export function fateOf({ verdict, differs }: BacktestCase): Fate {
  switch (verdict.kind) {
    case "filtered":
      return "filtered";
    case "not_started":
      return "notStarted";
    case "not_reached":
      return "notReached";
    case "ended":
      return differs ? "differs" : "same";
  }
}

/** Whether it would end in an error that the real run did not end in. */
export function fails({ verdict, before }: BacktestCase): boolean {
  return verdict.kind === "ended" && verdict.status === "failed" && before !== "failed";
}

export interface Tally {
  all: number;
  same: number;
  differs: number;
  filtered: number;
  notStarted: number;
  notReached: number;
  failing: number;
}

export function tallyOf(cases: readonly BacktestCase[]): Tally {
  const tally = {
    all: cases.length,
    same: 0,
    differs: 0,
    filtered: 0,
    notStarted: 0,
    notReached: 0,
    failing: 0,
  };
  for (const one of cases) {
    tally[fateOf(one)] += 1;
    if (fails(one)) tally.failing += 1;
  }
  return tally;
}

/** Those that need a look: everything but what stays the same. */
export function remarkable(cases: readonly BacktestCase[]): BacktestCase[] {
  return cases.filter((one) => fateOf(one) !== "same");
}

const fewest = 1;
const most = 100;

/** How many past runs a person asks for; undefined when what was written is no such number. */
export function readLast(text: string): number | undefined {
  const last = Number(text);
  return text.trim() !== "" && Number.isInteger(last) && last >= fewest && last <= most ? last : undefined;
}
