// The sparse Jacobian of bundle adjustment against its blocks by hand, in one process. The two sides of the ratio take turns; the figure is
// the median of the rounds' ratios. Then a matrix by groups, with a plan of its own and with that of an earlier one.
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { compileProgram } from "../gradbench/tool/compile.ts";
import { blocksByHand } from "./by-hand.ts";

const CAMERAS = 49;
const POINTS = 7776;
const OBSERVATIONS = 31843;
const ROUNDS = 41;

type Matrix = readonly (readonly number[])[];
interface Sparse {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  readonly vals: Float64Array;
}

/** numbers that look random, the same in every run */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 1073741823.5 - 1;
  });
}

/** cameras a few units before points around the origin */
const cams = Array.from({ length: CAMERAS }, (_, k) => {
  const x = numbers(11, 7 + k);
  return x.map((value, i) => (i < 3 ? 0.3 * value : i === 5 ? -6 + value : i === 6 ? 500 + value : i > 8 ? 0.01 * value : value));
});
const points = Array.from({ length: POINTS }, (_, k) => numbers(3, 1000 + k));
const weights = numbers(OBSERVATIONS, 5);
const feats = Array.from({ length: OBSERVATIONS }, (_, k) => numbers(2, 20000 + k));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** every entry where the blocks have it, and nothing else */
function requireSame(found: Sparse, blocks: Float64Array): void {
  const rest = blocks.slice();
  found.rows.forEach((row, k) => {
    const col = found.cols[k] ?? -1;
    const i = row < 2 * OBSERVATIONS ? row >> 1 : row - 2 * OBSERVATIONS;
    const firstPoint = 11 * CAMERAS;
    const place = col < firstPoint ? col - 11 * (i % CAMERAS) : col < firstPoint + 3 * POINTS ? 11 + col - firstPoint - 3 * (i % POINTS) : 14;
    const at = 31 * i + (row < 2 * OBSERVATIONS ? 15 * (row & 1) + place : 30);
    const expected = blocks[at] ?? Number.NaN;
    if (!(Math.abs((found.vals[k] ?? Number.NaN) - expected) <= 1e-9 * Math.max(1, Math.abs(expected)))) throw new Error(`row ${row}, column ${col}: ${found.vals[k]} instead of ${expected}`);
    rest[at] = 0;
  });
  if (rest.some((x) => x !== 0)) throw new Error("an entry is missing");
}

const { blocks } = (await compileProgram("ba.ts", { folder: fileURLToPath(new URL("../gradbench/", import.meta.url)) })) as { readonly blocks: (cams: Matrix, points: Matrix, weights: readonly number[], feats: Matrix) => Sparse };
const byHand = (): Float64Array => blocksByHand(cams, points, weights, feats);
const compiled = (): Sparse => blocks(cams, points, weights, feats);
requireSame(compiled(), byHand());
for (let i = 0; i < 5; i++) timed(() => [byHand(), compiled().rows]);
const rounds = Array.from({ length: ROUNDS }, () => [timed(compiled), timed(byHand), timed(() => compiled().rows)] as const);
const figure = (of: (round: readonly [number, number, number]) => number): string => median(rounds.map(of)).toFixed(2);
console.log(`${CAMERAS} cameras, ${POINTS} points, ${OBSERVATIONS} observations
blocks by hand                  ${figure(([, byHandTime]) => byHandTime)} ms
sparse Jacobian                 ${figure(([time]) => time)} ms, ratio ${figure(([time, byHandTime]) => time / byHandTime)}
with the row of each entry      ${figure(([, , time]) => time)} ms, ratio ${figure(([, byHandTime, time]) => time / byHandTime)}`);

const CELLS = 100_000;
const PLANNED_ROUNDS = 15;

const { matrix, product } = (await compileProgram("diffusion.ts", { folder: fileURLToPath(new URL("programs/", import.meta.url)) })) as {
  readonly matrix: (u: number[], earlier?: Sparse) => Sparse;
  readonly product: (primals: readonly [number[]], tangents: readonly [number[]]) => unknown;
};
const [first, second] = [numbers(CELLS, 3), numbers(CELLS, 4)];
const earlier = matrix(first);
const [anew, again] = [matrix(second), matrix(second, earlier)];
if (again.cols !== earlier.cols || !again.vals.every((x, k) => x === anew.vals[k])) throw new Error("the plan of the earlier matrix gives another one");
for (let i = 0; i < 3; i++) timed(() => [matrix(second), matrix(second, earlier), product([second], [first])]);
const planned = Array.from({ length: PLANNED_ROUNDS }, () => [timed(() => matrix(second)), timed(() => matrix(second, earlier)), timed(() => product([second], [first]))] as const);
const part = (of: (round: readonly [number, number, number]) => number): string => median(planned.map(of)).toFixed(2);
console.log(`
${CELLS} cells, five products
one product                     ${part(([, , time]) => time)} ms
matrix, planned anew            ${part(([time]) => time)} ms, ratio ${part(([time, , one]) => time / one)}
matrix, plan of an earlier one  ${part(([, time]) => time)} ms, ratio ${part(([, time, one]) => time / one)}`);
