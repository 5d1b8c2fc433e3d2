// Fails the build when the first page or a route grows over its budget (DECISIONS: 200 kB and 300 kB, gzip).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budgetsKb = { entry: 200, route: 300 };
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const sizes = new Map();

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(`dist/${file}`)).length);
  return sizes.get(file);
}

/** The chunks that are loaded together with `key`: itself and what it imports statically. */
function together(key, seen = new Set()) {
  if (!seen.has(key)) {
    seen.add(key);
    for (const next of manifest[key].imports ?? []) together(next, seen);
  }
  return seen;
}

function kilobytes(keys) {
  let bytes = 0;
  for (const key of keys) bytes += sizeOf(manifest[key].file);
  return bytes / 1024;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = together(entry);
const rows = [["entry", kilobytes(first), budgetsKb.entry]];
for (const key of Object.keys(manifest)) {
  if (!manifest[key].isDynamicEntry) continue;
  const added = [...together(key)].filter((one) => !first.has(one));
  rows.push([key.replace(/^.*\//, ""), kilobytes(added), budgetsKb.route]);
}
let over = false;
for (const [name, size, budget] of rows) {
  const fits = size <= budget;
  over ||= !fits;
  console.log(`${fits ? " " : "!"} ${size.toFixed(1).padStart(7)} kB gzip  ${name}`);
}
if (over) process.exit(1);
