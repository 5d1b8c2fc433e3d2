// What was written before, as changes of a text: undo and redo without limit.

/** At the offset `at`, `out` was replaced by `into`. */
export interface Change {
  at: number;
  out: string;
  into: string;
}

interface Entry {
  change: Change;
  /** Changes of one group that follow each other within a moment are undone together. */
  group?: string;
  /** Milliseconds since the epoch. */
  when: number;
}

export interface History {
  past: readonly Entry[];
  future: readonly Change[];
}

export const noHistory: History = { past: [], future: [] };

const togetherMs = 1000;

/** The smallest single replacement that makes `after` of `before`. */
export function changeBetween(before: string, after: string): Change {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at += 1;
  let tail = 0;
  while (
    tail < most - at &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  return { at, out: before.slice(at, before.length - tail), into: after.slice(at, after.length - tail) };
}

export function applyChange(text: string, { at, out, into }: Change): string {
  return text.slice(0, at) + into + text.slice(at + out.length);
}

export function inverse({ at, out, into }: Change): Change {
  return { at, out: into, into: out };
}

/** The history after `before` became `after`. */
export function record(
  { past, future }: History,
  before: string,
  after: string,
  { group, when }: Omit<Entry, "change">,
): History {
  if (before === after) return { past, future };
  const last = past.at(-1);
  if (last && group !== undefined && last.group === group && when - last.when < togetherMs) {
    const change = changeBetween(applyChange(before, inverse(last.change)), after);
    return { past: [...past.slice(0, -1), { change, group, when }], future: [] };
  }
  return { past: [...past, { change: changeBetween(before, after), group, when }], future: [] };
}

/** One step back; undefined when there is none. */
export function undo(
  { past, future }: History,
  text: string,
): { history: History; text: string } | undefined {
  const last = past.at(-1);
  if (!last) return undefined;
  return {
    history: { past: past.slice(0, -1), future: [...future, last.change] },
    text: applyChange(text, inverse(last.change)),
  };
}

/** One step forth again; undefined when nothing was undone. */
export function redo(
  { past, future }: History,
  text: string,
): { history: History; text: string } | undefined {
  const next = future.at(-1);
  if (!next) return undefined;
  return {
    history: { past: [...past, { change: next, when: 0 }], future: future.slice(0, -1) },
    text: applyChange(text, next),
  };
}
