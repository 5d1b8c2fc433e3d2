// The parameters of a node in fields. Any of them may hold an expression, so what is no text by its schema may still be written as one.
import {
  defaultsOf,
  formOfSchema,
  readTexts,
  textsOf,
  type FieldFault,
  type Form,
  type FormField,
  type Texts,
} from "../form";

/** Texts that people write in lines, where the node cannot do without. */
const longNames = new Set([
  "text",
  "prompt",
  "instructions",
  "goal",
  "body",
  "message",
  "html",
  "template",
  "system",
]);
const longText = 60;

/** What a property names: its values are chosen instead of typed. */
export type Choices = Readonly<Record<string, readonly { value: string; name: string }[]>>;

export type Config = Readonly<Record<string, unknown>>;

/** Parameters that have a place of their own beside the form. */
const elsewhere = new Set(["flow", "across_runs"]);

export function formOfNode(schema: unknown, config: Config, choices: Choices = {}): Form {
  const { fields, whole } = formOfSchema(schema);
  if (whole) return { whole: false, fields: [] };
  const shown = fields.filter(({ name }) => !elsewhere.has(name));
  return {
    whole: false,
    fields: shown.map((field) => shaped(field, config[field.name], choices[field.name])),
  };
}

/** The fields as they stand, with the type's defaults where the node says nothing. */
export function textsOfNode(form: Form, schema: unknown, config: Config): Texts {
  return textsOf(form, { ...(defaultsOf(schema) as object | undefined), ...config });
}

/** The parameters that the fields say. What is no value stays as it was, what is empty or merely the default is left out. */
export function readNode(
  form: Form,
  texts: Texts,
  schema: unknown,
  config: Config,
): { config: Record<string, unknown>; faults: Record<string, FieldFault> } {
  const defaults = (defaultsOf(schema) ?? {}) as Config;
  const read: Record<string, unknown> = { ...config };
  const faults: Record<string, FieldFault> = {};
  for (const field of form.fields) {
    const { name } = field;
    const text = texts[name] ?? "";
    const one = readField(field, text);
    if ("fault" in one) faults[name] = one.fault;
    else if (one.value === undefined) delete read[name];
    else if (name in config || !same(one.value, defaults[name] ?? unsaid(field))) read[name] = one.value;
  }
  return { config: read, faults };
}

function readField(field: FormField, text: string): { value: unknown } | { fault: FieldFault } {
  if (field.anything) return readAnything(text);
  if (isExpression(text) && field.kind !== "list") return { value: text };
  const reading = readTexts({ whole: true, fields: [{ ...field, name: "", required: false }] }, { "": text });
  if ("value" in reading) return reading;
  return { fault: reading.faults[""] ?? "json" };
}

/** A text, unless it begins as an object or a list does. */
function readAnything(text: string): { value: unknown } | { fault: FieldFault } {
  const trimmed = text.trim();
  if (trimmed === "") return { value: undefined };
  if (!/^(\{(?!\{)|\[)/.test(trimmed)) return { value: text };
  try {
    return { value: JSON.parse(trimmed) as unknown };
  } catch {
    return { fault: "json" };
  }
}

/** What a field shows of a parameter that is not there. */
function unsaid({ kind }: FormField): unknown {
  return kind === "yes" ? false : undefined;
}

function shaped(field: FormField, value: unknown, choices: Choices[string] | undefined): FormField {
  const expression = typeof value === "string" && isExpression(value);
  if (choices && (value === undefined || value === null || choices.some((one) => one.value === value))) {
    const options = choices.map(({ value: id, name }) => ({ id, name, value: id }));
    return { ...field, kind: "choice", choices: options };
  }
  if (field.kind === "text") {
    const long =
      (longNames.has(field.name) && field.required) ||
      (typeof value === "string" && (value.length > longText || value.includes("\n")));
    return long ? { ...field, kind: "long" } : field;
  }
  if (field.anything && (value === undefined || typeof value === "string")) return { ...field, kind: "long" };
  if (expression && field.kind !== "long") return { ...field, kind: value.includes("\n") ? "long" : "text" };
  return field;
}

function isExpression(text: string): boolean {
  return text.includes("{{");
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function hasProperty(schema: unknown, name: string): boolean {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return false;
  return typeof schema.properties === "object" && schema.properties !== null && name in schema.properties;
}
