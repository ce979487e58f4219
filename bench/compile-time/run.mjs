// Starts the benchmark: `node bench/compile-time/run.mjs [--quick] [--only SHAPE] [--hot]`. It measures the sources as they stand.
// esbuild strips types; the module names that it writes as comments let the profile tell the compiler's files apart.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-compile-time-"));
const outfile = join(folder, "main.mjs");
const compiler = createRequire(join(root, "packages/compiler/package.json"));
// the rest is bundled; TypeScript is imported from where it is installed
/** @type {import("esbuild").Plugin} */
const typescript = {
  name: "typescript",
  setup({ onResolve }) {
    onResolve({ filter: /^ts-morph$/ }, ({ path }) => ({ path: pathToFileURL(compiler.resolve(path)).href, external: true }));
  },
};
try {
  await build({
    entryPoints: [join(root, "bench/compile-time/main.ts")], plugins: [typescript], conditions: ["@cotangent/source"], outfile,
    bundle: true, format: "esm", platform: "node", target: "es2022", absWorkingDir: root,
  });
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
