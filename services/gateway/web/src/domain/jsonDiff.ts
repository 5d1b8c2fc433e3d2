// What one JSON value says otherwise than another, field by field.

export interface FieldChange {
  /** JSON pointer (RFC 6901); empty for the value itself. */
  pointer: string;
  kind: "added" | "removed" | "changed";
  before?: unknown;
  after?: unknown;
}

/** At most `most` changes, in the order of the fields; those of the second value alone last. */
export function changesBetween(before: unknown, after: unknown, most = 100): FieldChange[] {
  const found: FieldChange[] = [];
  compare(before, after, "", found, most);
  return found;
}

function compare(before: unknown, after: unknown, pointer: string, found: FieldChange[], most: number): void {
  if (found.length >= most || Object.is(before, after)) return;
  if (before === undefined) return void found.push({ pointer, kind: "added", after });
  if (after === undefined) return void found.push({ pointer, kind: "removed", before });
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return void found.push({ pointer, kind: "changed", before, after });
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(before[name], after[name], `${pointer}/${token(name)}`, found, most);
  }
}

/** An object, or an array by its indices. */
function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A field's name as a part of a pointer. */
export function token(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A pointer as people read it: `out.items[2].name`. */
export function pathOf(pointer: string): string {
  const names = pointer.split("/").slice(1);
  return names
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, name) => {
      if (/^\d+$/.test(name)) return `${path}[${name}]`;
      return path === "" ? name : `${path}.${name}`;
    }, "");
}
