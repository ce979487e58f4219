// Programs at the edge of what can be written block by block: each breaks a compiler that forgets one of the conditions. All take their
// first arguments as inputs and return numbers in any structure.

export interface SparseProgram {
  readonly text: string;
  readonly wrt: string;
  readonly args: readonly (() => readonly unknown[])[];
  readonly scalar?: true;
}

const of = (text: string, ...args: readonly (() => readonly unknown[])[]): SparseProgram => ({ text, wrt: "0", args });
const both = (text: string, ...args: readonly (() => readonly unknown[])[]): SparseProgram => ({ text, wrt: '"all"', args });
const energy = (text: string, ...args: readonly (() => readonly unknown[])[]): SparseProgram => ({ text, wrt: "0", args, scalar: true });

const shared = [1.5, -0.5];

export const SPARSE_PROGRAMS: Readonly<Record<string, SparseProgram>> = {
  "a place is overwritten": of(`export function f(x: number[]): number[] {
  const out = new Array<number>(x.length).fill(0);
  for (let i = 0; i < x.length; i++) { out[i] = x[i]! * 2; out[0] = x[i]! * x[i]!; }
  return out;
}`, () => [[1, 2, 3]], () => [[0.5]]),
  "a place of a typed array is overwritten": of(`export function f(x: number[]): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) { out[i] = x[i]! * 2; if (x[i]! > 1) out[0] = x[i]! * x[i]!; }
  return out;
}`, () => [[1, 2, 3]], () => [[0.5]], () => [[3, 2, 0.5]]),
  "a place is added to before it is overwritten by the next trip": of(`export function f(x: number[]): number[] {
  const out = new Array<number>(x.length + 1).fill(0);
  for (let i = 0; i < x.length; i++) { out[i]! += Math.sin(x[i]!); out[i + 1] = x[i]! ** 2; }
  return out;
}`, () => [[1, 2, 3]]),
  "a place is added to where it was stored": of(`export function f(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) { out[i] = x[i]! ** 2; out[i]! += Math.sin(x[i]!); if (x[i]! > 1) out[i]! -= x[i]! * x[0]!; }
  return out;
}`, () => [Float64Array.of(1, 2, 3)]),
  "pushed, and then overwritten": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (const item of x) out.push(item ** 2);
  for (let i = 0; i < x.length; i++) if (x[i]! > 1) out[i] = x[i]! * x[0]!;
  return out;
}`, () => [[1, 2, 3]]),
  "made anew by each trip": of(`export function f(x: number[]): number[] {
  let out: number[] = [];
  for (const item of x) out = [item * x[0]!, item ** 2];
  return out;
}`, () => [[1, 2, 3]]),
  "made by the last trip": of(`export function f(x: number[]): number[] {
  let out!: number[];
  for (const item of x) { out = [item * x[0]!]; out.push(item); }
  return out;
}`, () => [[1, 2, 3]]),
  "stored beside the array": of(`export function f(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) out[i + 1] = x[i]! ** 2;
  return out;
}`, () => [Float64Array.of(1, 2, 3)]),
  "stored behind its end": of(`export function f(x: Float64Array): { a: Float64Array; b: number[] } {
  const a = new Float64Array(2);
  for (let i = 0; i < x.length; i++) a[i] = x[i]! ** 2;
  return { a, b: [x[0]! * 3] };
}`, () => [Float64Array.of(1, 2, 3)]),
  "backwards": of(`export function f(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = x.length - 1; i >= 0; i--) out[i] = x[i]! ** 2 + x[0]!;
  return out;
}`, () => [Float64Array.of(1, 2, 3)]),
  "numbers that may be missing": of(`export function f(x: number[]): (number | null)[] {
  const out: (number | null)[] = [];
  for (const item of x) out.push(item > 1 ? item ** 2 : null);
  return out;
}`, () => [[1, 2, 0.5, 3]]),
  "a handler around": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (const item of x) {
    try {
      if (item > 2) throw new RangeError("too large");
      out.push(item ** 2);
    } catch {
      out.push(item * 5);
    } finally {
      out.push(-item);
    }
  }
  return out;
}`, () => [[1, 3, 0.5]]),
  "two rows with neighbors that may be missing": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const next = x[i + 1] ?? 3;
    out.push(x[i]! * next, x[i]! ** 2 + next ** 3);
  }
  return out;
}`, () => [[1, 2, 3]]),
  "constants between": of(`export function f(x: number[]): number[] {
  const out = [5, 6];
  for (let i = 0; i < x.length; i++) { out.push(i, 7); if (i > 0) out.push(x[i]! ** 2); out.push(8); }
  for (let k = 0; k < 100; k++) out.push(k);
  for (let i = 0; i < x.length; i++) out.push(x[i]! * 3, -1);
  return out;
}`, () => [[1, 2, 3]]),
  "a place gets a constant in the end": of(`export function f(x: number[]): number[] {
  const out = new Array<number>(x.length).fill(0);
  for (let i = 0; i < x.length; i++) out[i] = x[i]! ** 3;
  out[1] = 7;
  return out;
}`, () => [[1, 2, 3]]),
  "one input is read twice": of(`export function f(x: number[], at: Int32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < at.length; i++) out.push(x[at[i]!]! * x[at[at.length - 1 - i]!]!);
  return out;
}`, () => [[1, 2, 3], Int32Array.of(0, 1, 2, 2, 0)]),
  "two rows are one array": of(`export function f(rows: number[][]): number[] {
  const out: number[] = [];
  for (let i = 0; i < rows.length; i++) out.push(rows[i]![0]! * rows[0]![1]!, Math.exp(rows[i]![1]!));
  return out;
}`, () => [[shared, [2, 3], shared]]),
  "rows of different lengths": of(`export function f(rows: number[][]): number[] {
  const out: number[] = [];
  for (const row of rows) { let sum = 0; for (const item of row) sum += item * item; out.push(Math.sqrt(1 + sum)); }
  return out;
}`, () => [[[1, 2], [], [3, 4, 5]]]),
  "only some trips write": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (x[i]! < 0) continue;
    out.push(x[i]! * x[(i + 1) % x.length]!);
    if (x[i]! > 2) break;
  }
  return out;
}`, () => [[1, -1, 0.5, 3, 4]], () => [[-1, -2]]),
  "a sum goes from trip to trip": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  let sum = 0;
  for (const item of x) { sum += item * item; out.push(sum); }
  return out;
}`, () => [[1, 2, 3]]),
  "state that a branch reads": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  let state = 1;
  for (const item of x) { if (item > 0) out.push(state * item); state *= item; }
  return out;
}`, () => [[1, -2, 3, 0.5]]),
  "a counter that is no number of the input": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  let n = 0;
  for (const item of x) { if (item > 0) n++; out.push(item ** n); }
  return out;
}`, () => [[1, -2, 3, 0.5]]),
  "outputs are read again": of(`export function f(x: number[]): number[] {
  const out: number[] = [x[0]!];
  for (let i = 1; i < x.length; i++) out.push(out[i - 1]! * 0.5 + x[i]! ** 2);
  return out;
}`, () => [[1, 2, 3]]),
  "outputs go through an array between": of(`export function f(x: number[]): number[] {
  const between = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) between[i] = Math.sin(x[i]!);
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) out.push(between[i]! * between[x.length - 1 - i]!);
  return out;
}`, () => [[1, 2, 3]]),
  "a vector of its own in each trip": of(`export function f(points: number[][]): number[] {
  const out: number[] = [];
  for (const p of points) {
    const q = [p[0]! * 2, p[1]! ** 2, 0];
    q[2] = q[0]! * q[1]!;
    q[0]! += 1;
    out.push(q[0]!, q[2]!);
  }
  return out;
}`, () => [[[1, 2], [3, 4]]]),
  "a vector that all trips share": of(`export function f(points: number[][]): number[] {
  const q = [0, 0];
  const out: number[] = [];
  for (const p of points) { q[0] = p[0]! * p[1]!; q[1]! += p[0]!; out.push(q[0]! + q[1]!); }
  return out;
}`, () => [[[1, 2], [3, 4], [-1, 2]]]),
  "numbers beside arrays": both(`export function f(x: number[], k: number, t: [number, number]): { a: number[]; b: number; c: number[] } {
  const scale = Math.exp(k);
  const a = x.map((item) => item * scale + t[0]);
  const c = x.map((item, i) => item * t[1] + i);
  return { a, b: scale * t[0] * t[1], c };
}`, () => [[1, 2], 0.3, [2, -1]]),
  "a value that takes a loop before": of(`export function f(x: number[]): number[] {
  let norm = 0;
  for (const item of x) norm += item * item;
  return x.map((item) => item / Math.sqrt(norm));
}`, () => [[1, 2, 3]]),
  "branches choose what is written": of(`export function f(x: number[]): number[] {
  return x.map((item, i) => { let y = item; if (item > 1) y = item * x[0]!; else if (i > 1) y = 3; return y; });
}`, () => [[1, 2, 0.5, 0.2]]),
  "fields of objects": of(`export function f(bodies: { m: number; at: { x: number; y: number } }[]): number[] {
  const out: number[] = [];
  for (const { m, at } of bodies) out.push(m * at.x, m * at.y, at.x * at.y);
  return out;
}`, () => [[{ m: 1, at: { x: 2, y: 3 } }, { m: 0.5, at: { x: -1, y: 4 } }]]),
  "an array grows by assignment": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) out[2 * i] = x[i]! ** 2;
  for (let i = 0; i + 1 < x.length; i++) out[2 * i + 1] = x[i]! * x[i + 1]!;
  return out;
}`, () => [[1, 2, 3]]),
  "an index that overlaps another": of(`export function f(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) { out[i]! += x[i]! ** 2 - x[i + 1]!; out[i + 1]! -= x[i]! * x[i + 1]!; }
  return out;
}`, () => [Float64Array.of(1, 2, 3, 4)]),
  "parts of a view": of(`export function f(x: Float64Array): number[] {
  const [left, right] = [x.subarray(0, 2), x.subarray(2)];
  const out: number[] = [];
  for (let i = 0; i < 2; i++) out.push(left[i]! * right[i]!);
  return out;
}`, () => [Float64Array.of(1, 2, 3, 4)]),
  "what is not there": of(`export function f(x: number[]): number[] {
  return x.map((item, i) => item * (x[i - 1] ?? 2) + (x[i + 2] ?? item));
}`, () => [[1, 2, 3, 4]]),
  "it may stop": of(`export function f(x: number[]): number[] {
  const out: number[] = [];
  for (const item of x) { if (item > 100) throw new RangeError("too large"); out.push(Math.sqrt(item)); }
  return out;
}`, () => [[1, 4, 9]]),
  "entries of a map": of(`export function f(prices: Map<string, number>): number[] {
  const out: number[] = [];
  for (const [name, price] of prices) out.push(price * name.length, price ** 2);
  return out;
}`, () => [new Map([["a", 1], ["bcd", 2]])]),
  "terms of neighbors": energy(`export function f(x: number[]): number {
  let sum = 0;
  for (let i = 0; i + 2 < x.length; i++) sum += Math.exp(x[i]! * x[i + 2]!) + x[i + 1]! ** 3;
  return sum;
}`, () => [[1, 0.5, -1, 2, 0.1]]),
  "pairs of all": energy(`export function f(p: number[][]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) for (let j = 0; j < i; j++) sum += 1 / Math.hypot(p[i]![0]! - p[j]![0]!, p[i]![1]! - p[j]![1]!);
  return sum;
}`, () => [[[0, 0], [1, 0.5], [-1, 2]]]),
  "a term of everything": energy(`export function f(x: number[]): number {
  let [sum, all] = [0, 0];
  for (const item of x) { sum += item ** 4; all += item; }
  return sum + Math.sin(all);
}`, () => [[1, 0.5, -1]]),
  "an arrow": energy(`export function f(x: number[]): number {
  let sum = x[0]! ** 4;
  for (let i = 1; i < x.length; i++) sum += x[0]! * x[i]! ** 2;
  return sum;
}`, () => [[1, 0.5, -1, 2]]),
  "a chain through time": energy(`export function f(x: number[]): number {
  let [state, sum] = [0.5, 0];
  for (const item of x) { state = Math.tanh(state + item); sum += state * state; }
  return sum;
}`, () => [[0.3, -0.2, 0.8]]),
  "edges that meet": energy(`export function f(x: Float64Array, from: Int32Array, to: Int32Array): number {
  let sum = 0;
  for (let e = 0; e < from.length; e++) { const d = x[from[e]!]! - x[to[e]!]!; sum += d * d * d + x[from[e]!]! * x[to[e]!]!; }
  return sum;
}`, () => [Float64Array.of(1, 2, 4, 7), Int32Array.of(0, 1, 0, 2, 3), Int32Array.of(1, 2, 2, 2, 0)]),
};
