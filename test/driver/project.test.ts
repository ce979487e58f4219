// Opening projects: options, targets from the future, solutions, overlays, updates, the index, `check`; with a disk in memory.
import { createCompiler, type FileSystem } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { carriedDeclarations, carriedRules } from "../../tools/carry-declarations.mjs";
import { CARRIED_DECLARATIONS } from "../../packages/compiler/src/frontend/declarations.ts";
import { VERSION } from "../../packages/compiler/src/driver/version.ts";
import { codesOf, compilerOf, succeeded, type Files } from "./compile.ts";
import { readFileSync } from "node:fs";

const MAIN = 'import { grad } from "cotangent";\nexport const g = grad((x: Float64Array) => { let s = 0; for (const v of x) s += Math.abs(v); return s; });\n';

function disk(files: Files, cwd = "/"): FileSystem {
  const paths = Object.keys(files);
  const below = (folder: string): readonly string[] => paths.filter((x) => x.startsWith(folder === "/" ? "/" : `${folder}/`));
  return {
    caseSensitive: true,
    readFile: (path) => files[path],
    fileExists: (path) => path in files,
    directoryExists: (path) => below(path).length > 0,
    readDirectory: (path) => {
      const names = below(path).map((x) => x.slice(path === "/" ? 1 : path.length + 1));
      return { files: names.filter((x) => !x.includes("/")), directories: [...new Set(names.filter((x) => x.includes("/")).map((x) => x.split("/")[0] ?? ""))] };
    },
    realpath: (path) => path,
    currentDirectory: () => cwd,
  };
}

describe("compiler options", () => {
  it.each(["es2026", "es2030", "esnext", "es2022"])("target and lib %s have the libraries", (target) => {
    expect(codesOf(compilerOf({ "/a.ts": MAIN }, { target, lib: [target, "dom"] }).transform("/a.ts"))).toEqual([]);
    const host = disk({ "/tsconfig.json": JSON.stringify({ extends: "./base.json" }), "/base.json": JSON.stringify({ compilerOptions: { target, lib: [target, `${target}.array`], strict: true } }), "/a.ts": MAIN });
    expect(codesOf(createCompiler({ project: "/tsconfig.json", host }).transform("/a.ts"))).toEqual([]);
  });

  it("may be TypeScript's numbers", () => {
    expect(codesOf(compilerOf({ "/a.ts": MAIN }, { target: 9, lib: ["lib.es2022.d.ts"] }).transform("/a.ts"))).toEqual([]);
  });

  it("without libraries stop with an error of ours", () => {
    expect(codesOf(compilerOf({ "/a.ts": MAIN }, { noLib: true }).transform("/a.ts"))).toContain("CT8002");
  });

  it("that cannot be read are said to be so", () => {
    expect(codesOf(compilerOf({ "/a.ts": MAIN }, { moduleDetection: "sometimes" }).transform("/a.ts"))).toEqual(["CT8005"]);
  });
});

describe("bad input", () => {
  it.each([
    ["a missing file", "/none.ts", {}, "CT8001"],
    ["no source file", "/a.json", { "/a.json": "{}" }, "CT8001"],
    ["a syntax error", "/a.ts", { "/a.ts": `${MAIN}export const = 1;\n` }, "CT8004"],
    ["a type error in the slice", "/a.ts", { "/a.ts": 'import { grad } from "cotangent";\nfunction f(x: number): number { const y: number = "a"; return x * y; }\nexport const g = grad(f);\n' }, "CT8003"],
  ])("%s", (_, path, files, code) => {
    expect(codesOf(compilerOf(files).transform(path))).toContain(code);
  });

  it("a type error outside of the slice does not block", () => {
    expect(compilerOf({ "/a.ts": `${MAIN}const wrong: string = 1;\nexport function other(): number { return "a"; }\n` }).transform("/a.ts").ok).toBe(true);
  });

  it("a type error quotes TypeScript, at its place", () => {
    const text = 'import { grad } from "cotangent";\nfunction f(x: number): number {\n  const y: number = "a";\n  return x * y;\n}\nexport const g = grad(f);\n';
    const [found] = compilerOf({ "/a.ts": text }).transform("/a.ts").diagnostics;
    expect(found).toMatchObject({ code: "CT8003", line: 3, column: 9 });
    expect(found?.message).toContain("TS2322");
    expect(found?.message).toContain("Type 'string' is not assignable to type 'number'.");
  });

  it("a missing project", () => {
    expect(codesOf(createCompiler({ project: "/none.json", host: disk({ "/a.ts": MAIN }) }).transform("/a.ts"))).toEqual(["CT8005"]);
  });

  it("a tsconfig with errors", () => {
    const host = disk({ "/tsconfig.json": '{ "compilerOptions": { "moduleDetection": "sometimes" } }', "/a.ts": MAIN });
    expect(codesOf(createCompiler({ host }).transform("/a.ts"))).toContain("CT8005");
  });
});

describe("projects", () => {
  const solution = disk({
    "/tsconfig.json": JSON.stringify({ files: [], references: [{ path: "./packages/core" }, { path: "./packages/app" }] }),
    "/packages/core/tsconfig.json": JSON.stringify({ compilerOptions: { composite: true, outDir: "dist", rootDir: "src", strict: true, module: "esnext", moduleResolution: "bundler", target: "es2022", noUncheckedIndexedAccess: true }, include: ["src"] }),
    "/packages/core/package.json": JSON.stringify({ name: "core", type: "module", exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } }),
    "/packages/core/src/index.ts": "export function loss(x: number[]): number { return x[0]! * x[1]!; }\n",
    "/packages/core/dist/index.d.ts": "export declare function loss(stale: string): string;\n",
    "/packages/app/tsconfig.json": JSON.stringify({ compilerOptions: { composite: true, strict: true, module: "esnext", moduleResolution: "bundler", target: "es2022", paths: { core: ["../core/dist/index.d.ts"] } }, include: ["src"], references: [{ path: "../core" }] }),
    "/packages/app/src/main.ts": 'import { grad } from "cotangent";\nimport { loss } from "core";\nexport const g = grad(loss);\n',
    "/elsewhere/tsconfig.json": JSON.stringify({ include: ["."] }),
    "/elsewhere/other.ts": MAIN,
  });

  it("of a solution own their files, and references resolve to source", () => {
    const compiler = createCompiler({ project: "/tsconfig.json", host: solution });
    expect(compiler.files().map((x) => x.path)).toEqual(["/packages/app/src/main.ts"]);
    const result = succeeded(compiler.transform("/packages/app/src/main.ts"));
    expect(result.dependencies).toContain("/packages/core/src/index.ts");
    expect(result.code).toContain("lossGrad(x: number[]): number[]");
  });

  it("are found upwards from each file where none is given", () => {
    const compiler = createCompiler({ host: solution });
    // noUncheckedIndexedAccess of core's own tsconfig asks for the `!`
    expect(compiler.print("/packages/core/src/index.ts", "loss").text).toContain("[1]!");
    expect(compiler.transform("/elsewhere/other.ts").ok).toBe(true);
  });

  it("may be a folder", () => {
    expect(createCompiler({ project: "/elsewhere", host: solution }).files().map((x) => x.path)).toEqual(["/elsewhere/other.ts"]);
  });

  it("are overlaid by files", () => {
    const compiler = createCompiler({ project: "/elsewhere/tsconfig.json", host: solution, files: { "/elsewhere/other.ts": "export {};\n", "/elsewhere/more.ts": MAIN } });
    expect(compiler.files().map((x) => x.path)).toEqual(["/elsewhere/more.ts"]);
  });

  it("follow updates", () => {
    const compiler = createCompiler({ project: "/elsewhere/tsconfig.json", host: solution });
    compiler.update("/elsewhere/more.ts", MAIN);
    expect(compiler.files().map((x) => x.path).sort()).toEqual(["/elsewhere/more.ts", "/elsewhere/other.ts"]);
    compiler.update("/elsewhere/other.ts", null);
    expect(compiler.files().map((x) => x.path)).toEqual(["/elsewhere/more.ts"]);
    expect(codesOf(compiler.transform("/elsewhere/other.ts"))).toEqual(["CT8001"]);
  });
});

describe("updates", () => {
  it("keep the program: a warm transform reads nothing but what changed", () => {
    const host = disk({ "/tsconfig.json": JSON.stringify({ compilerOptions: { strict: true } }), "/a.ts": MAIN, "/b.ts": "export const b = 1;\n" });
    const read: string[] = [];
    const compiler = createCompiler({ project: "/tsconfig.json", host: { ...host, readFile: (path) => (read.push(path), host.readFile(path)) } });
    succeeded(compiler.transform("/a.ts"));
    expect(read).toContain("/b.ts");
    read.length = 0;
    compiler.update("/a.ts", MAIN.replace("Math.abs(v)", "2 * Math.abs(v)"));
    expect(succeeded(compiler.transform("/a.ts")).code).toContain("2 *");
    expect(read.filter((path) => path !== "/a.ts")).toEqual([]);
  });
});

describe("check", () => {
  const source = "/** @grad */\nexport function f(x: number): number {\n  return x * x;\n}\n";
  const sibling = succeeded(compilerOf({ "/f.ts": source }).generate("/f.ts")).code;
  const states = (files: Files): Readonly<Record<string, readonly string[]>> => {
    const { stale, missing, orphaned, current } = compilerOf(files).check();
    return { stale, missing, orphaned, current };
  };
  const only = (state: string): object => ({ stale: [], missing: [], orphaned: [], current: [], [state]: ["/f.grad.ts"] });

  it.each([
    ["current", "as it was generated", { "/f.ts": source, "/f.grad.ts": sibling }],
    ["missing", "not there", { "/f.ts": source }],
    ["stale", "of another function", { "/f.ts": source.replace("x * x", "x * x * x"), "/f.grad.ts": sibling }],
    ["current", "after an unrelated edit", { "/f.ts": `${source}export const other = 1;\n`, "/f.grad.ts": sibling }],
    ["current", "with other line ends", { "/f.ts": source.replaceAll("\n", "\r\n"), "/f.grad.ts": sibling }],
    ["current", "after a formatter", { "/f.ts": source, "/f.grad.ts": sibling.replaceAll(";\n", "\n").replaceAll("  ", "\t") }],
    ["stale", "edited by hand", { "/f.ts": source, "/f.grad.ts": sibling.replace("2 * x", "3 * x") }],
    ["stale", "of another version", { "/f.ts": source, "/f.grad.ts": sibling.replace(/cotangent \d+\.\d+/, "cotangent 9.9") }],
    ["orphaned", "without its source", { "/g.ts": "export {};\n", "/f.grad.ts": sibling }],
    ["orphaned", "without a tag", { "/f.ts": source.replace("@grad", ""), "/f.grad.ts": sibling }],
  ])("%s: %s", (state, _, files) => {
    expect(states(files)).toEqual(only(state));
  });

  it("leaves files alone that are not ours", () => {
    expect(states({ "/g.ts": "export {};\n", "/f.grad.ts": "export const mine = 1;\n" })).toEqual({ stale: [], missing: [], orphaned: [], current: [] });
  });
});

describe("what the compiler carries", () => {
  it("are the declarations of the runtime as it is: run tools/carry-declarations.mjs after a change", () => {
    const written = readFileSync(new URL("../../packages/compiler/src/frontend/declarations.ts", import.meta.url), "utf8");
    expect(written).toBe(carriedDeclarations());
    expect(Object.keys(CARRIED_DECLARATIONS)).toContain("index.d.ts");
  });

  it("and the rules for packages are those of the table", () => {
    expect(readFileSync(new URL("../../packages/compiler/src/frontend/package-rules.ts", import.meta.url), "utf8")).toBe(carriedRules());
  });

  it("is the version of the package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../packages/compiler/package.json", import.meta.url), "utf8")) as { readonly version: string };
    expect(VERSION).toBe(version);
  });
});
