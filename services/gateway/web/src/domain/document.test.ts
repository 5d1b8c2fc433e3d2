import { describe, expect, it } from "vitest";
import type { Template } from "../api/types";
import { fillIn, valueAt } from "./document";

const template: Template = {
  id: "t",
  name: "T",
  description: "",
  parameters: [],
  document: {
    name: "T",
    description: "",
    nodes: [{ id: "mail", node_type: "trigger.integration_event", config: { event_type: "x" } }],
    edges: [],
  },
};

describe("fillIn", () => {
  it("sets what was filled in, also where nothing was before", () => {
    const filled = fillIn(template, {
      "/nodes/0/config/account_id": "01A",
      "/nodes/0/config/event_type": "y",
    });
    expect(filled.nodes[0]?.config).toEqual({ event_type: "y", account_id: "01A" });
    expect(valueAt(filled, "/nodes/0/config/account_id")).toBe("01A");
  });

  it("leaves what was left empty, and the template itself", () => {
    const filled = fillIn(template, { "/nodes/0/config/event_type": "", "/nodes/7/config/x": "1" });
    expect(filled).toEqual(template.document);
    expect(filled).not.toBe(template.document);
  });
});
