// Jacobians by columns and by rows against ones written by hand, in one process. The sides take turns; a figure is the median of the rounds' ratios.
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { compileProgram } from "../gradbench/tool/compile.ts";
import { byHand } from "./by-hand.ts";

const ROUNDS = 15;
/** milliseconds that one side of a round takes at least */
const LEAST = 20;

type Matrix = readonly ArrayLike<number>[];
type Derivative = (...args: readonly never[]) => Matrix;

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  decay: [[0.3, 2, 0.1, 1.5], Float64Array.from({ length: 1000 }, (_, i) => i / 100)],
  spread: [new Float64Array([0.1, 0.2, 0.15, 0.12, 0.18, 0.11]), Float64Array.from({ length: 60 }, (_, i) => Math.sin(i / 5)), 50],
  tracks: [10, 28, 8 / 3, 2000],
  totals: [Float64Array.from({ length: 200 }, (_, i) => Math.cos(3 * i))],
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

function requireSame(name: string, found: Matrix, expected: Matrix): void {
  const largest = Math.max(...expected.flatMap((row) => Array.from(row, Math.abs)));
  const off = found.length === expected.length ? Math.max(...expected.flatMap((row, i) => Array.from(row, (x, j) => Math.abs(x - (found[i]?.[j] ?? Number.NaN))))) : Number.NaN;
  if (!(off <= 1e-10 * largest)) throw new Error(`${name} differs from what was written by hand by ${off}`);
}

const { derivatives } = (await compileProgram("programs.ts", { folder: fileURLToPath(new URL(".", import.meta.url)) })) as
  { readonly derivatives: Readonly<Record<string, { readonly columns: Derivative; readonly rows: Derivative }>> };

console.log("program   columns / by hand   rows / by hand");
for (const [name, { columns, rows }] of Object.entries(derivatives)) {
  const args = (ARGUMENTS[name] ?? []) as readonly never[];
  const own = (byHand as unknown as Readonly<Record<string, Derivative>>)[name];
  if (own === undefined) throw new Error(`${name} is not written by hand`);
  const sides = [own, columns, rows].map((side) => () => side(...args));
  const [expected, ...others] = sides.map((side) => side());
  for (const other of others) requireSame(name, other, expected ?? []);
  const counts = sides.map(calls);
  const rounds = Array.from({ length: ROUNDS }, () => sides.map((side, i) => timed(side, counts[i] ?? 1)));
  const [, forward = Number.NaN, reverse = Number.NaN] = sides.map((_, i) => median(rounds.map((times) => (times[i] ?? Number.NaN) / (times[0] ?? Number.NaN))));
  console.log(`${name.padEnd(10)}${forward.toFixed(2).padStart(17)}${reverse.toFixed(2).padStart(17)}`);
}
