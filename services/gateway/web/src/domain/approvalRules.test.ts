import { expect, it } from "vitest";
import { ApiError } from "../api/problem";
import type { ApprovalRule } from "../api/types";
import { isAtField, readRule, refusalAt, textsOfRule, withRule } from "./approvalRules";

const person = "01M81AXTAAV1XCX9BKP8V6X833";
const rule: ApprovalRule = {
  effects: ["irreversible", "write"],
  operations: ["http.request"],
  when: "{{ input.total > 100 }}",
  unless_sure: 0.925,
  approvers: [person],
  own: false,
  text: "Mind the budget.",
};

it("reads what it wrote", () => {
  expect(textsOfRule(rule).sure).toBe("92.5");
  expect(readRule(textsOfRule(rule))).toEqual({ rule });
});

it("begins with what cannot be taken back, under no condition", () => {
  expect(readRule(textsOfRule())).toEqual({
    rule: {
      effects: ["irreversible"],
      operations: [],
      when: null,
      unless_sure: null,
      approvers: [],
      own: true,
      text: "",
    },
  });
});

it("marks each field that cannot be", () => {
  const texts = { ...textsOfRule(), effects: [], sure: "120", approvers: "Ada" };
  expect(readRule(texts)).toEqual({
    faults: { effects: "effects", sure: "percent", approvers: "ids" },
  });
  expect(readRule({ ...textsOfRule(), sure: "often" })).toEqual({ faults: { sure: "percent" } });
});

it("replaces, adds and removes one rule", () => {
  const other = { ...rule, text: "Other" };
  expect(withRule([rule, rule], 1, other)).toEqual([rule, other]);
  expect(withRule([rule], 1, other)).toEqual([rule, other]);
  expect(withRule([rule, other], 0, null)).toEqual([other]);
});

it("finds what the server says of a field, and whether all of it has one", () => {
  const item = (pointer: string) => ({ pointer, code: "x", message: `wrong at ${pointer}` });
  const refused = (...pointers: string[]) => new ApiError(422, "x", "No.", undefined, pointers.map(item));
  const error = refused("/rules/1/unless_sure", "/rules/1/operations/0");
  expect(refusalAt(error, 1, "sure")).toBe("Wrong at /rules/1/unless_sure.");
  expect(refusalAt(error, 1, "operations")).toBe("Wrong at /rules/1/operations/0.");
  expect(refusalAt(error, 0, "sure")).toBeUndefined();
  expect(isAtField(error, 1)).toBe(true);
  expect(isAtField(refused("/rules/1/when", "/rules"), 1)).toBe(false);
  expect(isAtField(refused(), 1)).toBe(false);
});
