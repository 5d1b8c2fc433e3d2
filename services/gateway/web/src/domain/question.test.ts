import { describe, expect, it } from "vitest";
import type { Subject } from "../api/types";
import { readTexts, textsOf } from "./form";
import { isMine } from "./mine";
import { decisionRequest, decisionsOn, editForm, previewOf, subjectOf } from "./question";

type Effect = Extract<Subject, { kind: "effect" }>;

const effect = (protocol: string, request: unknown): Effect => ({
  kind: "effect",
  protocol,
  operation: "do",
  request,
  hash: "h",
});
const mail = { account_id: "a", to: ["b@c.d", "e@f.g"], subject: "Hello", text: "Dear B", references: [] };

describe("what can be decided", () => {
  it("depends on what the question is about", () => {
    expect(decisionsOn(effect("http", {}))).toContain("respond");
    expect(decisionsOn({ kind: "value", value: 1, hash: "h" })).not.toContain("respond");
    expect(decisionsOn({ kind: "form", form: {} })).toEqual(["respond", "reject", "ignore"]);
  });

  it("is nothing for a kind that came later", () => {
    expect(subjectOf({ about: { kind: "vote" } })).toBeUndefined();
  });
});

describe("a decision", () => {
  it("is bound to what was shown, and has a value only where one is written", () => {
    expect(decisionRequest(effect("http", {}), "approve", { value: 1, comment: " fine " })).toEqual({
      decision: "approve",
      hash: "h",
      comment: "fine",
    });
    expect(decisionRequest(effect("http", {}), "edit", { value: { url: "u" }, comment: "" })).toEqual({
      decision: "edit",
      hash: "h",
      value: { url: "u" },
      comment: "",
    });
  });

  it("on a form needs no hash", () => {
    const request = decisionRequest({ kind: "form", form: {} }, "respond", { value: 1, comment: "" });
    expect(request).toEqual({ decision: "respond", value: 1, comment: "" });
  });
});

describe("the preview", () => {
  it("reads a mail as a mail, and leaves nothing out", () => {
    expect(previewOf(effect("smtp", mail))).toEqual({
      facts: [
        { name: "to", text: "b@c.d, e@f.g" },
        { name: "subject", text: "Hello" },
      ],
      body: { text: "Dear B" },
      rest: { account_id: "a", references: [] },
    });
  });

  it("tells the steps of a change one by one", () => {
    const changes = [
      { op: "add_node", node: { id: "nap", node_type: "wait", config: { for: "1m" } } },
      { op: "remove_node", id: "say" },
      { op: "set", id: "tell", pointer: "/config/title", value: "Plants" },
      { op: "connect", source: "is", source_port: "true", destination: "nap" },
      { op: "disconnect", source: "go", destination: "say" },
      { op: "rename", name: "m" },
    ];
    const request = { operation: "change_draft", arguments: { workflow_id: "w", changes }, actor: "p" };
    expect(previewOf(effect("assistant", request))).toEqual({
      facts: [
        { name: "task", text: "change_draft" },
        { name: "workflow", text: "w" },
      ],
      steps: [
        '+ nap (wait) {"for":"1m"}',
        "− say",
        'tell /config/title = "Plants"',
        "is.true → nap",
        "go ↛ say",
        '{"op":"rename","name":"m"}',
      ],
      rest: { actor: "p" },
    });
  });

  it("reads a call with its method, address and body", () => {
    const request = { method: "POST", url: "https://x.org", body: { n: 1 }, headers: { a: "b" } };
    expect(previewOf(effect("http", request))).toEqual({
      facts: [{ name: "call", text: "POST https://x.org" }],
      body: { value: { n: 1 } },
      rest: { headers: { a: "b" } },
    });
  });

  it("shows all of what it does not know", () => {
    expect(previewOf(effect("fax", { number: "1" }))).toEqual({ facts: [], rest: { number: "1" } });
    expect(previewOf(effect("fax", "hello")).body).toEqual({ text: "hello" });
  });
});

describe("an edit", () => {
  it("changes what is written and keeps the rest of the request", () => {
    const form = editForm(effect("smtp", mail));
    if (!form) throw new Error("no form");
    const texts = { ...textsOf(form, mail), subject: "Good day", to: "b@c.d" };
    expect(readTexts(form, texts, mail)).toEqual({
      value: { ...mail, subject: "Good day", to: ["b@c.d"] },
    });
  });

  it("of a call leaves a missing body out", () => {
    const request = { method: "GET", url: "https://x.org", headers: {} };
    const form = editForm(effect("http", request));
    if (!form) throw new Error("no form");
    expect(readTexts(form, textsOf(form, request), request)).toEqual({ value: request });
  });
});

it("counts as mine while it is open and I may decide it", () => {
  const question = { mine: true, decision: null };
  expect(isMine(question)).toBe(true);
  expect(isMine({ ...question, decision: "approve" })).toBe(false);
  expect(isMine({ ...question, mine: false })).toBe(false);
});
