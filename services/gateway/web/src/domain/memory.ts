// What is said of facts that the assistant knows, and what becomes of a list of them.
import type { Fact, Forgetting, RecalledFact } from "../api/types";
import { percent } from "./format";

/** The longest that a fact may be, in characters. */
export const longestFact = 500;

export type FactFault = "empty" | "long";

/** Characters as the server counts them: an emoji is one, spaces around do not count. */
export function lengthOf(text: string): number {
  return Array.from(text.trim()).length;
}

/** Why a text cannot be a fact, or undefined. */
export function factFault(text: string): FactFault | undefined {
  const length = lengthOf(text);
  if (length === 0) return "empty";
  return length > longestFact ? "long" : undefined;
}

/** How close a fact is to what was asked (-1 to 1), as people read it; undefined where nothing measured that. */
export function closeness(score: RecalledFact["score"]): string | undefined {
  return score == null ? undefined : percent(Math.min(1, Math.max(0, score)));
}

/** How far a fact in an answer's context is not the person's word that holds; undefined where it is. */
export function doubt({
  source,
  state,
}: Pick<RecalledFact, "source" | "state">): "superseded" | "supposed" | "unconfirmed" | undefined {
  if (state === "superseded") return "superseded";
  if (source === "inferred") return "supposed";
  return state === "proposed" ? "unconfirmed" : undefined;
}

/** What a fact that holds took the place of. What only waits in its history is no part of it. */
export function earlier(fact: Fact, history: readonly Fact[]): Fact[] {
  if (fact.state !== "held") return [];
  return history.filter(({ id, state }) => id !== fact.id && state === "superseded");
}

export interface Forgotten {
  /** Every fact that is gone. */
  ids: Set<string>;
  /** How many of them were suppositions that came of the others. */
  also: number;
  /** Rows and vectors that are still stored. */
  left: number;
}

/** What became of the facts in `asked`; of those that were gone before, there is no forgetting. */
export function forgotten(asked: readonly string[], forgettings: readonly Forgetting[]): Forgotten {
  const ids = new Set([...asked, ...forgettings.flatMap(({ also }) => also)]);
  const left = forgettings.reduce((sum, one) => sum + one.rows_left + one.vectors_left, 0);
  return { ids, also: ids.size - new Set(asked).size, left };
}

/** Who comes after `leaving` in a list that the facts in `gone` leave: the next that stays, else the last before. */
export function heir(ids: readonly string[], leaving: string, gone: ReadonlySet<string>): string | undefined {
  const at = ids.indexOf(leaving);
  const stays = (id: string) => id !== leaving && !gone.has(id);
  return ids.slice(at + 1).find(stays) ?? ids.slice(0, Math.max(at, 0)).findLast(stays);
}
