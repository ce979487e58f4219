// Markers are recognized by symbol, their functions are found in every form that the contract names, and everything else is a
// finding at the expression. Numbers come from derivatives known in closed form.
import { describe, expect, it } from "vitest";
import { callable, codesOf, compilerOf, run, transformed } from "./compile.ts";

const LIB = "export const cube = (x: number): number => x * x * x;\nexport function square(x: number): number { return x * x; }\n";

const at = (body: string, name = "g", files: Readonly<Record<string, string>> = {}): ((...args: readonly unknown[]) => unknown) =>
  callable(run({ "/main.ts": body, "/lib.ts": LIB, ...files }, "/main.ts")[name]);

describe("recognition", () => {
  it("sees through an alias", () => {
    expect(at('import { grad as slope } from "cotangent";\nexport const g = slope((x: number) => x * x);')(3)).toBe(6);
  });

  it("sees through a namespace import, by property and by name in brackets", () => {
    expect(at('import * as ct from "cotangent";\nexport const g = ct.grad((x: number) => x * x);')(3)).toBe(6);
    expect(at('import * as ct from "cotangent";\nexport const g = ct["grad"]((x: number) => x * x);')(3)).toBe(6);
  });

  it("sees through the user's own barrels", () => {
    const files = { "/barrel.ts": 'export * from "./inner.ts";', "/inner.ts": 'export { grad as slope } from "cotangent";' };
    expect(at('import { slope } from "./barrel.ts";\nexport const g = slope((x: number) => x * x);', "g", files)(3)).toBe(6);
  });

  it("leaves functions alone that are only called grad", () => {
    const text = "const grad = (f: (x: number) => number) => f;\nexport const g = grad((x: number) => x * x);\n";
    const result = compilerOf({ "/main.ts": text }).transform("/main.ts");
    expect(result.ok && !result.changed && result.code === text).toBe(true);
  });

  it("takes types of the package for no markers", () => {
    const text = 'import type { Cotangent } from "cotangent";\nexport type C = Cotangent<number[]>;\n';
    const result = compilerOf({ "/main.ts": text }).transform("/main.ts");
    expect(result.ok && result.changed).toBe(false);
  });
});

describe("the function", () => {
  it.each([
    ["a declaration", 'import { grad } from "cotangent";\nfunction f(x: number): number { return x ** 3; }\nexport const g = grad(f);'],
    ["a declaration that follows", 'import { grad } from "cotangent";\nexport const g = grad(f);\nfunction f(x: number): number { return x ** 3; }'],
    ["a const arrow", 'import { grad } from "cotangent";\nconst f = (x: number): number => x ** 3;\nexport const g = grad(f);'],
    ["a function expression", 'import { grad } from "cotangent";\nconst f = function (x: number): number { return x ** 3; };\nexport const g = grad(f);'],
    ["another name for a function", 'import { grad } from "cotangent";\nimport { cube } from "./lib.ts";\nconst f = cube;\nexport const g = grad(f);'],
    ["an import", 'import { grad } from "cotangent";\nimport { cube } from "./lib.ts";\nexport const g = grad(cube);'],
    ["an import under another name", 'import { grad } from "cotangent";\nimport { cube as c } from "./lib.ts";\nexport const g = grad(c);'],
    ["a property of a namespace import", 'import { grad } from "cotangent";\nimport * as lib from "./lib.ts";\nexport const g = grad(lib.cube);'],
    ["an inline function", 'import { grad } from "cotangent";\nexport const g = grad((x: number) => x ** 3);'],
    ["a function behind `satisfies` and parentheses", 'import { grad } from "cotangent";\nconst f = ((x: number) => x ** 3) satisfies (x: number) => number;\nexport const g = grad((f));'],
    ["a `let` that is never assigned again", 'import { grad } from "cotangent";\nlet f = (x: number): number => x ** 3;\nexport const g = grad(f);'],
    ["a checkpoint", 'import { checkpoint, grad } from "cotangent";\nimport { cube } from "./lib.ts";\nexport const g = grad(checkpoint(cube));'],
    ["an overloaded function", 'import { grad } from "cotangent";\nfunction f(x: number): number;\nfunction f(x: number, k: number): number;\nfunction f(x: number, k = 3): number { return x ** k; }\nexport const g = (x: number) => grad(f)(x, 3);'],
  ])("may be %s", (_, text) => {
    expect(at(text)(2)).toBe(12);
  });

  it("may be a function of Math", () => {
    expect(at('import { grad } from "cotangent";\nexport const g = grad(Math.sin);')(1)).toBe(Math.cos(1));
    expect(at('import { grad } from "cotangent";\nconst f = Math.pow;\nexport const g = grad(f, { wrt: [0, 1] });')(2, 3)).toEqual([12, 8 * Math.LN2]);
  });

  it("may be the default export of another file", () => {
    expect(at('import { grad } from "cotangent";\nimport cube from "./cube.ts";\nexport const g = grad(cube);', "g", { "/cube.ts": "export default function (x: number): number { return x ** 3; }" })(2)).toBe(12);
  });

  it("may be a derivative", () => {
    expect(at('import { grad } from "cotangent";\nimport { cube } from "./lib.ts";\nexport const g = grad(grad(cube));')(2)).toBe(12);
    expect(at('import { grad } from "cotangent";\nimport { cube } from "./lib.ts";\nexport const g = grad(grad(grad(cube)));')(2)).toBe(6);
  });

  it("may be inside an inline function", () => {
    // d/dx x * (d/dy (x + y) at 1) = 1
    expect(at('import { grad } from "cotangent";\nexport const g = grad((x: number) => x * grad((y: number) => x + y)(1));')(5)).toBe(1);
  });
});

describe("captures", () => {
  it("are constants of the derivative", () => {
    expect(at('import { grad } from "cotangent";\nexport function g(a: number, x: number): number { return grad((y: number) => a * y * y)(x); }')(3, 2)).toBe(12);
  });

  it("are read when the derivative is called", () => {
    expect(at('import { grad } from "cotangent";\nexport function g(x: number): number { let a = 1; const d = grad((y: number) => a * y * y); a = 5; return d(x); }')(2)).toBe(20);
  });

  it("may be assigned: the effect stays", () => {
    // g multiplies x by y twice; both slopes are the x that was found
    const text = 'import { grad } from "cotangent";\nexport function g(x: number): number[] { const f = (y: number) => { x = x * y; return x; }; return [grad(f)(2), grad(f)(3), x]; }';
    expect(at(text)(5)).toEqual([5, 10, 30]);
  });

  it("come with vjp and jvp too", () => {
    const text = `import { jvp, vjp } from "cotangent";
export function g(a: number, x: number): number[] {
  const [value, pullback] = vjp((y: number, z: number) => a * y * z)(x, 2);
  const [, tangent] = jvp((y: number) => a * y * y)([x], [1]);
  return [value, ...pullback(1), tangent];
}`;
    expect(at(text)(3, 5)).toEqual([30, 6, 15, 30]);
  });

  it("may have the name of a parameter", () => {
    expect(at('import { grad } from "cotangent";\nexport function g(x: number): number { const f = (y: number) => x * y; { const d = grad(f); return d(x); } }')(3)).toBe(3);
  });

  it("that another variable hides are refused", () => {
    const text = 'import { grad } from "cotangent";\nexport function g(x: number): number { const f = (y: number) => x * y; { const x = 3; return grad(f)(x); } }';
    expect(codesOf(compilerOf({ "/main.ts": text }).transform("/main.ts"))).toEqual(["CT3013"]);
  });
});

describe("options", () => {
  const f = "const f = (a: number, b: number, c: number): number => a * b * b * c;\n";
  const value = (options: string, before = ""): unknown => at(`import { grad } from "cotangent";\n${f}${before}export const g = grad(f, ${options});`)(2, 3, 5);

  it.each([
    ["{}", 45], ["{ wrt: 1 }", 60], ["{ wrt: [2, 0] }", [18, 45]], ['{ wrt: "all" }', [45, 60, 18]],
    ["({ wrt: (1) as const }) as { wrt: 1 }", 60], ["{ wrt: [1] }", [60]], ["{ ...{ wrt: 2 } }", 18],
  ])("%s", (options, expected) => {
    expect(value(options)).toEqual(expected);
  });

  it("may be constants", () => {
    expect(value("OPTIONS", "const SECOND = 1;\nconst OPTIONS = { wrt: SECOND } as const;\n")).toBe(60);
    expect(value("{ wrt }", "const wrt = [0, 1] as const;\n")).toEqual([45, 60]);
  });

  it.each([
    ["{ wrt: 3 }", "CT3007"], ["{ wrt: [0, 0] }", "CT3007"], ["{ wrt: Math.random() as 0 }", "CT3006"], ["{ by: 1 } as never", "CT3006"], ["{ wrt: -1 as 0 }", "CT3006"],
  ])("%s is refused", (options, code) => {
    expect(codesOf(compilerOf({ "/main.ts": `import { grad } from "cotangent";\n${f}export const g = grad(f, ${options});` }).transform("/main.ts"))).toEqual([code]);
  });
});

describe("refusals", () => {
  it.each([
    ["an element of a table", "const fs = [(x: number): number => x];\nexport const g = grad(fs[0]!);", "CT3001"],
    ["a variable that is assigned again", "let f = (x: number): number => x;\nf = (x) => 2 * x;\nexport const g = grad(f);", "CT3002"],
    ["a parameter", "export const g = (f: (x: number) => number) => grad(f);", "CT3003"],
    ["a declaration without source", "declare function f(x: number): number;\nexport const g = grad(f);", "CT3004"],
    ["a method", "const o = { f(x: number): number { return x; } };\nexport const g = grad(o.f);", "CT3005"],
    ["a built-in with any number of parameters", "export const g = grad(Math.max);", "CT3005"],
    ["a marker as a value", "export const markers = [grad];", "CT3008"],
    ["an open parameter of an inline function", "export const g = grad(x => x * 2);", "CT3009"],
    ["nothing", "export const g = grad(...([] as unknown as [(x: number) => number]));", "CT3010"],
    ["a function that returns a string", "const f = (x: number): string => `${x}`;\nexport const g = grad(f as never);", "CT3011"],
    ["a function that returns nothing", "const f = (x: number[]): void => { x[0] = 1; };\nexport const g = grad(f as never);", "CT3011"],
    ["an async function", "const f = async (x: number): Promise<number> => x;\nexport const g = grad(f as never);", "CT3012"],
    ["a function without parameters", "const f = (): number => 1;\nexport const g = grad(f);", "CT3007"],
  ])("%s", (_, body, code) => {
    const text = `import { grad } from "cotangent";\n${body}\n`;
    const result = compilerOf({ "/main.ts": text }).transform("/main.ts");
    expect(result.ok).toBe(false);
    expect(codesOf(result)).toEqual([code]);
    for (const { start, end, line, column } of result.diagnostics) {
      expect(end).toBeGreaterThan(start);
      expect(text.split("\n")[line - 1]?.slice(column - 1)).toBe(text.slice(start).split("\n")[0]);
    }
  });

  it("all of a file at once", () => {
    const text = 'import { grad } from "cotangent";\nexport const a = grad(Math.max);\nexport const b = grad(x => x);\nexport const c = [grad];\n';
    expect(codesOf(compilerOf({ "/main.ts": text }).transform("/main.ts"))).toEqual(["CT3005", "CT3009", "CT3008"]);
  });
});

describe("imports", () => {
  it("of markers go when nothing is left that uses them, others stay", () => {
    const code = transformed({ "/main.ts": 'import { grad, stopGradient, type Cotangent } from "cotangent";\nexport type C = Cotangent<number>;\nexport const s = stopGradient;\nexport const g = grad((x: number) => x * x);\n' }, "/main.ts", {});
    expect(code).toContain('import { stopGradient, type Cotangent } from "cotangent";');
    expect(code).not.toMatch(/\bgrad\b/);
  });

  it("of markers stay for a type that mentions them", () => {
    const code = transformed({ "/main.ts": 'import { grad } from "cotangent";\nexport type G = typeof grad;\nexport const g = grad((x: number) => x * x);\n' }, "/main.ts");
    expect(code).toContain('import { grad } from "cotangent";');
  });

  it("of a barrel stay for its effects", () => {
    const files = { "/main.ts": 'import { grad } from "./barrel";\nexport const g = grad((x: number) => x * x);\n', "/barrel.ts": 'export { grad } from "cotangent";\nconsole.log("loaded");\n' };
    expect(transformed(files, "/main.ts")).toContain('import "./barrel";');
  });
});
