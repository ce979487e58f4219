// The built command in temporary projects: what it writes and prints, where, and with which exit code. Bad input of every kind
// gets a clear message and leaves the disk alone.
import { mkdirSync, rmSync, symlinkSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createProject, type Project } from "./project.ts";

const LOSS = `export interface Params { readonly w: number[]; b: number }
/** @grad wrt=p */
export function loss(p: Params, xs: readonly number[]): number {
  let s = 0;
  for (let i = 0; i < xs.length; i++) s += (p.w[i]! * xs[i]! + p.b) ** 2;
  return s;
}
`;
const CALLS = 'import { grad } from "cotangent";\nimport { square } from "./square.js";\nexport const slope = grad(square);\n';
const SQUARE = "export const square = (x: number): number => x * x;\n";
const AT = '[{"w":[1,2],"b":0.5},[3,4]]';

const projects: Project[] = [];

function project(files: Readonly<Record<string, string>>): Project {
  const made = createProject(files);
  projects.push(made);
  return made;
}

afterEach(() => {
  for (const x of projects.splice(0)) x.remove();
});

describe("build", () => {
  it("writes siblings, and nothing the second time", async () => {
    const p = project({ "src/loss.ts": LOSS });
    expect(await p.run(["build"])).toMatchObject({ code: 0, output: "wrote src/loss.grad.ts\n" });
    expect(p.read("src/loss.grad.ts")).toContain("export function lossGrad(p: Params, xs: readonly number[])");
    expect(p.files()).toEqual(["package.json", "src/loss.grad.ts", "src/loss.ts", "tsconfig.json"]);
    utimesSync(join(p.folder, "src/loss.grad.ts"), 1, 1);
    expect(await p.run(["build", "src/loss.ts"])).toMatchObject({ code: 0, output: "" });
    expect(statSync(join(p.folder, "src/loss.grad.ts")).mtimeMs).toBe(1000);
  });

  it("mirrors the tree with --out-dir: calls rewritten, siblings added, the rest copied", async () => {
    const p = project({ "src/main.ts": CALLS, "src/square.ts": SQUARE, "src/loss.ts": LOSS, "src/data.json": "[1]\n" });
    const { code } = await p.run(["build", "--out-dir", "out"]);
    expect(code).toBe(0);
    const before = p.read("out/src/main.ts");
    expect(p.read("out/src/main.ts")).toContain("export const slope = squareGrad;");
    expect(p.read("out/src/square.ts")).toBe(SQUARE);
    expect(p.read("out/src/data.json")).toBe("[1]\n");
    expect(p.has("out/src/loss.grad.ts")).toBe(true);
    expect(p.has("src/loss.grad.ts")).toBe(false);
    p.write("src/square.ts", SQUARE.replace("x * x", "x * x * x"));
    expect((await p.run(["build", "--out-dir", "out"])).code).toBe(0);
    expect(p.read("out/src/main.ts")).not.toBe(before);
    expect(p.read("out/src/square.ts")).toContain("x * x * x");
  });

  it("deletes orphans with --prune, and only then", async () => {
    const p = project({ "src/loss.ts": LOSS, "src/other.ts": LOSS });
    await p.run(["build"]);
    rmSync(join(p.folder, "src/other.ts"));
    expect((await p.run(["build"])).code).toBe(0);
    expect(p.has("src/other.grad.ts")).toBe(true);
    expect(await p.run(["build", "--prune"])).toMatchObject({ code: 0, output: "deleted src/other.grad.ts\n" });
    expect(p.files().filter((x) => x.includes("grad"))).toEqual(["src/loss.grad.ts"]);
  });

  it("writes nothing when anything is wrong", async () => {
    const p = project({ "src/loss.ts": LOSS, "src/bad.ts": "/** @grad by=x */\nexport function f(x: number): number { return x; }\n" });
    const before = p.files();
    const { code, error } = await p.run(["build"]);
    expect(code).toBe(1);
    expect(error).toContain("src/bad.ts(1,5): error CT3020: ");
    expect(p.files()).toEqual(before);
  });

  it("says what it looked for when there is nothing to do", async () => {
    const p = project({ "src/square.ts": SQUARE });
    const { code, error } = await p.run(["build"]);
    expect(code).toBe(2);
    expect(error).toMatch(/nothing to do: looked for .*@grad.*markers/);
  });

  it("reports marker calls that it cannot compile without --out-dir", async () => {
    const p = project({ "src/main.ts": CALLS, "src/square.ts": SQUARE });
    const { code, error } = await p.run(["build"]);
    expect(code).toBe(2);
    expect(error).toContain("src/main.ts(3,22)");
    expect(error).toContain("--out-dir");
  });

  it("works across the projects of a solution", async () => {
    const inner = JSON.stringify({ compilerOptions: { composite: true, strict: true, module: "nodenext", moduleResolution: "nodenext", target: "es2022" }, include: ["src"] });
    const p = project({
      "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "core" }, { path: "app" }] }),
      "core/tsconfig.json": inner, "app/tsconfig.json": inner, "core/src/a.ts": LOSS, "app/src/b.ts": LOSS,
    });
    expect(await p.run(["build", "--project", "tsconfig.json"])).toMatchObject({ code: 0 });
    expect(p.files().filter((x) => x.includes("grad"))).toEqual(["app/src/b.grad.ts", "core/src/a.grad.ts"]);
  });
});

describe("check", () => {
  it("lists what is missing, stale and orphaned, and the command that fixes it", async () => {
    const p = project({ "src/loss.ts": LOSS });
    expect(await p.run(["check"])).toMatchObject({ code: 1, output: "missing src/loss.grad.ts\n" });
    await p.run(["build"]);
    expect(await p.run(["check"])).toMatchObject({ code: 0, output: "" });
    p.write("src/loss.ts", LOSS.replace("** 2", "** 3"));
    const stale = await p.run(["check", "src/loss.ts"]);
    expect(stale).toMatchObject({ code: 1, output: "stale src/loss.grad.ts\n" });
    expect(stale.error).toContain("cotangent build src/loss.ts");
    rmSync(join(p.folder, "src/loss.ts"));
    const orphaned = await p.run(["check"]);
    expect(orphaned).toMatchObject({ code: 1, output: "orphaned src/loss.grad.ts\n" });
    expect(orphaned.error).toContain("--prune");
  });
});

describe("print", () => {
  it("prints to standard output, for any operator and parameters", async () => {
    const p = project({ "src/loss.ts": LOSS });
    const printed = await p.run(["print", "src/loss.ts#loss", "--op", "valueAndGrad", "--wrt", "xs,p"]);
    expect(printed).toMatchObject({ code: 0, error: "" });
    expect(printed.output).toContain("function lossValueAndGrad(");
    expect(p.files()).toEqual(["package.json", "src/loss.ts", "tsconfig.json"]);
  });

  it("reads from standard input", async () => {
    const p = project({});
    const printed = await p.run(["print", "#f", "--stdin", "--stdin-filename", "src/x.ts"], { input: "export const f = (x: number): number => x ** 3;\n" });
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.output).toContain("3 * x");
    expect(p.has("src/x.ts")).toBe(false);
  });

  it("prints stages", async () => {
    const p = project({ "src/loss.ts": LOSS });
    const printed = await p.run(["print", "src/loss.ts#loss", "--stage", "ir"]);
    expect(printed.code).toBe(0);
    expect(printed.output.length).toBeGreaterThan(200);
  });
});

describe("verify", () => {
  const SAMPLES = 'export const f = (x: number, y: number): number => Math.sin(x) * y;\nexport const samples = [[1, 2], [0.3, -4]];\nexport const wrong = [["a"]];\n';

  it("compares at a given point, with both modes", async () => {
    const p = project({ "src/loss.ts": LOSS });
    const { code, output } = await p.run(["verify", "src/loss.ts#loss", "--at", AT]);
    expect(output).toMatch(/^ok src\/loss\.ts#loss: 1 point, 5 derivatives, .*both modes agree\n$/);
    expect(code).toBe(0);
    expect(p.files()).toEqual(["package.json", "src/loss.ts", "tsconfig.json"]);
  });

  it("compares at the samples of a module, of a tag, and at random numbers", async () => {
    const p = project({
      "src/f.ts": SAMPLES,
      "src/tag.ts": "/**\n * @sample [1, 2], 3\n * @sample [4], 5\n */\nexport const f = (x: readonly number[], k: number): number => x.reduce((s, v) => s + v ** k, 0);\n",
      "src/random.ts": "interface P { readonly a: number; readonly b: readonly [number, number] }\nfunction f(p: P, t: number): number { return p.a * Math.exp(p.b[0] * t) + p.b[1]; }\nexport { f as g };\n",
    });
    expect(await p.run(["verify", "src/f.ts#f"])).toMatchObject({ code: 0 });
    expect((await p.run(["verify", "src/tag.ts#f"])).output).toMatch(/^ok .*: 2 points, 5 derivatives/);
    expect((await p.run(["verify", "src/random.ts#f"])).output).toMatch(/^ok .*: 3 points, 12 derivatives/);
  });

  it("names the first leaf that disagrees", async () => {
    // the derivative ends at toFixed, with a warning; differences see through it
    const p = project({ "src/f.ts": "export const f = (p: { a: number[] }): number => p.a[0]! + p.a[1]! * Number(p.a[1]!.toFixed(6));\n" });
    const { code, output } = await p.run(["verify", "src/f.ts#f", "--at", '[{"a":[1,3]}]']);
    expect(output).toMatch(/^failed src\/f\.ts#f: at point 1, p\.a\[1\]: the derivative is 3, differences give (?:5\.9|6)[^\n]*\n {2}[^\n]*staircase/);
    expect(code).toBe(1);
  });

  it("fails on NaN", async () => {
    const p = project({ "src/f.ts": "export const f = (x: number): number => Math.sqrt(x);\n" });
    expect(await p.run(["verify", "src/f.ts#f", "--at", "[-1]"])).toMatchObject({ code: 1, output: expect.stringMatching(/^failed src\/f\.ts#f: at point 1, result: the function is NaN/) as unknown });
  });

  it("says where a derivative is a convention, and passes", async () => {
    const p = project({ "src/f.ts": "export const f = (x: number, y: number): number => Math.abs(x) * y;\n" });
    const { code, output } = await p.run(["verify", "src/f.ts#f", "--at", "[0, 3]"]);
    expect(output).toMatch(/^ok src\/f\.ts#f: 1 point, 2 derivatives, .*both modes agree\n {2}at point 1, x: a kink: the slope is -3 on one side and 3 on the other\n$/);
    expect(code).toBe(0);
  });

  it("tells what the function throws", async () => {
    const p = project({ "src/f.ts": "export function f(x: number): number {\n  if (x < 0) throw new RangeError(`no root of ${x}`);\n  return Math.sqrt(x);\n}\nexport const samples = [[4], [-1]];\n" });
    expect(await p.run(["verify", "src/f.ts#f"])).toMatchObject({ code: 1, output: "failed src/f.ts#f: at point 2: the function or its derivative threw: no root of -1\n" });
  });

  const VALLEY = "export const valley = (x: number[], scale: number): number => scale * (x[0]! ** 2 * x[1]! + x[1]! ** 3);\nexport const samples = [[[1, 2], 3], [[0.5, -1], 1]];\n";

  it.each([
    ["grad", ["--wrt", "x,scale"], "6 derivatives"],
    ["valueAndGrad", ["--wrt", "all"], "6 derivatives"],
    ["jvp", [], "6 derivatives"],
    ["vjp", [], "6 derivatives"],
    ["jacobian", ["--wrt", "1"], "2 derivatives"],
    ["hessian", [], "8 derivatives"],
    ["hessian", ["--sparse"], "8 derivatives"],
    ["hvp", ["--wrt", "x"], "8 derivatives"],
  ])("checks %s %j", async (operator, options, count) => {
    const p = project({ "src/f.ts": VALLEY });
    const { code, output, error } = await p.run(["verify", "src/f.ts#valley", "--op", operator, ...options]);
    expect(error).toBe("");
    expect(output).toMatch(new RegExp(`^ok src/f\\.ts#valley ${operator}: 2 points, ${count}, largest difference \\d`));
    expect(code).toBe(0);
  });

  it("checks what the tags of a file ask for", async () => {
    const p = project({
      "src/f.ts": `/**\n * @grad wrt=scale\n * @hessian sparse\n */\nexport function bowl(x: number[], scale: number): number {\n  let sum = 0;\n  for (const v of x) sum += scale * v ** 4;\n  return sum;\n}
/**\n * @jvp\n * @sample 2\n */\nexport const square = (x: number): number => x * x;\n/** @sample */\nexport const unmarked = (): number => 1;\n`,
      "src/plain.ts": "export const f = (x: number): number => x;\n",
    });
    p.write("src/f.ts", p.read("src/f.ts").replace(" * @hessian sparse", " * @hessian sparse\n * @sample [1, 2], 3"));
    const { code, output } = await p.run(["verify", "src/f.ts"]);
    expect(output.replaceAll(/largest difference .*/g, "…")).toBe("ok src/f.ts#bowl grad: 1 point, 1 derivative, …\nok src/f.ts#bowl hessian: 1 point, 4 derivatives, …\nok src/f.ts#square jvp: 1 point, 1 derivative, …\n");
    expect(code).toBe(0);
    expect(await p.run(["verify", "src/plain.ts"])).toMatchObject({ code: 2, error: expect.stringContaining("FILE#FUNCTION") as unknown });
  });

  it("takes samples from functions that make them", async () => {
    const p = project({ "src/f.ts": "export const f = (x: readonly number[], k: number): number => x.reduce((s, v) => s + k * v * v, 0);\nexport const samples = [() => [[1, 2], 3]];\n" });
    expect(await p.run(["verify", "src/f.ts#f", "--op", "grad"])).toMatchObject({ code: 0, output: expect.stringMatching(/^ok .* 1 point, 2 derivatives/) as unknown });
  });

  it("--json has a result for each derivative, with its failure", async () => {
    const p = project({ "src/f.ts": "export const f = (x: number): number => x * Number(x.toFixed(6));\n" });
    const { code, output } = await p.run(["verify", "src/f.ts#f", "--op", "grad", "--at", "[3]", "--json"]);
    expect(JSON.parse(output)).toMatchObject({ ok: false, results: [{ target: "src/f.ts#f", operator: "grad", ok: false, points: 1, failure: { point: 1, what: "differences", path: "x", derivative: 3 } }] });
    expect(code).toBe(1);
  });

  it("a wider tolerance is asked for", async () => {
    const p = project({ "src/f.ts": "export const f = (x: number): number => Math.sin(x);\n" });
    expect(await p.run(["verify", "src/f.ts#f", "--tolerance", "1e-3"])).toMatchObject({ code: 0 });
    expect(await p.run(["verify", "src/f.ts#f", "--tolerance", "small"])).toMatchObject({ code: 2 });
  });
});

describe("the process", () => {
  it("separates results from what is for people, and ends with the exit code", async () => {
    const p = project({ "src/loss.ts": LOSS });
    expect(await p.spawn(["check"])).toMatchObject({ code: 1, output: "missing src/loss.grad.ts\n", error: expect.stringContaining("cotangent build") as unknown });
    expect(await p.spawn(["build"])).toMatchObject({ code: 0, output: "wrote src/loss.grad.ts\n" });
    expect(await p.spawn(["verify", "src/loss.ts#loss", "--at", AT])).toMatchObject({ code: 0, output: expect.stringMatching(/^ok /) as unknown });
    expect(await p.spawn(["bild"])).toMatchObject({ code: 2, output: "" });
    expect(await p.spawn(["print", "f", "--stdin", "--stdin-filename", "src/x.ts"], { input: "export const f = (x: number): number => x ** 3;\n" })).toMatchObject({ code: 0, output: expect.stringContaining("3 * x") as unknown });
    expect((await p.spawn(["--version"])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("explain", () => {
  it("prints a page", async () => {
    const p = project({});
    const { code, output } = await p.run(["explain", "ct3001"]);
    expect(code).toBe(0);
    expect(output).toContain("CT3001");
    expect(await p.run(["explain", "CT0000"])).toMatchObject({ code: 2, output: "" });
  });
});

describe("formats", () => {
  const BAD = { "src/bad.ts": "/** @grad by=x */\nexport function f(x: number): number { return x; }\n" };

  it("--json is one object on standard output", async () => {
    const p = project(BAD);
    const { code, output, error } = await p.run(["build", "--json"]);
    expect({ code, error }).toEqual({ code: 1, error: "" });
    const { diagnostics, version } = JSON.parse(output) as { readonly version: string; readonly diagnostics: readonly object[] };
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(diagnostics).toMatchObject([{ code: "CT3020", severity: "error", file: "src/bad.ts", line: 1, column: 5 }]);
  });

  it("pretty, GitHub's and SARIF", async () => {
    const p = project(BAD);
    const pretty = await p.run(["build", "--format", "pretty"]);
    expect(pretty.error).toMatch(/src\/bad\.ts:1:5 - error CT3020: [^]*~~~~[^]*help: [^]*Found 1 error/);
    expect((await p.run(["build"], { env: { GITHUB_ACTIONS: "true" } })).output).toMatch(/^::error file=src\/bad\.ts,line=1,col=5,/);
    const sarif = JSON.parse((await p.run(["build", "--format", "sarif"])).output) as { readonly version: string; readonly runs: readonly { readonly results: readonly object[] }[] };
    expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ results: [{ ruleId: "CT3020" }] }] });
  });

  it("colors when asked, and not under NO_COLOR", async () => {
    const p = project(BAD);
    expect((await p.run(["build", "--format", "pretty", "--color"])).error).toContain("\u001B[");
    expect((await p.run(["build", "--format", "pretty"], { env: { NO_COLOR: "1", FORCE_COLOR: "1" } })).error).not.toContain("\u001B[");
    expect((await p.run(["build", "--format", "pretty", "--no-color"], { env: { FORCE_COLOR: "1" } })).error).not.toContain("\u001B[");
  });
});

describe("bad input", () => {
  const isRoot = process.getuid?.() === 0;
  const ESCAPE = { "src/loss.ts": LOSS };

  it.each([
    ["an unknown command", ["bild"], 2, /unknown command/],
    ["an unknown option", ["build", "--fast"], 2, /unknown option/],
    ["an unknown format", ["build", "--format", "xml"], 2, /format/],
    ["a missing file to build", ["build", "src/none.ts"], 2, /src\/none\.ts/],
    ["a missing file to print", ["print", "src/none.ts#f"], 2, /CT8001.*src\/none\.ts/],
    ["a missing file to verify", ["verify", "src/none.ts#f"], 2, /src\/none\.ts/],
    ["an unknown function to print", ["print", "src/loss.ts#los"], 2, /CT8006.*`los`[^]*loss/],
    ["an unknown function to verify", ["verify", "src/loss.ts#los"], 2, /CT8006.*`los`/],
    ["an unknown parameter", ["print", "src/loss.ts#loss", "--wrt", "q"], 1, /`q`/],
    ["an unknown operator", ["print", "src/loss.ts#loss", "--op", "slope"], 2, /grad/],
    ["no function to verify", ["verify", "src/loss.ts", "--at", "[1]"], 2, /FILE#FUNCTION/],
    ["no operator to verify", ["verify", "src/loss.ts#loss", "--wrt", "p"], 2, /--op/],
    ["an unknown parameter to verify", ["verify", "src/loss.ts#loss", "--op", "grad", "--wrt", "q"], 2, /`q`.*p, xs/],
    ["arguments that are no JSON", ["verify", "src/loss.ts#loss", "--at", "{"], 2, /JSON/],
    ["arguments that do not fit", ["verify", "src/loss.ts#loss", "--at", "[1]"], 2, /\(p, xs\)/],
    ["shapes that nothing tells", ["verify", "src/loss.ts#loss"], 2, /--at/],
    ["a missing project", ["build", "--project", "none.json"], 2, /none\.json/],
    ["a glob without matches", ["build", "lib/**/*.ts"], 2, /lib/],
  ])("%s", async (_, args, code, message) => {
    const p = project(ESCAPE);
    const before = p.files();
    const outcome = await p.run(args);
    expect(outcome.error).toMatch(message);
    expect(outcome).toMatchObject({ code, output: "" });
    expect(outcome.error).not.toMatch(/\n\s+at /);
    expect(p.files()).toEqual(before);
  });

  it.each([
    ["a syntax error", "/** @grad */\nexport function f(x: number): number { return x * ; }\n", /src\/f\.ts\(2,\d+\): error CT8004: .*TS1109/],
    ["a type error", '/** @grad */\nexport function f(x: number): number { const y: number = "a"; return x * y; }\n', /src\/f\.ts\(2,\d+\): error CT8003: .*TS2322/],
  ])("%s", async (_, text, message) => {
    const p = project({ "src/f.ts": text, "src/loss.ts": LOSS });
    for (const args of [["build"], ["check"], ["print", "src/f.ts#f"], ["verify", "src/f.ts#f", "--at", "[1]"]]) {
      const outcome = await p.run(args);
      expect(outcome.error).toMatch(message);
      expect(outcome.code).toBe(1);
    }
    expect(p.has("src/loss.grad.ts")).toBe(false);
  });

  it("a file that is not ours is not overwritten", async () => {
    const p = project({ ...ESCAPE, "src/loss.grad.ts": "export const mine = 1;\n" });
    const { code, error } = await p.run(["build"]);
    expect(code).toBe(2);
    expect(error).toContain("src/loss.grad.ts");
    expect(p.read("src/loss.grad.ts")).toBe("export const mine = 1;\n");
  });

  it("output does not leave the project through a link", async () => {
    const outside = project({ "lib/loss.ts": LOSS });
    const p = project({});
    symlinkSync(join(outside.folder, "lib"), join(p.folder, "src"));
    const { code, error } = await p.run(["build", "src/loss.ts"]);
    expect(code).toBe(2);
    expect(error).toMatch(/outside/);
    expect(outside.has("lib/loss.grad.ts")).toBe(false);
  });

  it("--out-dir is neither the sources, nor a folder of other things, nor a file", async () => {
    const p = project({ ...ESCAPE, "src/main.ts": CALLS, "src/square.ts": SQUARE, "taken/src/main.ts": "mine\n", file: "" });
    for (const out of [".", "..", "taken", "file"]) {
      const { code, error } = await p.run(["build", "--out-dir", out]);
      expect({ out, code, silent: error === "" }).toEqual({ out, code: 2, silent: false });
    }
    expect(p.read("taken/src/main.ts")).toBe("mine\n");
  });

  it("a place that cannot be written to", async () => {
    const p = project({ ...ESCAPE, "src/other.ts": LOSS });
    mkdirSync(join(p.folder, "src/other.grad.ts"));
    const outcome = await p.run(["build"]);
    expect(outcome.code).toBe(2);
    expect(outcome.error).toContain("other.grad.ts");
    expect(p.files()).toEqual(["package.json", "src/loss.ts", "src/other.ts", "tsconfig.json"]);
  });

  it.runIf(!isRoot)("a folder that may not be written to", async () => {
    const p = project(ESCAPE);
    const { chmodSync } = await import("node:fs");
    chmodSync(join(p.folder, "src"), 0o555);
    const outcome = await p.run(["build"]);
    chmodSync(join(p.folder, "src"), 0o755);
    expect(outcome).toMatchObject({ code: 2 });
    expect(outcome.error).toMatch(/cannot write/);
  });
});
