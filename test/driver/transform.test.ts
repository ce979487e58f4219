// What `transform` promises beside numbers: fresh names, the user's text untouched, idempotence, maps, dependencies, paths.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { createCompiler } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { callable, codesOf, compilerOf, run, succeeded, transformed } from "./compile.ts";

const MAIN = 'import { grad } from "cotangent";\nfunction loss(x: number): number {\n  return x * x;\n}\nexport const slope = grad(loss);\n';

describe("names", () => {
  it("are made of the function's", () => {
    expect(transformed({ "/a.ts": MAIN }, "/a.ts")).toContain("export const slope = lossGrad;");
  });

  it("are fresh in every scope of the module", () => {
    const text = MAIN.replace("slope", "lossGrad").concat("export function other(): number { const lossGrad_1 = 1; return lossGrad_1; }\n");
    const code = transformed({ "/a.ts": text }, "/a.ts");
    expect(code).toContain("export const lossGrad = lossGrad_2;");
    expect(callable(run({ "/a.ts": text }, "/a.ts")["lossGrad"])(4)).toBe(8);
  });

  it("are shared by calls that ask for the same, and only by those", () => {
    const text = 'import { grad } from "cotangent";\nconst f = (x: number, y: number): number => x * y;\nexport const all = [grad(f), grad(f, { wrt: 0 }), grad(f, { wrt: 1 })];\n';
    expect(transformed({ "/a.ts": text }, "/a.ts")).toContain("[fGrad, fGrad, fGrad_1]");
  });

  it("of the runtime give way to the user's own", () => {
    const text = 'import { grad } from "cotangent";\nexport class Tape {}\nfunction f(x: number): number { let s = x; while (s < 100) s = s * s; return s; }\nexport const g = grad(f);\n';
    expect(transformed({ "/a.ts": text }, "/a.ts")).toContain('import { Tape as Tape_1 } from "cotangent";');
    // x = 3: s = 3, 9, 81, 6561 = x^8
    expect(callable(run({ "/a.ts": text }, "/a.ts")["g"])(3)).toBe(8 * 3 ** 7);
  });
});

describe("the module", () => {
  it("keeps its text but for the calls and imports", () => {
    const text = `"use strict";\n// a comment\n${MAIN}\nexport default slope;\nexport { loss as renamed };\n`;
    const code = transformed({ "/a.ts": text }, "/a.ts");
    const expected = text.replace('import { grad } from "cotangent";\n', "").replace("grad(loss)", "lossGrad");
    expect(code.startsWith(expected)).toBe(true);
  });

  it("may use a derivative before the line that makes it", () => {
    const text = 'import { grad } from "cotangent";\nexport const g = (x: number): number => slope(x);\nconst slope = grad((x: number) => x * x);\n';
    expect(callable(run({ "/a.ts": text }, "/a.ts")["g"])(3)).toBe(6);
  });

  it("keeps its line ends, its shebang and its directives", () => {
    const text = `#!/usr/bin/env node\r\n"use strict";\r\n${MAIN.replaceAll("\n", "\r\n")}`;
    const code = transformed({ "/a.ts": text }, "/a.ts");
    expect(code.startsWith('#!/usr/bin/env node\r\n"use strict";\r\nfunction loss')).toBe(true);
    expect(code).not.toMatch(/[^\r]\n/);
  });

  it("is unchanged without work, byte for byte", () => {
    const text = "export const a = 1;\r\n";
    expect(compilerOf({ "/a.ts": text }).transform("/a.ts")).toMatchObject({ ok: true, changed: false, code: text });
  });

  it("transformed twice is transformed once", () => {
    const compiler = compilerOf({ "/a.ts": MAIN });
    const { code } = succeeded(compiler.transform("/a.ts"));
    compiler.update("/a.ts", code);
    expect(compiler.transform("/a.ts")).toMatchObject({ ok: true, changed: false, code });
  });

  it("may be JavaScript", () => {
    const text = 'import { grad } from "cotangent";\n/** @param {number[]} x @returns {number} */\nfunction f(x) { let s = 0; for (const v of x) s += v * v; return s; }\nexport const g = grad(f);\nexport const h = (/** @type {number} */ k) => grad((/** @type {number} */ x) => k * x * x)(3);\n';
    const exports = run({ "/a.js": text }, "/a.js");
    expect(callable(exports["g"])([1, 2])).toEqual([2, 4]);
    expect(callable(exports["h"])(5)).toBe(30);
    expect(transformed({ "/a.js": text }, "/a.js")).not.toMatch(/: number/);
  });
});

describe("source maps", () => {
  it("point from generated statements to the statements that they serve", () => {
    const text = 'import { grad } from "cotangent";\nfunction f(x: number[]): number {\n  let s = 0;\n  for (let i = 0; i < x.length; i++) {\n    s += Math.exp(x[i]!);\n  }\n  return s;\n}\nexport const g = grad(f);\n';
    const { code, map } = succeeded(compilerOf({ "/a.ts": text }).transform("/a.ts"));
    if (map === null) throw new Error("no map");
    expect(map).toMatchObject({ version: 3, sources: ["/a.ts"], sourcesContent: [text] });
    const trace = new TraceMap({ ...map, sources: [...map.sources], sourcesContent: [...map.sourcesContent], names: [...map.names] });
    const lines = code.split("\n");
    const exported = lines.findIndex((x) => x.startsWith("export const g"));
    expect(originalPositionFor(trace, { line: exported + 1, column: 0 })).toMatchObject({ source: "/a.ts", line: 9, column: 0 });
    const adjoint = lines.findIndex((x) => x.includes("Math.exp") && x.includes("Bar"));
    expect(originalPositionFor(trace, { line: adjoint + 1, column: (lines[adjoint] ?? "").search(/\S/) })).toMatchObject({ source: "/a.ts", line: 5 });
  });
});

describe("dependencies", () => {
  const files = {
    "/main.ts": 'import { grad } from "cotangent";\nimport { loss } from "./barrel.ts";\nimport { page } from "./ui.ts";\nexport const g = grad(loss);\nexport { page };\n',
    "/barrel.ts": 'export * from "./loss.ts";\n',
    "/loss.ts": 'import type { Params } from "./types.ts";\nimport { square } from "./helper.ts";\nexport function loss(p: Params): number { return square(p.a); }\n',
    "/helper.ts": "export const square = (x: number): number => x * x;\n",
    "/types.ts": 'import type { Real } from "./real.ts";\nexport interface Params { readonly a: Real }\n',
    "/real.ts": "export type Real = number;\n",
    "/ui.ts": "export const page = 1;\n",
  };

  it("are all files that the result depends on, types and barrels included, and no others", () => {
    const { dependencies } = succeeded(compilerOf(files).transform("/main.ts"));
    expect([...dependencies].sort()).toEqual(["/barrel.ts", "/helper.ts", "/loss.ts", "/main.ts", "/real.ts", "/types.ts"]);
  });

  it("are followed when they change", () => {
    const compiler = compilerOf(files);
    const before = succeeded(compiler.transform("/main.ts")).code;
    compiler.update("/helper.ts", "export const square = (x: number): number => 7 * x * x;\n");
    const after = succeeded(compiler.transform("/main.ts")).code;
    expect(after).not.toBe(before);
    expect(after).toContain("14");
    compiler.update("/helper.ts", null);
    expect(codesOf(compiler.transform("/main.ts"))).toContain("CT8003");
    compiler.update("/helper.ts", files["/helper.ts"]);
    expect(succeeded(compiler.transform("/main.ts")).code).toBe(before);
  });
});

describe("paths", () => {
  it("come back in the form that was given", () => {
    const compiler = createCompiler({ files: { "src/a.ts": MAIN.replace("x * x", "x *"), "/src/b.ts": MAIN } });
    const refused = compiler.transform("src/a.ts");
    expect(refused.diagnostics.map((x) => x.file)).toEqual(["src/a.ts"]);
    expect(succeeded(compiler.transform("/src/b.ts")).dependencies).toEqual(["/src/b.ts"]);
    expect(compiler.files().map((x) => x.path)).toEqual(["src/a.ts", "/src/b.ts"]);
  });

  it("are relative to the working directory", () => {
    const compiler = createCompiler({ cwd: "/app", files: { "a.ts": MAIN } });
    expect(succeeded(compiler.transform("a.ts")).dependencies).toEqual(["a.ts"]);
    expect(succeeded(compiler.transform("/app/a.ts")).changed).toBe(true);
  });
});

describe("two compilers", () => {
  it("do not know of each other", () => {
    const [a, b] = [compilerOf({ "/a.ts": MAIN }), compilerOf({ "/a.ts": MAIN.replace("x * x", "x * x * x") })];
    const alone = transformed({ "/a.ts": MAIN }, "/a.ts");
    expect(succeeded(a.transform("/a.ts")).code).toBe(alone);
    expect(succeeded(b.transform("/a.ts")).code).not.toBe(alone);
    a.dispose();
    expect(succeeded(b.transform("/a.ts")).changed).toBe(true);
    expect(succeeded(a.transform("/a.ts")).code).toBe(alone);
  });
});
