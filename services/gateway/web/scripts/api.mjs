// Generates src/api/schema.d.ts from the gateway's OpenAPI document.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const source = process.argv[2] ?? "../../../schemas/openapi.json";
if (!existsSync(source)) {
  console.error(`${source} does not exist. Build the gateway first: it writes the OpenAPI document.`);
  process.exit(1);
}
const { status } = spawnSync("npx", ["openapi-typescript", source, "-o", "src/api/schema.d.ts"], {
  stdio: "inherit",
});
process.exit(status ?? 1);
