import { expect, it } from "vitest";
import { approvalMode, withApproval } from "./approval";
import { printDocument } from "./document";

const document = {
  name: "Calls",
  description: "",
  nodes: [
    { id: "start", node_type: "trigger.manual" },
    { id: "call", node_type: "http_request", approval: { when: false } },
  ],
  edges: [],
};
const text = printDocument(document);

it("says whether people are asked by the rules, as the node says, or never", () => {
  expect(approvalMode({})).toBe("rules");
  expect(approvalMode({ approval: {} })).toBe("own");
  expect(approvalMode({ approval: { when: "{{ input.n > 1 }}" } })).toBe("own");
  expect(approvalMode({ approval: { when: false } })).toBe("never");
});

it("sets an approval and takes it away, and changes nothing else", () => {
  const set = withApproval(text, 1, { title: "Call it?" });
  expect(JSON.parse(set)).toEqual({
    ...document,
    nodes: [document.nodes[0], { ...document.nodes[1], approval: { title: "Call it?" } }],
  });
  const none = { id: "call", node_type: "http_request" };
  expect(JSON.parse(withApproval(set, 1, null))).toEqual({ ...document, nodes: [document.nodes[0], none] });
});

it("leaves a text alone that is no document, or has no such node", () => {
  expect(withApproval("{", 0, {})).toBe("{");
  expect(withApproval(text, 7, {})).toBe(text);
});
