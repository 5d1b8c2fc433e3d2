// The versions of a prompt, and what saving or moving a label came to.
import type { Prompt } from "../api/types";

/** What a bare name means. */
export const production = "production";

type Versions = Pick<Prompt, "version" | "versions">;

/** Where a saved text stands: in production, being tried before it gets there, or not heard of yet. */
export type Saved = { version: number; state: "production" | "tried" } | undefined;

/** What saving came to, from the prompt before and after it. */
export function savedAs(before: Versions, after: Versions): Saved {
  if (after.version !== before.version) return { version: after.version, state: "production" };
  const newest = Math.max(0, ...after.versions);
  return before.versions.includes(newest) || newest === 0 ? undefined : { version: newest, state: "tried" };
}

/** The labels that name a version. */
export function labelsOf(labels: Prompt["labels"], version: number): string[] {
  return Object.keys(labels)
    .filter((label) => labels[label] === version)
    .sort();
}

/** The newest first. */
export function newestFirst(versions: readonly number[]): number[] {
  return [...versions].sort((a, b) => b - a);
}
