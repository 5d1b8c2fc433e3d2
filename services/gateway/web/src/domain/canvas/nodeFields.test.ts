import { describe, expect, it } from "vitest";
import { formOfNode, hasProperty, readNode, textsOfNode } from "./nodeFields";
import { allowable, declaredNames, withDeclared } from "./nodeParts";
import { types } from "./samples";

const schema = {
  properties: {
    text: { type: "string" },
    count: { type: ["integer", "null"] },
    on: { type: "boolean", default: true },
    method: { oneOf: [{ const: "GET" }, { const: "POST" }], default: "GET" },
    unit: { anyOf: [{ oneOf: [{ const: "day" }] }, { type: "null" }] },
    message: { description: "Any value." },
    to: { type: "array", items: { type: "string" } },
    account_id: { type: "string" },
    flow: { type: "object" },
  },
  required: ["text"],
};
const kinds = (config: Record<string, unknown>, choices = {}) =>
  Object.fromEntries(formOfNode(schema, config, choices).fields.map(({ name, kind }) => [name, kind]));

describe("formOfNode", () => {
  it("has a field for each parameter, and none for parts that are edited elsewhere", () => {
    expect(kinds({})).toEqual({
      text: "long",
      count: "integer",
      on: "yes",
      method: "choice",
      unit: "choice",
      message: "long",
      to: "list",
      account_id: "text",
    });
  });

  it("takes an expression in the place of anything, and an object where anything may be", () => {
    expect(kinds({ count: "{{ input.n }}", on: "{{ input.on }}", message: { a: 1 } })).toMatchObject({
      count: "text",
      on: "text",
      message: "json",
    });
  });

  it("offers names where an id is meant, unless the id is unknown", () => {
    const choices = { account_id: [{ value: "01A", name: "Mail" }] };
    expect(kinds({ account_id: "01A" }, choices).account_id).toBe("choice");
    expect(kinds({ account_id: "{{ input.account }}" }, choices).account_id).toBe("text");
  });
});

describe("readNode", () => {
  const read = (texts: Record<string, string>, config: Record<string, unknown> = {}) => {
    const form = formOfNode(schema, config);
    return readNode(form, { ...textsOfNode(form, schema, config), ...texts }, schema, config);
  };

  it("says nothing where nothing was said", () => {
    expect(read({})).toEqual({ config: {}, faults: {} });
    const config = {
      text: "a\nb",
      count: 3,
      on: false,
      method: "POST",
      message: { a: 1 },
      to: ["x"],
      extra: [1],
    };
    expect(read({}, config)).toEqual({ config, faults: {} });
  });

  it("keeps what was there where something is no value", () => {
    expect(read({ count: "many" }, { count: 3 })).toEqual({
      config: { count: 3 },
      faults: { count: "integer" },
    });
    expect(read({ message: "{ no" }, { message: "x" }).faults).toEqual({ message: "json" });
  });

  it("drops what is empty, and takes expressions and objects as they are", () => {
    expect(read({ text: "" }, { text: "x" }).config).toEqual({});
    expect(read({ count: "{{ input.n }}", message: "{{ input }}" }).config).toEqual({
      count: "{{ input.n }}",
      message: "{{ input }}",
    });
    expect(read({ message: '{ "a": "{{ input }}" }' }).config).toEqual({ message: { a: "{{ input }}" } });
  });
});

describe("parts of a node", () => {
  const join = types.get("join")!;
  const node = {
    id: "j",
    node_type: "join",
    inputs: [{ name: "a", schema: { type: "string" }, required: false }],
  };

  it("keep what is said of a port that stays", () => {
    expect(declaredNames(node, join)).toEqual({ inputs: ["a"] });
    expect(withDeclared(node, join, { inputs: ["b", "a", "b"] }).inputs).toEqual([
      { name: "b", schema: {}, required: true },
      node.inputs[0],
    ]);
  });

  it("allow what decides whom a node reaches, and what is allowed already", () => {
    const sends = { ...join, config_schema: schema };
    expect(allowable(sends, node)).toEqual(["to"]);
    expect(allowable(sends, { ...node, allow: { account_id: ["*"] } })).toEqual(["to", "account_id"]);
    expect(hasProperty(null, "to")).toBe(false);
  });
});
