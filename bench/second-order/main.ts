// Second derivatives against first ones, in one process: an HVP against a gradient, a Hessian of 100 numbers against 100 HVPs.
// The two sides of a ratio take turns; a figure is the median of the rounds' ratios.
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { compileProgram } from "../gradbench/tool/compile.ts";

const N = 100;
const ROUNDS = 15;
/** milliseconds that one side of a round takes at least */
const LEAST = 20;

type Numbers = readonly number[];
interface Derivatives {
  readonly gradient: (...args: readonly unknown[]) => Numbers;
  readonly product: (args: readonly unknown[], v: Numbers) => Numbers;
  readonly matrix: (...args: readonly unknown[]) => readonly Numbers[];
}

/** numbers that look random, the same in every run */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 1073741823.5 - 1;
  });
}

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  valley: [numbers(N, 7)],
  charges: [numbers(N, 11)],
  logistic: [numbers(N, 13), Array.from({ length: 200 }, (_, k) => numbers(N, 100 + k)), numbers(200, 17).map((x) => (x < 0 ? -1 : 1))],
};

/** milliseconds for each call */
function timed(run: () => unknown, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return (performance.now() - start) / times;
}

function calls(run: () => unknown): number {
  for (let times = 1; ; times *= 2) if (timed(run, times) * times >= LEAST) return times;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function ratio(above: () => unknown, below: () => unknown): number {
  const [many, few] = [calls(below), calls(above)];
  return median(Array.from({ length: ROUNDS }, () => timed(above, few) / timed(below, many)));
}

function requireSame(name: string, matrix: readonly Numbers[], products: readonly Numbers[]): void {
  const largest = Math.max(...matrix.flat().map(Math.abs));
  const off = Math.max(...matrix.flatMap((row, i) => row.map((x, j) => Math.abs(x - (products[i]?.[j] ?? Number.NaN)))));
  if (!(off <= 1e-10 * largest)) throw new Error(`${name}: the Hessian and the products differ by ${off}`);
}

const { derivatives } = (await compileProgram("programs.ts", { folder: fileURLToPath(new URL(".", import.meta.url)) })) as
  { readonly derivatives: Readonly<Record<string, Derivatives>> };
const units = Array.from({ length: N }, (_, i) => Array.from({ length: N }, (__, j) => (i === j ? 1 : 0)));

console.log("program     HVP / gradient   Hessian / 100 HVPs");
for (const [name, { gradient, product, matrix }] of Object.entries(derivatives)) {
  const args = ARGUMENTS[name] ?? [];
  const products = (): readonly Numbers[] => units.map((unit) => product(args, unit));
  requireSame(name, matrix(...args), products());
  const direction = numbers(N, 23);
  const second = ratio(() => product(args, direction), () => gradient(...args));
  const whole = ratio(() => matrix(...args), products);
  console.log(`${name.padEnd(12)}${second.toFixed(2).padStart(14)}${whole.toFixed(2).padStart(21)}`);
}
