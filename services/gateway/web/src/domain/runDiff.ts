// Two runs side by side, as the server compared them.
import type { NodeDiff, RunDiff } from "../api/types";
import { changesBetween, type FieldChange } from "./jsonDiff";
import { nodeKey } from "./run";

export interface NodePair {
  key: string;
  diff: NodeDiff;
  /** What the right side put out otherwise; empty where both are the same or only one side has the node. */
  fields: FieldChange[];
}

export function pairsOf({ nodes }: RunDiff): NodePair[] {
  return nodes.map((diff) => ({
    key: nodeKey(diff.node, diff.iteration),
    diff,
    fields: diff.change === "changed" ? changesBetween(diff.left?.result, diff.right?.result) : [],
  }));
}

export interface Tally {
  same: number;
  changed: number;
  onlyLeft: number;
  onlyRight: number;
}

export function tallyOf({ nodes }: RunDiff): Tally {
  const count = (change: NodeDiff["change"]) => nodes.filter((node) => node.change === change).length;
  return {
    same: count("same"),
    changed: count("changed"),
    onlyLeft: count("only_left"),
    onlyRight: count("only_right"),
  };
}
