// What one text says otherwise than another, line by line.

export interface Line {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Texts of more lines are not compared: that takes time with the square of them. */
const most = 2_000;

/** The lines of both texts: those they share, those only the first has, those only the second has. */
export function linesBetween(before: string, after: string): Line[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const shared = Math.max(old.length, now.length) > most ? [] : sharedTails(old, now);
  const found: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [gone, come] = [old[i], now[j]];
    if (gone !== undefined && gone === come) {
      found.push({ kind: "same", text: gone });
      i += 1;
      j += 1;
    } else if (gone !== undefined && (come === undefined || at(shared, i + 1, j) >= at(shared, i, j + 1))) {
      found.push({ kind: "removed", text: gone });
      i += 1;
    } else {
      found.push({ kind: "added", text: come ?? "" });
      j += 1;
    }
  }
  return found;
}

/** How many lines, at most, both have in common from line `i` of one and `j` of the other on, in order. */
function sharedTails(old: string[], now: string[]): number[][] {
  const shared = Array.from({ length: old.length + 1 }, () => Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    const row = shared[i];
    for (let j = now.length - 1; row && j >= 0; j--) {
      row[j] =
        old[i] === now[j]
          ? at(shared, i + 1, j + 1) + 1
          : Math.max(at(shared, i + 1, j), at(shared, i, j + 1));
    }
  }
  return shared;
}

function at(table: number[][], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}
