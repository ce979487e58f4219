// The plugin in real bundlers: both example apps are built and run; errors, watching and other plugins in small ones.
import { context, build, type Plugin } from "esbuild";
import { cotangent as esbuildPlugin } from "@cotangent/unplugin/esbuild";
import { cotangent as vitePlugin } from "@cotangent/unplugin/vite";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { build as viteBuild } from "vite";
import { afterEach, describe, expect, it } from "vitest";
import { evaluate } from "../harness/evaluate.ts";
import { ROOT } from "../harness/paths.ts";
import { createProject, runNode, type Project } from "./project.ts";

const cleanups: (() => void)[] = [];

function project(files: Readonly<Record<string, string>>): Project {
  const made = createProject(files);
  cleanups.push(made.remove);
  return made;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "cotangent-bundle-"));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

afterEach(() => {
  for (const x of cleanups.splice(0)) x();
});

describe("the example apps", () => {
  it("esbuild-app is built and finds the curve that its data came from", async () => {
    const out = folder();
    const app = join(ROOT, "examples/esbuild-app");
    expect(await runNode(["build.mjs", out], app)).toMatchObject({ code: 0 });
    const { code, output } = await runNode([join(out, "main.js")], app);
    expect(code).toBe(0);
    const { amplitude, rate, floor } = JSON.parse(output) as { readonly amplitude: number; readonly rate: number; readonly floor: number };
    expect([amplitude, rate, floor].map((x) => Math.round(x * 1e6) / 1e6)).toEqual([3, 0.8, 0.5]);
    expect(readFileSync(join(out, "main.js"), "utf8")).not.toContain("cotangent");
  });

  it("vite-app is built and lets its chain hang", async () => {
    const out = folder();
    const app = join(ROOT, "examples/vite-app");
    expect(await runNode([join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--outDir", out, "--emptyOutDir", "--logLevel", "error"], app)).toMatchObject({ code: 0 });
    const [asset = ""] = readdirSync(join(out, "assets")).filter((x) => x.endsWith(".js"));
    const app_ = { textContent: "" };
    const document = { querySelector: () => app_, querySelectorAll: () => [], createElement: () => ({ relList: { supports: () => true } }) };
    runInNewContext(readFileSync(join(out, "assets", asset), "utf8"), { document, console });
    const heights = app_.textContent.split("\n").map(Number);
    // symmetric, and lowest in the middle: gravity pulls down
    expect(heights).toHaveLength(7);
    for (let i = 0; i < 7; i++) expect(heights[i]).toBeCloseTo(heights[6 - i] ?? Number.NaN, 3);
    expect(Math.min(...heights)).toBe(heights[3]);
    expect(heights[3]).toBeLessThan(-0.1);
  });
});

const MAIN = 'import { grad } from "cotangent";\nimport { square } from "./square";\nexport const slope = grad(square);\n';
const BUNDLER = JSON.stringify({ compilerOptions: { target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, noEmit: true }, include: ["src"] });
const FILES = { "tsconfig.json": BUNDLER, "src/main.ts": MAIN, "src/square.ts": "export const square = (x: number): number => x * x;\n" };

const options = (p: Project, plugins: Plugin[] = []): { readonly entryPoints: string[]; readonly bundle: true; readonly write: false; readonly format: "cjs"; readonly logLevel: "silent"; readonly plugins: Plugin[] } =>
  ({ entryPoints: [join(p.folder, "src/main.ts")], bundle: true, write: false, format: "cjs", logLevel: "silent", plugins: [esbuildPlugin({ cwd: p.folder }), ...plugins] });

const slopeAt = (code: string, x: number): unknown => (evaluate(code, "bundle") as { readonly slope: (x: number) => unknown }).slope(x);

describe("esbuild", () => {
  it("rebuilds after an edit of a callee", async () => {
    const p = project(FILES);
    const session = await context(options(p));
    const first = await session.rebuild();
    expect(slopeAt(first.outputFiles?.[0]?.text ?? "", 3)).toBe(6);
    p.write("src/square.ts", "export const square = (x: number): number => x * x * x;\n");
    const second = await session.rebuild();
    expect(slopeAt(second.outputFiles?.[0]?.text ?? "", 3)).toBe(27);
    await session.dispose();
  });

  it("rebuilds after an edit of a module that it rewrote itself", async () => {
    const state = (factor: number): string => `let calls = 0;\nexport const square = (x: number): number => { calls++; return ${factor} * x * x; };\n`;
    const p = project({ ...FILES, "src/square.ts": state(1) });
    const session = await context(options(p));
    for (const factor of [1, 2, 3]) {
      p.write("src/square.ts", state(factor));
      expect(slopeAt((await session.rebuild()).outputFiles?.[0]?.text ?? "", 3)).toBe(6 * factor);
    }
    await session.dispose();
  });

  it("reports diagnostics at their place, all of a file", async () => {
    const p = project({ ...FILES, "src/main.ts": 'import { grad } from "cotangent";\nexport const a = grad(Math.max);\nexport const b = [grad];\n' });
    const errors: unknown = await build(options(p)).then(() => [], (error: unknown) => (error as { readonly errors: unknown }).errors);
    expect(errors).toMatchObject([{ text: expect.stringMatching(/CT3005[^]*CT3008/) as unknown, location: { line: 2, column: 22 } }]);
  });

  it("leaves files without markers to other plugins", async () => {
    const p = project({ ...FILES, "src/main.ts": `${MAIN}export { name } from "./other";\n`, "src/other.ts": 'export const name = "other";\n' });
    const seen: string[] = [];
    const other: Plugin = { name: "other", setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => { seen.push(path.slice(p.folder.length + 1)); return undefined; }) };
    await build(options(p, [other]));
    expect(seen).toEqual(["src/other.ts"]);
  });

  it("rewrites the module that owns state, though it has no markers", async () => {
    const p = project({ ...FILES, "src/square.ts": "let calls = 0;\nexport const square = (x: number): number => { calls++; return x * x * calls; };\n" });
    const { outputFiles } = await build(options(p));
    const code = outputFiles[0]?.text ?? "";
    expect(slopeAt(code, 3)).toBe(6);
  });

  it("maps generated code to the user's", async () => {
    const p = project(FILES);
    const { outputFiles } = await build({ ...options(p), sourcemap: "external", outdir: "out" });
    const map = outputFiles.find((x) => x.path.endsWith(".map"));
    const { sources, sourcesContent } = JSON.parse(map?.text ?? "{}") as { readonly sources: readonly string[]; readonly sourcesContent: readonly string[] };
    expect(sources.some((x) => x.endsWith("src/square.ts"))).toBe(true);
    expect(sourcesContent).toContain(MAIN);
  });
});

describe("vite", () => {
  it("builds, and reports diagnostics", async () => {
    const p = project(FILES);
    const run = (): Promise<unknown> => viteBuild({
      root: p.folder, configFile: false, logLevel: "silent", plugins: [vitePlugin({ cwd: p.folder })],
      build: { write: false, minify: false, lib: { entry: join(p.folder, "src/main.ts"), formats: ["cjs"] } },
    });
    const result = (await run()) as readonly { readonly output: readonly { readonly code: string }[] }[];
    expect(slopeAt(result[0]?.output[0]?.code ?? "", 3)).toBe(6);
    p.write("src/main.ts", 'import { grad } from "cotangent";\nexport const slope = grad(Math.max);\n');
    await expect(run()).rejects.toThrow(/CT3005/);
  });
});
