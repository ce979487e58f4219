// Runs the compiler over every TypeScript source of packages that npm has, all their functions marked; only diagnostics may come of it.
//   node test/robustness/packages.mjs rxjs@7.8.2 zod@4.6.7
//     --only REGEX       files whose path matches
//     --mode jvp         one operator for all files; `all`: each in every operator; default: they take turns
//     --limit 120        seconds after which a file counts as one that does not end
//     --keep FOLDER      where packages are installed, and found again; default: a temporary folder
// Prints a row per file (functions marked, diagnostics, seconds of processor time, what went wrong) and a summary; exits 1 if anything did.
// Files are examined one at a time by a process of its own, which takes the next file unless it had to be stopped.
import { fork, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { ts } from "ts-morph";

/** @typedef {import("./package.ts").Row} Row */

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, mode: { type: "string", default: "turns" }, limit: { type: "string", default: "120" }, keep: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "cotangent-packages-"));
const kept = options.keep === undefined ? folder : resolve(options.keep);

const TSCONFIG = {
  compilerOptions: {
    target: "esnext", module: "esnext", moduleResolution: "bundler", strict: false, lib: ["esnext", "dom"], types: [], allowImportingTsExtensions: true, experimentalDecorators: true, noEmit: true, skipLibCheck: true,
  },
  include: ["sources"],
};

/**
 * Installs a package with its dependencies and lays its sources beside them, since what stands in node_modules is somebody else's code.
 * @param {string} name
 */
function obtain(name) {
  const at = join(kept, name.replaceAll("/", "+"));
  const sources = join(at, "sources");
  if (existsSync(sources)) return at;
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "package.json"), "{}");
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", name], { cwd: at, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  if (status !== 0) throw new Error(`npm could not install ${name}`);
  const installed = join(at, "node_modules", name.replace(/(?<=.)@[^/]*$/, ""));
  cpSync(installed, sources, { recursive: true, filter: (path) => path === installed || !path.slice(installed.length).includes("node_modules") });
  writeFileSync(join(at, "tsconfig.json"), JSON.stringify(TSCONFIG, null, 2));
  return at;
}

const isSource = (/** @type {string} */ path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.([^.]+\.)?[cm]?ts$/.test(path);

/** @param {string} script */
function examiner(script) {
  /** @type {import("node:child_process").ChildProcess | null} */
  let child = null;
  const stop = () => { child?.kill("SIGKILL"); child = null; };
  /** @type {(request: import("./package.ts").Request) => Promise<Row>} */
  const ask = (request) => new Promise((done) => {
    const asked = (child ??= fork(script, { execArgv: ["--enable-source-maps", "--max-old-space-size=4096"] }));
    const failed = (/** @type {string} */ problem) => { stop(); end({ functions: 0, codes: {}, seconds: Number.NaN, problems: [problem] }); };
    const timer = setTimeout(() => failed(`does not end within ${options.limit} s`), 1000 * Number(options.limit));
    const exited = (/** @type {number | null} */ code) => failed(`the process ended with ${code}`);
    const end = (/** @type {Row} */ row) => { clearTimeout(timer); asked.removeAllListeners(); done(row); };
    asked.once("message", (message) => end(/** @type {Row} */ (message)));
    asked.once("exit", exited);
    asked.send(request);
  });
  return { ask, stop };
}

/** the sources are bundled as the benchmark of compile time is; TypeScript is imported from where it is installed */
async function bundle() {
  const compiler = createRequire(join(root, "packages/compiler/package.json"));
  const outfile = join(folder, "package.mjs");
  await build({
    entryPoints: [join(root, "test/robustness/package.ts")], conditions: ["@cotangent/source"], outfile, bundle: true, format: "esm", platform: "node", target: "es2022", absWorkingDir: root, sourcemap: true,
    plugins: [{ name: "typescript", setup: ({ onResolve }) => onResolve({ filter: /^ts-morph$/ }, ({ path }) => ({ path: pathToFileURL(compiler.resolve(path)).href, external: true })) }],
  });
  return outfile;
}

const MODES = ["grad", "valueAndGrad", "jvp", "vjp"];
const modesOf = (/** @type {number} */ i) => (options.mode === "all" ? MODES : [options.mode === "turns" ? MODES[i % MODES.length] : options.mode]);

/** @param {string} name @param {ReturnType<typeof examiner>} process */
async function examinePackage(name, { ask, stop }) {
  const at = obtain(name);
  const sources = join(at, "sources");
  const files = ts.sys.readDirectory(sources, [".ts", ".tsx", ".mts", ".cts"]).filter(isSource).toSorted();
  const total = { files: 0, ended: 0, functions: 0, diagnostics: 0, problems: 0, slowest: 0 };
  for (const [i, file] of files.entries()) {
    const path = file.slice(sources.length + 1);
    if (!new RegExp(options.only).test(path)) continue;
    for (const mode of modesOf(i)) {
      const row = await ask({ project: join(at, "tsconfig.json"), file, mode: /** @type {import("./mark.ts").Mode} */ (mode) });
      const codes = Object.entries(row.codes).toSorted(([, a], [, b]) => b - a);
      const diagnostics = codes.reduce((sum, [, count]) => sum + count, 0);
      console.log(`${path.padEnd(50)} ${String(mode).padEnd(12)} ${String(row.functions).padStart(4)} ${String(diagnostics).padStart(4)} ${row.seconds.toFixed(1).padStart(6)} s  ${codes.slice(0, 4).map(([code, count]) => `${code}×${count}`).join(" ")}`);
      for (const problem of row.problems) console.log(`    ${problem.replaceAll("\n", "\n    ")}`);
      total.files++;
      total.functions += row.functions;
      total.diagnostics += diagnostics;
      total.problems += row.problems.length;
      if (!Number.isNaN(row.seconds)) { total.ended++; total.slowest = Math.max(total.slowest, row.seconds); }
    }
  }
  stop();
  console.log(`${name}: ${total.ended} of ${total.files} files ended, ${total.functions} functions marked, ${total.diagnostics} diagnostics, ${total.problems} problems, slowest ${total.slowest.toFixed(1)} s\n`);
  return total.problems;
}

try {
  if (names.length === 0) throw new Error("name packages: node test/robustness/packages.mjs rxjs zod");
  const process_ = examiner(await bundle());
  let problems = 0;
  for (const name of names) problems += await examinePackage(name, process_);
  process.exitCode = problems > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
