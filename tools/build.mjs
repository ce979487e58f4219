// Builds every package into its dist folder: esbuild bundles the entry points that package.json exports,
// `tsc -b` (TypeScript 6) writes the declarations. Dependencies stay imports. `--js` leaves the declarations out.
// Assumes an installed workspace; an entry without its source file fails the build. Files are replaced, never missing in
// between, so that what runs from dist meanwhile keeps running; files of an earlier build go last.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { carry } from "./carry-declarations.mjs";
import { packages, root } from "./packages.mjs";

/** @param {import("./packages.mjs").Package} unit */
async function bundle(unit) {
  const missing = unit.entries.filter((entry) => !existsSync(entry.source));
  for (const entry of missing) console.error(`build: ${unit.name} exports ${relative(root, entry.source)}, which does not exist`);
  const present = unit.entries.filter((entry) => existsSync(entry.source));
  if (present.length > 0) {
    const { metafile } = await build({
      entryPoints: present.map((entry) => ({ in: entry.source, out: basename(entry.built, ".js") })),
      outdir: join(unit.folder, "dist"),
      bundle: true,
      splitting: true,
      format: "esm",
      platform: unit.name === "cotangent" || unit.name === "@cotangent/compiler" ? "neutral" : "node",
      target: "es2022",
      packages: "external",
      external: ["node:*"],
      sourcemap: true,
      sourcesContent: false,
      chunkNames: "chunk-[hash]",
      legalComments: "none",
      logLevel: "warning",
      metafile: true,
      absWorkingDir: root,
    });
    const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
    const old = readdirSync(join(unit.folder, "dist")).filter((name) => /\.js(\.map)?$/.test(name) && !made.has(name));
    for (const name of old) rmSync(join(unit.folder, "dist", name));
  }
  return missing.length === 0;
}

/** @param {boolean} declarations */
async function main(declarations) {
  let complete = true;
  carry();
  for (const unit of packages()) {
    try {
      complete = (await bundle(unit)) && complete;
    } catch {
      complete = false; // esbuild has printed why; the other packages are still worth building
    }
  }
  if (declarations) {
    const projects = packages().map((unit) => unit.folder);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { status } = spawnSync(process.execPath, [tsc, "-b", ...projects], { cwd: root, stdio: "inherit" });
    complete = complete && status === 0;
  }
  return complete ? 0 : 1;
}

process.exitCode = await main(!process.argv.includes("--js"));
