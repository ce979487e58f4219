// Where derivative code lives when it touches the state of another module (SEMANTICS §8): there, under a hidden name.
import { createCompiler } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { callable, codesOf, compilerOf, run, succeeded } from "./compile.ts";

const STATE = `let calls = 0;
const shuffle = (): number[] => [3, 5];
const perm = shuffle();
export function h(x: number): number { calls++; return x * perm[0]!; }
export const counted = (): number => calls;
export const table = (): number[] => perm;
`;
const MAIN = 'import { grad } from "cotangent";\nimport { h } from "./state.ts";\nexport const g = grad(h);\nexport const k = grad((x: number) => h(x) * h(x));\nexport { counted, table } from "./state.ts";\n';

describe("state of another module", () => {
  it("is touched once and is there once", () => {
    const exports = run({ "/main.ts": MAIN, "/state.ts": STATE }, "/main.ts");
    expect(callable(exports["g"])(2)).toBe(3);
    expect(callable(exports["counted"])()).toBe(1);
    // (3x)^2 has slope 18 x
    expect(callable(exports["k"])(2)).toBe(36);
    expect(callable(exports["counted"])()).toBe(3);
    (callable(exports["table"])() as number[])[0] = 10;
    expect(callable(exports["g"])(2)).toBe(10);
  });

  it("is demanded of its module, whichever file is transformed first", () => {
    const [a, b] = [compilerOf({ "/main.ts": MAIN, "/state.ts": STATE }), compilerOf({ "/main.ts": MAIN, "/state.ts": STATE })];
    const first = [a.transform("/main.ts"), a.transform("/state.ts")].map((x) => succeeded(x).code);
    const second = [b.transform("/state.ts"), b.transform("/main.ts")].map((x) => succeeded(x).code).reverse();
    expect(first).toEqual(second);
    expect(first[1]?.startsWith(STATE)).toBe(true);
  });

  it("is in the index of what there is to do", () => {
    const work = compilerOf({ "/main.ts": MAIN, "/state.ts": STATE }).files();
    expect(work.map(({ path, calls, demanded }) => [path, calls.length, demanded.length])).toEqual([["/main.ts", 2, 0], ["/state.ts", 0, 2]]);
  });

  it("is not demanded twice of a transformed module", () => {
    const compiler = compilerOf({ "/main.ts": MAIN, "/state.ts": STATE });
    const { code } = succeeded(compiler.transform("/main.ts"));
    const state = succeeded(compiler.transform("/state.ts")).code;
    compiler.update("/main.ts", code);
    compiler.update("/state.ts", state);
    expect(compiler.transform("/main.ts")).toMatchObject({ ok: true, changed: false });
    expect(compiler.transform("/state.ts")).toMatchObject({ ok: true, changed: false });
  });

  it("that is exported and only read is imported", () => {
    const files = { "/main.ts": 'import { grad } from "cotangent";\nimport { f } from "./scale.ts";\nexport const g = grad(f);\n', "/scale.ts": "export const scale = [2];\nexport const f = (x: number): number => x * x * scale[0]!;\n" };
    expect(callable(run(files, "/main.ts")["g"])(3)).toBe(12);
    expect(succeeded(compilerOf(files).transform("/main.ts")).code).toContain('import { scale } from "./scale.ts";');
    expect(compilerOf(files).transform("/scale.ts")).toMatchObject({ changed: false });
  });

  it("of two modules at once is refused", () => {
    const files = { "/main.ts": 'import { grad } from "cotangent";\nimport { a } from "./a.ts";\nimport { b } from "./b.ts";\nexport const g = grad((x: number) => a(x) * b(x));\n', "/a.ts": "let n = 0;\nexport const a = (x: number): number => { n++; return x; };\n", "/b.ts": "let n = 0;\nexport const b = (x: number): number => { n++; return x; };\n" };
    expect(codesOf(compilerOf(files).transform("/main.ts"))).toContain("CT3027");
  });

  it("stays in the module of the marker where that owns it", () => {
    const text = 'import { grad } from "cotangent";\nlet calls = 0;\nexport const counted = (): number => calls;\nfunction f(x: number): number { calls++; return x * x; }\nexport const g = grad(f);\n';
    const exports = run({ "/a.ts": text }, "/a.ts");
    expect([callable(exports["g"])(3), callable(exports["counted"])()]).toEqual([6, 1]);
  });

  it("is told apart by where the function stands, not by its text alone", () => {
    const files = {
      "/state.ts": "let calls = 0;\nexport const h = (x: number): number => { calls++; return x; };\n",
      "/main.ts": 'import { grad } from "cotangent";\nimport { h } from "./state.ts";\nimport { other } from "./other.ts";\nconst K = 2;\nexport const a = grad((x: number) => h(x) * K);\nexport const b = (k: number): number => { const K = k; return grad((x: number) => h(x) * K)(1); };\nexport { other };\n',
      "/other.ts": 'import { grad } from "cotangent";\nimport { h } from "./state.ts";\nconst K = 5;\nexport const other = grad((x: number) => h(x) * K);\n',
    };
    const exports = run(files, "/main.ts");
    expect(["a", "b", "other"].map((name) => callable(exports[name])(7))).toEqual([2, 7, 5]);
  });

  it("is demanded across the projects of a solution", () => {
    const config = (extra: object): string => JSON.stringify({ compilerOptions: { composite: true, rootDir: "src", outDir: "dist", strict: true, module: "esnext", moduleResolution: "bundler", target: "es2022" }, include: ["src"], ...extra });
    const files: Readonly<Record<string, string>> = {
      "/tsconfig.json": JSON.stringify({ files: [], references: [{ path: "./core" }, { path: "./app" }] }),
      "/core/tsconfig.json": config({}), "/core/src/state.ts": STATE,
      "/app/tsconfig.json": config({ references: [{ path: "../core" }] }),
      "/app/src/main.ts": 'import { grad } from "cotangent";\nimport { h } from "../../core/src/state.ts";\nexport const g = grad(h);\n',
    };
    const compiler = createCompiler({ project: "/tsconfig.json", files });
    expect(compiler.files().map(({ path, demanded }) => [path, demanded.length])).toEqual([["/core/src/state.ts", 1], ["/app/src/main.ts", 0]]);
    const state = succeeded(compiler.transform("/core/src/state.ts")).code;
    const hidden = /hGrad_[0-9a-f]{8}/.exec(succeeded(compiler.transform("/app/src/main.ts")).code)?.[0];
    expect(hidden).toBeDefined();
    expect(state).toContain(`export function ${hidden ?? ""}(`);
  });
});
