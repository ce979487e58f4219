// Programs that import installed packages, through every tool: siblings and a mirrored tree by the command, both bundlers.
// The packages are those of the workspace; the project is one of its own that sees them.
import { build, type BuildOptions } from "esbuild";
import { cotangent as esbuildPlugin } from "@cotangent/unplugin/esbuild";
import { cotangent as vitePlugin } from "@cotangent/unplugin/vite";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../harness/evaluate.ts";
import { ROOT } from "../harness/paths.ts";
import { createProject, type Project } from "./project.ts";

const FUNCTIONS = `import { vec3 } from "gl-matrix";
import { easeCubicInOut } from "d3-ease";
import { gammaln } from "simple-statistics";

interface Scene { readonly from: vec3; readonly to: vec3 }

/** how far a camera is from its goal, halfway through its flight */
export function distance(scene: Scene, t: number): number {
  const at = vec3.lerp([0, 0, 0], scene.from, scene.to, easeCubicInOut(t));
  return vec3.squaredDistance(at, scene.to);
}

/** @grad */
export function information(x: number): number {
  return gammaln(x) * easeCubicInOut(x / 10);
}
`;
const MAIN = `import { grad } from "cotangent";
import { distance, information } from "./functions";

export { distance, information };
export const byTime = grad(distance, { wrt: 1 });
export const byScene = grad(distance);
export const slope = grad(information);
`;
const TSCONFIG = JSON.stringify({ compilerOptions: { target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, noEmit: true, skipLibCheck: true, types: [] }, include: ["src"] });

const opened: { project: Project | null } = { project: null };
const project = (): Project => {
  if (opened.project === null) throw new Error("no project");
  return opened.project;
};

beforeAll(() => {
  opened.project = createProject({ "tsconfig.json": TSCONFIG, "src/functions.ts": FUNCTIONS, "src/main.ts": MAIN });
  symlinkSync(join(ROOT, "node_modules"), join(project().folder, "node_modules"));
});
afterAll(() => opened.project?.remove());

interface App {
  readonly distance: (scene: unknown, t: number) => number;
  readonly information: (x: number) => number;
  readonly byTime: (scene: unknown, t: number) => number;
  readonly byScene: (scene: unknown, t: number) => { readonly from: readonly number[]; readonly to: readonly number[] };
  readonly slope: (x: number) => number;
}

const scene = (x: number): unknown => ({ from: [x, 2, 3], to: [4, 0, 1] });
const slopeOf = (f: (x: number) => number, x: number): number => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;

function check({ distance, information, byTime, byScene, slope }: App): void {
  expect(byTime(scene(1), 0.4)).toBeCloseTo(slopeOf((t) => distance(scene(1), t), 0.4), 6);
  expect(byScene(scene(1), 0.4).from[0]).toBeCloseTo(slopeOf((x) => distance(scene(x), 0.4), 1), 6);
  expect(slope(6.3)).toBeCloseTo(slopeOf(information, 6.3), 6);
}

const bundle = async (entry: string, options: BuildOptions = {}): Promise<App> => {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "cjs", platform: "node", mainFields: ["module", "main"], conditions: ["@cotangent/source"], logLevel: "silent", ...options });
  return evaluate(outputFiles?.[0]?.text ?? "", "bundle") as App;
};

describe("code of packages", () => {
  it("is differentiated by the esbuild plugin", async () => {
    check(await bundle(join(project().folder, "src/main.ts"), { plugins: [esbuildPlugin({ cwd: project().folder })] }));
  });

  it("is differentiated by the vite plugin", async () => {
    const { folder } = project();
    const result = (await viteBuild({
      root: folder, configFile: false, logLevel: "silent", plugins: [vitePlugin({ cwd: folder })],
      build: { write: false, minify: false, lib: { entry: join(folder, "src/main.ts"), formats: ["cjs"] } },
    })) as readonly { readonly output: readonly { readonly code: string }[] }[];
    check(evaluate(result[0]?.output[0]?.code ?? "", "bundle") as App);
  });

  it("is differentiated by the command, into a mirrored tree", async () => {
    const { folder, run } = project();
    expect(await run(["build", "--out-dir", "compiled"])).toMatchObject({ code: 0 });
    check(await bundle(join(folder, "compiled/src/main.ts")));
  });

  it("is differentiated into a sibling that copies what it reads, and check finds it current", async () => {
    const { folder, run, read } = project();
    expect(await run(["build", "src/functions.ts"])).toMatchObject({ code: 0 });
    expect(read("src/functions.grad.ts")).not.toContain("node_modules");
    expect(await run(["check", "src/functions.ts"])).toMatchObject({ code: 0 });
    const { informationGrad } = (await bundle(join(folder, "src/functions.grad.ts"))) as unknown as { readonly informationGrad: (x: number) => number };
    const { information } = await bundle(join(folder, "src/functions.ts"));
    expect(informationGrad(6.3)).toBeCloseTo(slopeOf(information, 6.3), 6);
  });
});
