import type { Position } from "../api/types";
import type { End } from "../domain/canvas/edges";

/** What the canvas asks the person to choose, and where. */
export type Asking =
  | { kind: "add"; at?: Position; place?: Position; from?: End; to?: End }
  | { kind: "insert"; at?: Position; edge: string }
  | { kind: "insertOn"; node: string }
  | { kind: "connect"; node: string }
  | { kind: "disconnect"; node: string }
  | { kind: "find" };
