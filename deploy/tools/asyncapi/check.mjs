// Checks an AsyncAPI document, with all that it refers to: `node check.mjs <file>`. Errors are told and end with 1.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const file = process.argv[2];
const { diagnostics } = await new Parser().parse(await readFile(file, "utf8"), { source: file });
const faults = diagnostics.filter((diagnostic) => diagnostic.severity === 0);
for (const { range, code, message, path } of faults) {
  console.log(`${file}:${range.start.line + 1}: ${code}: ${message} (${path.join("/")})`);
}
process.exit(faults.length > 0 ? 1 : 0);
