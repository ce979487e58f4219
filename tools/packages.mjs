// What the packages of this workspace export, read from their package.json files.
// An entry pairs the source file (condition `@cotangent/source`) with the built file (`default`); nothing else lists them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @typedef {{ readonly source: string, readonly built: string }} Entry */
/** @typedef {{ readonly folder: string, readonly name: string, readonly entries: readonly Entry[] }} Package */

/** @param {string} folder @returns {readonly Entry[]} */
function entriesOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  /** @type {Entry[]} */
  const entries = [];
  for (const target of Object.values(manifest.exports ?? {})) {
    if (typeof target !== "object" || target === null) continue;
    const source = target["@cotangent/source"];
    if (typeof source === "string") entries.push({ source: join(folder, source), built: join(folder, target.default) });
  }
  return entries;
}

/** All packages, dependencies before dependents. @returns {readonly Package[]} */
export function packages() {
  const order = ["runtime", "compiler", "cli", "unplugin"];
  const found = readdirSync(join(root, "packages")).filter((name) => existsSync(join(root, "packages", name, "package.json")));
  return found
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name) => {
      const folder = join(root, "packages", name);
      return { folder, name: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name, entries: entriesOf(folder) };
    });
}
