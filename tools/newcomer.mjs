// The two commands that need nothing but Node and npm: `npm run demo` and `npm run ci`. Both install (pnpm comes through npx) and
// build first. `demo` prints a generated gradient, optimises with it and verifies it; `ci` runs every check there is.
// Guarantees for `ci`: later steps run even if one fails, .report/ holds the outcome of each, and the exit code is 0 only if all
// passed. `summary` prints that outcome as one line, `N passed, N failed`; no tests at all count as a failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./packages.mjs";

const REPORT = join(root, ".report");
const STEPS = join(REPORT, "steps.json");
const TESTS = join(REPORT, "tests.json");

/** @typedef {{ readonly name: string, readonly ok: boolean }} Step */

/** @param {string} text */
const heading = (text) => console.log(`\n\u2501\u2501 ${text}`);

/** Runs a command and says whether it succeeded. @param {string} command @param {readonly string[]} args @param {string} [cwd] */
function run(command, args, cwd = root) {
  const isWindows = process.platform === "win32";
  return spawnSync(command, args, { cwd, stdio: "inherit", shell: isWindows && command === "npx" }).status === 0;
}

/** @param {readonly string[]} args @param {string} [cwd] */
const node = (args, cwd) => run(process.execPath, args, cwd);

/** @param {string} name */
const installed = (name) => join(root, "node_modules", name);

function install() {
  /** @type {{ readonly packageManager: string }} */
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return run("npx", ["--yes", packageManager, "install", "--frozen-lockfile"]);
}

const build = () => node([join(root, "tools/build.mjs")]);

// ---------------------------------------------------------------------------------------------------- demo

function demo() {
  const example = join(root, "examples/curve-fit");
  const cotangent = join(root, "packages/cli/bin/cotangent.js");
  /** @type {readonly (readonly [string, () => boolean])[]} */
  const steps = [
    ["Installing", install],
    ["Building the compiler", build],
    ["examples/curve-fit/src/loss.ts, as its author wrote it", () => (console.log(readFileSync(join(example, "src/loss.ts"), "utf8")), true)],
    ["cotangent print src/loss.ts#loss", () => node([cotangent, "print", "src/loss.ts#loss"], example)],
    ["cotangent build", () => node([cotangent, "build"], example)],
    ["Fitting the curve with the generated gradient", () =>
      node(["--input-type=module", "--eval", BUNDLE], example) && node(["dist/main.js"], example)],
    ["cotangent verify src/loss.ts#loss", () => node([cotangent, "verify", "src/loss.ts#loss"], example)],
  ];
  for (const [name, step] of steps) {
    heading(name);
    if (step()) continue;
    console.error(`\ndemo: "${name}" failed`);
    return 1;
  }
  return 0;
}

// esbuild is asked for where it is installed now: nothing was when this file was loaded
const BUNDLE = `
  import { build } from "esbuild";
  await build({ entryPoints: ["src/main.ts"], outfile: "dist/main.js", bundle: true, platform: "node", format: "esm", logLevel: "warning" });
`;

// ---------------------------------------------------------------------------------------------------- ci

function typecheck() {
  const tsc = join(installed("typescript"), "bin/tsc");
  const examples = readdirSync(join(root, "examples")).map((name) => join("examples", name)).filter((path) => existsSync(join(root, path, "tsconfig.json")));
  const isSound = node([tsc, "-b"]);
  return ["bench/gradbench", ...examples].reduce((ok, path) => node([tsc, "-p", path, "--noEmit"]) && ok, isSound);
}

const tests = () =>
  node([join(installed("vitest"), "vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${TESTS}`]);

function ci() {
  rmSync(REPORT, { recursive: true, force: true });
  mkdirSync(REPORT, { recursive: true });
  /** @type {Step[]} */
  const done = [];
  /** @param {string} name @param {() => boolean} step */
  const record = (name, step) => {
    heading(name);
    const start = Date.now();
    const ok = step();
    console.log(`${ok ? "passed" : "FAILED"}: ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    done.push({ name, ok });
    writeFileSync(STEPS, JSON.stringify(done));
    return ok;
  };
  if (record("install", install)) {
    record("build", build);
    record("lint", () => node([join(installed("oxlint"), "bin/oxlint"), "--deny-warnings"]));
    record("type check", typecheck);
    record("tests", tests);
  }
  return summary();
}

/** @typedef {{ readonly numPassedTests: number, readonly numFailedTests: number, readonly testResults: readonly { readonly status: string, readonly assertionResults: readonly unknown[] }[] }} TestReport */

function summary() {
  /** @type {readonly Step[]} */
  const steps = existsSync(STEPS) ? JSON.parse(readFileSync(STEPS, "utf8")) : [];
  /** @type {TestReport} */
  const report = existsSync(TESTS) ? JSON.parse(readFileSync(TESTS, "utf8")) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  const brokenFiles = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failedTests = report.numFailedTests + brokenFiles;
  // a failed run of the tests is counted by its tests, unless it failed without one
  const failedSteps = steps.filter((step) => !step.ok && !(step.name === "tests" && failedTests > 0)).length;
  const passed = report.numPassedTests;
  const failed = failedTests + failedSteps + (passed + failedTests + failedSteps === 0 ? 1 : 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

const command = process.argv[2];
if (command === "demo") process.exitCode = demo();
else if (command === "ci") process.exitCode = ci();
else if (command === "summary") process.exitCode = summary();
else {
  console.error("usage: node tools/newcomer.mjs demo | ci | summary");
  process.exitCode = 2;
}
