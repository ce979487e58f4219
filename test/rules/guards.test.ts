// Guards of zero adjoints through the whole compiler: they give zero at singular points, and no derivative of any order is lost
// at points that only have an adjoint of zero.
import { createCompiler } from "@cotangent/compiler";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { evaluate } from "../harness/evaluate.ts";

type Numeric = (...args: readonly number[]) => number;

/** the exports of a module of scalar functions, compiled */
function compiled(text: string): Readonly<Record<string, Numeric>> {
  const file = "/src/guards.ts";
  const compiler = createCompiler({ files: { [file]: `import { grad } from "cotangent";\n${text}\n` }, compilerOptions: { strict: true, target: "es2022", module: "esnext" } });
  const result = compiler.transform(file);
  compiler.dispose();
  if (!result.ok) throw new Error(result.diagnostics.map((x) => `${x.code}: ${x.message}`).join("\n"));
  expect(result.code).not.toContain("guarded");
  return evaluate(ts.transpile(result.code, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS }), file) as Readonly<Record<string, Numeric>>;
}

describe("guards", () => {
  it("give zero where a zero adjoint meets an infinite slope", () => {
    const { masked, quotient, power } = compiled(`
      export const masked = grad((x: number, w: number): number => w * Math.sqrt(x) + w * Math.log(x));
      export const quotient = grad((x: number, y: number, w: number): number => w * (x / y));
      export const power = grad((x: number, p: number, w: number): number => w * x ** p);
    `);
    expect(masked?.(0, 0)).toBe(0);
    expect(masked?.(0, 1)).toBe(Infinity);
    expect(quotient?.(1, 0, 0)).toBe(0);
    expect(power?.(0, 0.5, 0)).toBe(0);
    expect(power?.(0, 0.5, 1)).toBe(Infinity);
  });

  it("keep second derivatives where the first is zero", () => {
    const { quotient, log, asin, cubed, mixed, mixedBack } = compiled(`
      export const quotient = grad(grad((x: number, y: number): number => (x / y) ** 2));
      export const log = grad(grad((x: number): number => Math.log(x) ** 2));
      export const asin = grad(grad((x: number): number => Math.asin(x) ** 2));
      export const cubed = grad(grad(grad((x: number, y: number): number => (x / y) ** 3)));
      export const mixed = grad(grad((x: number, y: number): number => x ** y), { wrt: 1 });
      export const mixedBack = grad(grad((x: number, y: number): number => x ** y, { wrt: 1 }));
    `);
    expect(quotient?.(0, 2)).toBeCloseTo(2 / 4, 14);
    expect(log?.(1)).toBeCloseTo(2, 14);
    expect(asin?.(0)).toBeCloseTo(2, 14);
    expect(cubed?.(0, 2)).toBeCloseTo(6 / 8, 14);
    expect(mixed?.(2, 0)).toBeCloseTo(0.5, 14);
    expect(mixedBack?.(2, 0)).toBeCloseTo(0.5, 14);
  });
});
