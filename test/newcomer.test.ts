// What a newcomer meets first is true: the gradient in the README is what the compiler writes, the example's committed
// gradient is current and its program succeeds, and the last line of CI counts what happened.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCompiler } from "@cotangent/compiler";
import { nodeFileSystem } from "@cotangent/compiler/node";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-newcomer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the gradient in the README is what the compiler writes", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [source = "", sibling = ""] = [...readme.matchAll(/```ts\n([^]*?)```/g)].map((block) => block[1] ?? "");
  expect(source).toContain("/** @grad */");
  const compiler = createCompiler({ files: { "/src/energy.ts": source }, compilerOptions: { strict: true } });
  const result = compiler.generate("/src/energy.ts");
  compiler.dispose();
  const text = result.ok ? result.code : result.diagnostics.map((x) => `${x.code}: ${x.message}`).join("\n");
  expect(text).toContain(sibling);
});

test("the commands in the README exist", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly scripts: { readonly [name: string]: string } };
  const named = [...readme.matchAll(/^npm run (\S+)/gm)].map((line) => line[1] ?? "");
  expect(named).toEqual(["demo", "ci"]);
  for (const name of named) expect(scripts[name]).toBeDefined();
});

describe("examples/curve-fit", () => {
  const example = join(ROOT, "examples/curve-fit");

  test("has a current gradient", () => {
    const compiler = createCompiler({ project: join(example, "tsconfig.json"), cwd: example, host: nodeFileSystem() });
    const work = compiler.files().filter((file) => file.tags.length > 0).map((file) => file.path);
    const outcome = compiler.check();
    compiler.dispose();
    expect(work).toHaveLength(1);
    expect(outcome).toMatchObject({ stale: [], missing: [], orphaned: [] });
  });

  test("agrees with differences and finds the parameters", async () => {
    const outfile = join(folder, "main.mjs");
    await build({
      entryPoints: [join(example, "src/main.ts")], outfile, bundle: true, platform: "node", format: "esm", conditions: ["@cotangent/source"], logLevel: "silent",
    });
    const output = execFileSync(process.execPath, [outfile], { encoding: "utf8" });
    expect(output).toMatch(/largest relative difference \d\.\de-\d+/);
    expect(output).toMatch(/The fit: loss 0\.\d+ -> 0\.000\d+ in \d+ iterations/);
  });
});

describe("the last line of CI", () => {
  interface Outcome {
    readonly status: number | null;
    readonly line: string | undefined;
  }

  /** the summary over these reports, in a copy of the tools */
  function summary(name: string, steps: object | null, tests: object | null): Outcome {
    const copy = join(folder, name);
    cpSync(join(ROOT, "tools"), join(copy, "tools"), { recursive: true });
    mkdirSync(join(copy, ".report"));
    if (steps !== null) writeFileSync(join(copy, ".report/steps.json"), JSON.stringify(steps));
    if (tests !== null) writeFileSync(join(copy, ".report/tests.json"), JSON.stringify(tests));
    const { status, stdout } = spawnSync(process.execPath, [join(copy, "tools/newcomer.mjs"), "summary"], { encoding: "utf8" });
    return { status, line: stdout.trimEnd().split("\n").at(-1) };
  }

  const steps = (...failed: readonly string[]): object => ["install", "build", "lint", "type check", "tests"].map((name) => ({ name, ok: !failed.includes(name) }));
  const tests = (numPassedTests: number, numFailedTests: number, broken = 0): object => ({
    numPassedTests, numFailedTests, testResults: Array.from({ length: broken }, () => ({ status: "failed", assertionResults: [] })),
  });

  test.each<readonly [string, object | null, object | null, Outcome]>([
    ["all passed", steps(), tests(5, 0), { status: 0, line: "5 passed, 0 failed" }],
    ["a failed test", steps("tests"), tests(5, 1), { status: 1, line: "5 passed, 1 failed" }],
    ["a test file that does not load", steps("tests"), tests(5, 0, 1), { status: 1, line: "5 passed, 1 failed" }],
    ["lint", steps("lint"), tests(5, 0), { status: 1, line: "5 passed, 1 failed" }],
    ["a run that fails without a failed test", steps("tests"), tests(5, 0), { status: 1, line: "5 passed, 1 failed" }],
    ["no tests", steps(), tests(0, 0), { status: 1, line: "0 passed, 1 failed" }],
    ["no report", steps("install"), null, { status: 1, line: "0 passed, 1 failed" }],
    ["nothing at all", null, null, { status: 1, line: "0 passed, 1 failed" }],
  ])("counts %s", (name, done, report, expected) => {
    expect(summary(name.replaceAll(" ", "-"), done, report)).toEqual(expected);
  });
});
