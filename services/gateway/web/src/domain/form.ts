// A form from a JSON Schema or from a value: fields of text, and the value that the texts say.

export type FieldKind = "text" | "long" | "number" | "integer" | "yes" | "choice" | "list" | "json";
export type FieldFault = "required" | "number" | "integer" | "json";

export interface FormField {
  /** The property; empty when the field is the whole value. */
  name: string;
  label: string;
  hint?: string;
  kind: FieldKind;
  required: boolean;
  /** An empty text is a value, not an absent one. */
  keepEmpty?: boolean;
  /** The schema says nothing of what it may be. */
  anything?: boolean;
  /** What can be chosen, each under a name of its own. */
  choices: { id: string; name: string; value: unknown }[];
}

export interface Form {
  /** The only field is the value itself, not a property of it. */
  whole: boolean;
  fields: FormField[];
}

/** What stands in the fields, by their names. */
export type Texts = Readonly<Record<string, string>>;

export type Reading = { value: unknown } | { faults: Record<string, FieldFault> };

/** Longer texts get an area of lines. */
const longText = 80;
/** An object with more properties is edited as JSON. */
const mostFields = 12;

/** The form of an answer that must satisfy `schema`. What has no field of its own is written as JSON. */
export function formOfSchema(schema: unknown): Form {
  const { properties, required } = record(schema);
  if (typeof properties !== "object" || properties === null || Object.keys(properties).length === 0) {
    return { whole: true, fields: [fieldOf("", schema, true)] };
  }
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries(properties).map(([name, one]) => fieldOf(name, one, needed.has(name)));
  return { whole: false, fields };
}

/** The form of an edit; undefined when a value is better edited as JSON. */
export function formOfValue(value: unknown): Form | undefined {
  if (typeof value !== "object") {
    return value === undefined ? undefined : { whole: true, fields: [fieldOfValue("", value)] };
  }
  if (value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > mostFields) return undefined;
  return { whole: false, fields: entries.map(([name, one]) => fieldOfValue(name, one)) };
}

/** A value as it stands in the fields; what it lacks begins with the schema's default. */
export function textsOf({ whole, fields }: Form, value: unknown): Texts {
  const texts = fields.map((field): [string, string] => {
    const one = whole ? value : record(value)[field.name];
    return [field.name, one === undefined ? "" : textOf(field, one)];
  });
  return Object.fromEntries(texts);
}

/** What the texts say. Properties of `base` that have no field are kept. */
export function readTexts({ whole, fields }: Form, texts: Texts, base: unknown = {}): Reading {
  const faults: Record<string, FieldFault> = {};
  const object: Record<string, unknown> = { ...record(base) };
  let single: unknown;
  for (const field of fields) {
    const read = readText(field, texts[field.name] ?? "");
    if ("fault" in read) faults[field.name] = read.fault;
    else if (whole) single = read.value;
    else if (read.value === undefined) delete object[field.name];
    else object[field.name] = read.value;
  }
  if (Object.keys(faults).length > 0) return { faults };
  return { value: whole ? single : object };
}

/** The defaults that a schema gives for its properties, or for itself. */
export function defaultsOf(schema: unknown): unknown {
  const { properties, default: own } = record(schema);
  if (own !== undefined || typeof properties !== "object" || properties === null) return own;
  const given = Object.entries(properties).flatMap(([name, one]): [string, unknown][] => {
    const value = record(one).default;
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

function fieldOf(name: string, schema: unknown, required: boolean): FormField {
  const { title, description, items, maxLength } = record(schema);
  const values = constantsOf(schema);
  const field: FormField = {
    name,
    label: typeof title === "string" && title !== "" ? title : name.replaceAll("_", " "),
    hint: typeof description === "string" ? description : undefined,
    kind: "json",
    required,
    choices: [],
  };
  if (values) {
    const choices = values.map((value, index) => ({
      id: String(index),
      name: nameOf(value),
      value,
    }));
    return { ...field, kind: "choice", choices };
  }
  switch (typeOf(schema)) {
    case "string":
      return { ...field, kind: typeof maxLength === "number" && maxLength > 200 ? "long" : "text" };
    case "number":
      return { ...field, kind: "number" };
    case "integer":
      return { ...field, kind: "integer" };
    case "boolean":
      return { ...field, kind: "yes" };
    case "array":
      return { ...field, kind: typeOf(items) === "string" && !("enum" in record(items)) ? "list" : "json" };
    default:
      return saysNothing(schema) ? { ...field, anything: true } : field;
  }
}

/** The values that a schema lists, one by one or as alternatives; null beside them means none. */
function constantsOf(schema: unknown): unknown[] | undefined {
  const { enum: values, const: one, oneOf, anyOf, type } = record(schema);
  if (Array.isArray(values)) return values;
  if (one !== undefined) return [one];
  if (type === "null") return [];
  const ways: unknown = oneOf ?? anyOf;
  if (!Array.isArray(ways)) return undefined;
  const all = ways.map(constantsOf);
  return all.every((way) => way !== undefined) ? all.flat() : undefined;
}

const narrowing = ["type", "oneOf", "anyOf", "allOf", "properties", "items", "x-literal"];

function saysNothing(schema: unknown): boolean {
  return !narrowing.some((word) => word in record(schema));
}

function fieldOfValue(name: string, value: unknown): FormField {
  const field: FormField = {
    name,
    label: name.replaceAll("_", " "),
    kind: "json",
    required: false,
    choices: [],
  };
  switch (typeof value) {
    case "string": {
      const long = value.length > longText || value.includes("\n");
      return { ...field, kind: long ? "long" : "text", keepEmpty: true };
    }
    case "number":
      return { ...field, kind: "number" };
    case "boolean":
      return { ...field, kind: "yes" };
    default:
      return field;
  }
}

function textOf({ kind, choices }: FormField, value: unknown): string {
  switch (kind) {
    case "choice":
      return choices.find((one) => JSON.stringify(one.value) === JSON.stringify(value))?.id ?? "";
    case "list":
      return Array.isArray(value) ? value.map(String).join("\n") : "";
    case "json":
      return JSON.stringify(value, null, 2);
    case "text":
    case "long":
    case "number":
    case "integer":
    case "yes":
      return nameOf(value);
  }
}

function readText(field: FormField, text: string): { value: unknown } | { fault: FieldFault } {
  const { kind, required, keepEmpty, choices } = field;
  if (kind === "yes") return { value: text === "true" };
  if (kind === "list") return readList(field, text);
  if (text.trim() === "") {
    if (keepEmpty && (kind === "text" || kind === "long")) return { value: text };
    return required ? { fault: "required" } : { value: undefined };
  }
  switch (kind) {
    case "choice":
      return { value: choices.find((one) => one.id === text)?.value };
    case "number":
    case "integer": {
      const number = Number(text);
      const fits = kind === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number);
      return fits ? { value: number } : { fault: kind };
    }
    case "json":
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { fault: "json" };
      }
    case "text":
    case "long":
      return { value: text };
  }
}

/** One entry a line. */
function readList({ required, keepEmpty }: FormField, text: string) {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return { value: lines.length === 0 && !required && !keepEmpty ? undefined : lines };
}

/** The first type that is not null. */
function typeOf(schema: unknown): unknown {
  const { type } = record(schema);
  return Array.isArray(type) ? type.find((one) => one !== "null") : type;
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
