import { expect, it } from "vitest";
import { preferred } from "./i18n";
import de from "./locales/de.json";
import en from "./locales/en.json";

/** Every text by its full name. */
function textsOf(tree: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(tree) as [string, string | object][]) {
    if (typeof value === "string") found.set(prefix + name, value);
    else for (const [key, text] of textsOf(value, `${prefix}${name}.`)) found.set(key, text);
  }
  return found;
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

it("says everything in German that it says in English", () => {
  expect([...textsOf(de).keys()].sort()).toEqual([...textsOf(en).keys()].sort());
});

it("puts the same values into both", () => {
  const german = textsOf(de);
  const other = [...textsOf(en)].filter(
    ([name, text]) => placeholders(text).join() !== placeholders(german.get(name) ?? "").join(),
  );
  expect(other).toEqual([]);
});

it("speaks the first language that the browser asks for and it knows", () => {
  expect(preferred(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferred(["en-GB", "de"])).toBe("en");
  expect(preferred(["fr"])).toBe("en");
  expect(preferred([])).toBe("en");
});
