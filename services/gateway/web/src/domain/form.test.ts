import { describe, expect, it } from "vitest";
import { defaultsOf, formOfSchema, formOfValue, readTexts, textsOf } from "./form";

const schema = {
  type: "object",
  required: ["name", "size"],
  properties: {
    name: { type: "string", title: "Your name", description: "As on the badge." },
    size: { enum: ["S", "M", 5] },
    age: { type: ["integer", "null"] },
    share: { type: "number", default: 0.5 },
    vegan: { type: "boolean" },
    guests: { type: "array", items: { type: "string" } },
    essay: { type: "string", maxLength: 5000 },
    extra: { type: "object" },
  },
};

describe("the form of a schema", () => {
  const form = formOfSchema(schema);

  it("has a field of the fitting kind for each property", () => {
    expect(form.fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ["name", "text", true],
      ["size", "choice", true],
      ["age", "integer", false],
      ["share", "number", false],
      ["vegan", "yes", false],
      ["guests", "list", false],
      ["essay", "long", false],
      ["extra", "json", false],
    ]);
    expect(form.fields[0]).toMatchObject({ label: "Your name", hint: "As on the badge." });
  });

  it("begins with the defaults", () => {
    expect(textsOf(form, defaultsOf(schema)).share).toBe("0.5");
  });

  it("reads what was written as the schema's types", () => {
    const texts = {
      name: "Ada",
      size: "2",
      age: "36",
      vegan: "true",
      guests: "Mary\n\nCharles ",
      extra: '{"a":1}',
    };
    expect(readTexts(form, texts)).toEqual({
      value: { name: "Ada", size: 5, age: 36, vegan: true, guests: ["Mary", "Charles"], extra: { a: 1 } },
    });
  });

  it("marks what is missing and what cannot be read", () => {
    expect(readTexts(form, { age: "3.5", share: "much", extra: "{" })).toEqual({
      faults: { name: "required", size: "required", age: "integer", share: "number", extra: "json" },
    });
  });

  it("is one field for a schema without properties", () => {
    const whole = formOfSchema({ type: "string" });
    expect(whole).toMatchObject({ whole: true, fields: [{ name: "", kind: "text", required: true }] });
    expect(readTexts(whole, { "": "yes" })).toEqual({ value: "yes" });
  });
});

describe("the form of a value", () => {
  it("keeps what has no field, and texts that were emptied", () => {
    const form = formOfValue({ note: "hello", count: 2 });
    if (!form) throw new Error("no form");
    expect(readTexts(form, { note: "", count: "3" }, { note: "hello", count: 2, id: "x" })).toEqual({
      value: { note: "", count: 3, id: "x" },
    });
  });

  it("comes back as it was when nothing was changed", () => {
    const value = { text: "a\nb", on: false, deep: { a: [1] }, none: null };
    const form = formOfValue(value);
    if (!form) throw new Error("no form");
    expect(readTexts(form, textsOf(form, value), value)).toEqual({ value });
  });

  it.each([[[1, 2]], [null], [{}], [undefined]])("is missing where JSON is better: %j", (value) =>
    expect(formOfValue(value)).toBeUndefined(),
  );
});
