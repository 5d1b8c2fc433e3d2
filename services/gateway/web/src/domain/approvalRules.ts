// A tenant's approval rules as a person writes them.
import type { ApiError } from "../api/problem";
import type { ApprovalRule, RuleEffect } from "../api/types";

export const ruleEffects: readonly RuleEffect[] = ["irreversible", "write", "read"];

/** What stands in the fields of one rule. */
export interface RuleTexts {
  effects: RuleEffect[];
  /** None: all of them. */
  operations: string[];
  when: string;
  /** A percentage; empty: however sure the workflow is. */
  sure: string;
  /** Ids, one a line. */
  approvers: string;
  own: boolean;
  text: string;
}

export type RuleField = keyof RuleTexts;
export type RuleFault = "effects" | "percent" | "ids";

export function textsOfRule(rule?: ApprovalRule): RuleTexts {
  const sure = rule?.unless_sure;
  return {
    effects: rule?.effects ?? ["irreversible"],
    operations: rule?.operations ?? [],
    when: rule?.when ?? "",
    sure: sure == null ? "" : String(Number((sure * 100).toFixed(4))),
    approvers: (rule?.approvers ?? []).join("\n"),
    own: rule?.own ?? true,
    text: rule?.text ?? "",
  };
}

export type RuleReading = { rule: ApprovalRule } | { faults: Partial<Record<RuleField, RuleFault>> };

const id = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export function readRule(texts: RuleTexts): RuleReading {
  const faults: Partial<Record<RuleField, RuleFault>> = {};
  const percent = texts.sure.trim() === "" ? null : Number(texts.sure.replace(",", "."));
  const approvers = texts.approvers.split(/[\s,]+/).filter(Boolean);
  if (texts.effects.length === 0) faults.effects = "effects";
  if (percent !== null && !(percent >= 0 && percent <= 100)) faults.sure = "percent";
  if (!approvers.every((one) => id.test(one))) faults.approvers = "ids";
  if (Object.keys(faults).length > 0) return { faults };
  const rule: ApprovalRule = {
    effects: texts.effects,
    operations: texts.operations,
    when: texts.when.trim() || null,
    unless_sure: percent === null ? null : percent / 100,
    approvers,
    own: texts.own,
    text: texts.text.trim(),
  };
  return { rule };
}

/** The rules with one of them put in the place of another, added at the end, or removed. */
export function withRule(
  rules: readonly ApprovalRule[],
  place: number,
  rule: ApprovalRule | null,
): ApprovalRule[] {
  const next: ApprovalRule[] = [...rules];
  next.splice(place, 1, ...(rule ? [rule] : []));
  return next;
}

const pointers: Record<RuleField, string> = {
  effects: "effects",
  operations: "operations",
  when: "when",
  sure: "unless_sure",
  approvers: "approvers",
  own: "own",
  text: "text",
};

/** What the server says of a field of the rule at `place`; also of an entry below it. */
export function refusalAt(error: ApiError | null, place: number, field: RuleField): string | undefined {
  const pointer = `/rules/${place}/${pointers[field]}`;
  const item = error?.items.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  return item && error?.at(item.pointer);
}

/** Whether a field of the rule at `place` shows all that the server refuses. */
export function isAtField(error: ApiError | null, place: number): boolean {
  if (!error || error.items.length === 0) return false;
  const shown = Object.values(pointers).map((name) => `/rules/${place}/${name}`);
  return error.items.every(({ pointer }) =>
    shown.some((one) => pointer === one || pointer.startsWith(`${one}/`)),
  );
}
