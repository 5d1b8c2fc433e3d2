// Whether a wire may be: what the server says of the document with it, told apart from what it says anyway.
import type { ProblemItem } from "../../api/types";

/** Faults of the whole graph that a single wire brings about. */
const ofWires = new Set(["graph.cycle", "join.fed_twice"]);

/** Why the edge at `index`, which is new in the document of `after`, is refused; undefined when it may be. */
export function refusalOf(
  before: readonly ProblemItem[],
  after: readonly ProblemItem[],
  index: number,
): ProblemItem | undefined {
  const errors = after.filter(({ severity }) => severity !== "warning");
  const place = `/edges/${index}`;
  const own = errors.find(({ pointer }) => pointer === place || pointer.startsWith(`${place}/`));
  if (own) return own;
  const known = new Set(before.map(({ code, message }) => `${code} ${message}`));
  return errors.find(({ code, message }) => ofWires.has(code) && !known.has(`${code} ${message}`));
}
