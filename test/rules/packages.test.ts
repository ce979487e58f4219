// Rules for functions of packages: every row is the derivative of the function that its name means, at first and second order. The functions are
// written down here by their definitions (integrals, series, inverses), so that neither the packages nor their formulas are taken on trust.
import { describe, expect, it } from "vitest";
import { stdlib } from "../../packages/compiler/src/rules/packages/stdlib.ts";
import { functionOf } from "../harness/modules.ts";
import { createWorkbench, describeDiagnostic } from "../harness/workbench.ts";

type Primal = (...x: number[]) => number;

/** Simpson's rule */
function integral(f: (t: number) => number, from: number, to: number): number {
  const steps = 2000;
  const h = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + k * h);
  return (sum * h) / 3;
}

function inverse(f: (x: number) => number, y: number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let k = 0; k < 200; k++) {
    const middle = (a + b) / 2;
    if (f(middle) < y) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

const erf: Primal = (x = 0) => (2 / Math.sqrt(Math.PI)) * integral((t) => Math.exp(-t * t), 0, x);

/** Stirling's series far out, and Γ(x + 1) = x Γ(x) */
function gammaln(x: number): number {
  let product = 1;
  let s = x;
  for (; s < 30; s++) product *= s;
  return (s - 0.5) * Math.log(s) - s + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * s) - 1 / (360 * s ** 3) + 1 / (1260 * s ** 5) - Math.log(product);
}

/** (-1)ⁿ⁺¹ n! Σ 1 / (x + k)ⁿ⁺¹, the tail by Euler and Maclaurin */
function polygamma(n: number, x: number): number {
  const terms = 3000;
  const end = x + terms;
  let sum = 0;
  if (n === 0) {
    for (let k = terms - 1; k >= 0; k--) sum -= 1 / (x + k);
    return sum + Math.log(end) - 1 / (2 * end) - 1 / (12 * end ** 2);
  }
  for (let k = terms - 1; k >= 0; k--) sum += (x + k) ** -(n + 1);
  sum += end ** -n / n + 0.5 * end ** -(n + 1) + ((n + 1) / 12) * end ** -(n + 2);
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return (n % 2 === 1 ? 1 : -1) * factorial * sum;
}

const FUNCTIONS: { readonly [K in keyof typeof stdlib]: readonly [Primal, ...(readonly number[])[]] } = {
  beta: [(x = 0, y = 0) => Math.exp(gammaln(x) + gammaln(y) - gammaln(x + y)), [0.7, 1.9], [3, 2.2]],
  betaln: [(x = 0, y = 0) => gammaln(x) + gammaln(y) - gammaln(x + y), [0.7, 1.9]],
  cospi: [(x = 0) => Math.cos(Math.PI * x), [0.3], [-1.7]],
  digamma: [(x = 0) => polygamma(0, x), [0.6], [4.2]],
  erf: [erf, [0.4], [-1.3]],
  erfc: [(x) => 1 - erf(x!), [0.4]],
  erfcinv: [(y) => inverse(erf, 1 - y!, -5, 5), [0.3], [1.6]],
  erfcx: [(x = 0) => Math.exp(x * x) * (1 - erf(x)), [0.4], [1.1]],
  erfinv: [(y) => inverse(erf, y!, -5, 5), [0.2], [-0.7]],
  exp10: [(x = 0) => 10 ** x, [0.3]],
  exp2: [(x = 0) => 2 ** x, [0.3]],
  expit: [(x = 0) => 1 / (1 + Math.exp(-x)), [0.3], [-2]],
  factorial: [(x = 0) => Math.exp(gammaln(x + 1)), [2.5]],
  factorialln: [(x = 0) => gammaln(x + 1), [2.5]],
  gamma: [(x = 0) => Math.exp(gammaln(x)), [0.6], [3.3]],
  gamma1pm1: [(x = 0) => Math.exp(gammaln(x + 1)) - 1, [0.3]],
  gammaln: [(x = 0) => gammaln(x), [0.6], [7.2]],
  ln: [(x = 0) => Math.log(x), [1.7]],
  log1mexp: [(x = 0) => Math.log(1 - Math.exp(-Math.abs(x))), [-0.6], [-2]],
  log1pexp: [(x = 0) => Math.log(1 + Math.exp(x)), [0.3], [-2]],
  logaddexp: [(x = 0, y = 0) => Math.log(Math.exp(x) + Math.exp(y)), [0.3, -1], [2, 2.5]],
  logit: [(p = 0) => Math.log(p / (1 - p)), [0.2], [0.7]],
  polygamma: [(n = 0, x = 0) => polygamma(n, x), [1, 0.8], [2, 2.3], [0, 1.5]],
  rsqrt: [(x = 0) => 1 / Math.sqrt(x), [1.7]],
  sinc: [(x = 0) => Math.sin(Math.PI * x) / (Math.PI * x), [0.3], [1.7]],
  sinpi: [(x = 0) => Math.sin(Math.PI * x), [0.3]],
  spence: [(x = 0) => -integral((t) => (t === 1 ? 1 : Math.log(t) / (t - 1)), 1, x), [0.3], [1.7]],
  trigamma: [(x = 0) => polygamma(1, x), [0.6], [4.2]],
  xlog1py: [(x = 0, y = 0) => x * Math.log1p(y), [0.5, 2.3]],
  xlogy: [(x = 0, y = 0) => x * Math.log(y), [0.5, 2.3]],
};

const rows = Object.entries(FUNCTIONS);
const packageOf = (name: string): string => `@stdlib/math-base-special-${name}`;

/** the last parameter of each, the others constant, then all */
function programOf(name: string, count: number): string {
  const list = (all: readonly string[]): string => all.join(", ");
  const names = ["x", "y"].slice(0, count);
  const typed = list(names.map((x) => `${x}: number`));
  return `import { grad, jvp, valueAndGrad } from "cotangent";
import ${name} from "${packageOf(name)}";
export const first = valueAndGrad((${typed}) => ${name}(${list(names)}), { wrt: "all" });
export const second = jvp(grad((${typed}) => ${name}(${list(names)}) * 1, { wrt: ${count - 1} }));
export const mapped = grad((v: number[], k: number) => ${count === 1 ? `v.map(${name})` : `v.map((x) => ${name}(k, x))`}.reduce((a, b) => a + b, 0));
`;
}

/** a central difference, once extrapolated */
function slope(f: Primal, at: readonly number[], i: number): number {
  const by = (h: number): number => (f(...at.map((x, j) => (j === i ? x + h : x))) - f(...at.map((x, j) => (j === i ? x - h : x)))) / (2 * h);
  return (4 * by(5e-4) - by(1e-3)) / 3;
}

describe("functions of packages", () => {
  const files = Object.fromEntries(rows.flatMap(([name, [, sample = []]]) => {
    const count = sample.length;
    const parameters = ["x", "y"].slice(0, count).map((x) => `${x}: number`).join(", ");
    return [
      [`/node_modules/${packageOf(name)}/package.json`, `{ "name": "${packageOf(name)}", "types": "index.d.ts" }`],
      [`/node_modules/${packageOf(name)}/index.d.ts`, `declare function ${name}(${parameters}): number;\nexport = ${name};`],
      [`/${name}.ts`, programOf(name, count)],
    ];
  })) as Readonly<Record<string, string>>;
  const packages = Object.fromEntries(rows.map(([name, [f]]) => [packageOf(name), f]));
  const workbench = createWorkbench(files, { esModuleInterop: true }, { adapt: (code) => code, packages });

  it.each(rows)("%s", (name, [primal, ...samples]) => {
    const outcome = workbench.transform(`/${name}.ts`);
    if (outcome.kind !== "compiled") throw new Error(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic).join("\n") : "no code");
    const exported = workbench.load(`/${name}.ts`);
    for (const at of samples) {
      const [value, gradient] = functionOf(exported, "first")(...at) as [number, (number | null)[]];
      expect(value).toBe(primal(...at));
      const last = at.length - 1;
      const first = (...x: number[]): number => (functionOf(exported, "first")(...x) as [number, number[]])[1][last]!;
      at.forEach((_, i) => { if (name !== "polygamma" || i > 0) expect(Math.abs(gradient[i]! - slope(primal, at, i)) / Math.max(1, Math.abs(gradient[i]!))).toBeLessThan(1e-7); });
      expect(functionOf(exported, "mapped")([at[last]!], at[0]!)).toEqual([gradient[last]]);
      const direction = at.map((_, i) => (i === last ? 1 : 0));
      const [, tangent] = functionOf(exported, "second")([...at], direction) as [number, number];
      expect(Math.abs(tangent - slope(first, at, last)) / Math.max(1, Math.abs(tangent))).toBeLessThan(1e-7);
    }
  });

  it("knows published values of ψ", () => {
    const psi = (x: number): number => stdlib.gammaln.vjp([x], 0, 1)[0];
    expect(psi(1)).toBeCloseTo(-0.577_215_664_901_532_9, 14);
    expect(psi(-0.5)).toBeCloseTo(0.036_489_973_978_576_52, 14);
    expect(psi(10)).toBeCloseTo(2.251_752_589_066_721, 14);
    expect(stdlib.digamma.vjp([1], 0, 1)[0]).toBeCloseTo(Math.PI ** 2 / 6, 14);
    expect(stdlib.trigamma.vjp([1], 0, 1)[0]).toBeCloseTo(-2.404_113_806_319_188, 13);
  });
});
