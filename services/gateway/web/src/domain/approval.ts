// The approval beside a node: when people are asked before it acts.
import type { WorkflowNode } from "../api/types";
import { parseDocument, printDocument } from "./document";

export type ApprovalMode = "rules" | "own" | "never";

export function approvalMode({ approval }: Pick<WorkflowNode, "approval">): ApprovalMode {
  if (approval === undefined || approval === null) return "rules";
  return approval.when === false ? "never" : "own";
}

/** The text of a document with the approval of its node at `index`, or without one; as it was when it is no document. */
export function withApproval(text: string, index: number, approval: Record<string, unknown> | null): string {
  const document = parseDocument(text);
  const node = document?.nodes[index];
  if (!document || !node) return text;
  if (approval === null) delete node.approval;
  else node.approval = approval;
  return printDocument(document);
}
