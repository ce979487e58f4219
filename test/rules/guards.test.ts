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

  it("give zero where an exponential overflows and the function is saturated", () => {
    const { logistic, power, gudermannian, bounded } = compiled(`
      export const logistic = grad((x: number): number => 1 / (1 + Math.exp(-x)));
      export const power = grad((x: number): number => 1 / (1 + 2 ** x));
      export const gudermannian = grad((x: number): number => Math.atan(Math.sinh(x)) + 1 / Math.cosh(x) + 1 / (2 + Math.expm1(x)));
      export const bounded = grad((x: number): number => Math.exp(-x * x) + Math.exp(Math.min(x, 5)));
    `);
    expect(logistic?.(-800)).toBeCloseTo(0, 300);
    expect(logistic?.(800)).toBeCloseTo(0, 300);
    expect(logistic?.(0)).toBe(0.25);
    expect(power?.(2000)).toBeCloseTo(0, 300);
    expect(gudermannian?.(800)).toBeCloseTo(0, 300);
    expect(bounded?.(1e200)).toBeCloseTo(0, 300);
  });

  it("are left out where bounds of the operands prove the slope finite, and only there", () => {
    const guardsOf = (body: string): number => {
      const compiler = createCompiler({ files: { "/src/g.ts": `import { grad } from "cotangent";\nexport const g = grad((x: number, y: number): number => y * (${body}));\n` }, compilerOptions: { strict: true, target: "es2022", module: "esnext" } });
      const result = compiler.transform("/src/g.ts");
      compiler.dispose();
      if (!result.ok) throw new Error(result.diagnostics.map((x) => `${x.code}: ${x.message}`).join("\n"));
      return result.code.split("=== 0 ?").length - 1;
    };
    for (const body of ["Math.sqrt(1 + x * x)", "1 / (2 + Math.cos(x))", "y / (1 + Math.exp(x * y * 1e-3 > 1 ? 1 : -1))", "Math.exp(-x * x)", "Math.exp(-0.5 * x * x)", "Math.exp(-(x * x) / (2 * y * y + 1))", "Math.log(1 + x ** 2)", "Math.exp(-Math.abs(x))", "1 / Math.max(1e-9, x)", "Math.asin(0.9 * Math.sin(x))", "Math.log1p(Math.sqrt(Math.abs(x) + 1))"]) {
      expect(guardsOf(body), body).toBe(0);
    }
    for (const body of ["Math.sqrt(x * x)", "1 / (1 + Math.cos(x))", "Math.exp(x * x)", "Math.exp(-x * y)", "Math.log(x * x)", "1 / Math.max(0, x)", "Math.exp(-(x * x) / y)", "Math.asin(Math.sin(x))", "1 / (x - 1)", "Math.exp(0.5 * x * x)", "Math.log(1 - Math.abs(x))"]) {
      expect(guardsOf(body), body).toBeGreaterThan(0);
    }
  });
});
