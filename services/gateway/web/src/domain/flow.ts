// Flow control of a trigger, in fields: how many runs it starts of the events that reach it, when, and of what.

export const flowFields = [
  "key",
  "concurrency",
  "singleton",
  "throttleCount",
  "throttleSeconds",
  "debounceSeconds",
  "debounceLongest",
  "batchSize",
  "batchSeconds",
  "priority",
] as const;
export type FlowField = (typeof flowFields)[number];
export type FlowTexts = Readonly<Record<FlowField, string>>;
export type FlowFault = "integer" | "required";

/** Where each field stands below `flow`. */
const pointers: Record<FlowField, string> = {
  key: "/key",
  concurrency: "/concurrency",
  singleton: "/singleton",
  throttleCount: "/throttle/count",
  throttleSeconds: "/throttle/seconds",
  debounceSeconds: "/debounce/seconds",
  debounceLongest: "/debounce/longest_seconds",
  batchSize: "/batch/size",
  batchSeconds: "/batch/seconds",
  priority: "/priority",
};

/** Fields that stand and fall together: the first of a group shows what is said of the group. */
const groups: readonly (readonly FlowField[])[] = [
  ["throttleCount", "throttleSeconds"],
  ["debounceSeconds"],
  ["batchSize", "batchSeconds"],
];

const texts = new Set<FlowField>(["key", "singleton", "priority"]);

export function textsOfFlow(flow: unknown): FlowTexts {
  const entries = flowFields.map((field) => {
    const value = pointers[field].split("/").slice(1).reduce(member, flow);
    return [field, value === undefined || value === null ? "" : String(value)];
  });
  return Object.fromEntries(entries) as FlowTexts;
}

/** What the fields say; null when they say nothing. Contradictions are the server's to find. */
export function readFlow(written: FlowTexts): { flow: Record<string, unknown> | null } | { faults: Faults } {
  const faults: Faults = {};
  const flow: Record<string, unknown> = {};
  for (const field of flowFields) {
    const text = written[field].trim();
    if (text === "") continue;
    const value = texts.has(field) ? textOf(field, text) : Number(text);
    if (typeof value === "number" && field !== "priority" && !Number.isInteger(value))
      faults[field] = "integer";
    put(flow, pointers[field].split("/").slice(1), value);
  }
  for (const field of missing(written)) faults[field] ??= "required";
  if (Object.keys(faults).length > 0) return { faults };
  return { flow: Object.keys(flow).length === 0 ? null : flow };
}

type Faults = Partial<Record<FlowField, FlowFault>>;

/** The field that shows what is wrong at a pointer below `flow`; undefined when none does. */
export function fieldAt(pointer: string): FlowField | undefined {
  const exact = flowFields.find((field) => pointers[field] === pointer);
  const group = groups.find(
    ([first]) => first && pointers[first].startsWith(`${pointer}/`) && pointer !== "",
  );
  return exact ?? group?.[0];
}

/** Halves of what is only whole, such as a number of starts without its time. */
function missing(written: FlowTexts): FlowField[] {
  const has = (field: FlowField) => written[field].trim() !== "";
  const halves = groups.flatMap((group) => (group.some(has) ? group.filter((field) => !has(field)) : []));
  return has("debounceLongest") && !has("debounceSeconds") ? [...halves, "debounceSeconds"] : halves;
}

/** A priority is a number, or an expression. */
function textOf(field: FlowField, text: string): string | number {
  return field === "priority" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function put(into: Record<string, unknown>, path: string[], value: unknown): void {
  const [first, second] = path;
  if (first === undefined) return;
  if (second === undefined) into[first] = value;
  else into[first] = { ...(into[first] as object | undefined), [second]: value };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
