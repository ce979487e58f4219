// A sparse matrix against products with unit vectors: its shape, its order, every entry, and that what it leaves out is zero.
import { ravel } from "cotangent";
import { close } from "./compare.ts";

export interface Sparse {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  readonly vals: Float64Array;
  readonly starts: Int32Array;
  readonly shape: readonly [rows: number, cols: number];
}

/** the numbers of a structure, those of what is no number left out */
export const numbersOf = (value: unknown): Float64Array => ravel(value)[0];

/** structures shaped as `like`, with a 1 at one number each */
export function units<T>(like: T): readonly T[] {
  const [flat, unravel] = ravel(like);
  return Array.from(flat, (_, i) => unravel(Float64Array.from(flat, (__, j) => (i === j ? 1 : 0))));
}

export const isSparse = (value: unknown): value is Sparse => typeof value === "object" && value !== null && "vals" in value && "shape" in value;

/** the matrix with its zeros */
export function denseOf({ rows, cols, vals, shape: [m, n] }: Sparse): readonly (readonly number[])[] {
  const dense = Array.from({ length: m }, () => new Array<number>(n).fill(0));
  vals.forEach((value, k) => { (dense[rows[k] ?? -1] ?? [])[cols[k] ?? -1] = value; });
  return dense;
}

/** what is wrong with a matrix whose rows (or columns) are known; what is no number there says nothing: forward mode does not guard zeros */
export function checkMatrix({ rows, cols, vals, shape }: Sparse, lines: readonly Float64Array[], areRows: boolean, other: number, tolerance: number): readonly string[] {
  const [m, n] = areRows ? [lines.length, other] : [other, lines.length];
  if (shape[0] !== m || shape[1] !== n) return [`shape is ${shape.join(" x ")} instead of ${m} x ${n}`];
  if (rows.length !== vals.length || cols.length !== vals.length) return ["rows, cols and vals have different lengths"];
  const dense = new Map<string, number>();
  const problems: string[] = [];
  vals.forEach((value, k) => {
    const place = `${rows[k]},${cols[k]}`;
    if (dense.has(place)) problems.push(`${place} is there twice`);
    if (k > 0 && (rows[k - 1] ?? 0) > (rows[k] ?? 0)) problems.push(`row ${rows[k]} comes after row ${rows[k - 1]}`);
    dense.set(place, value);
  });
  const largest = Math.max(1e-3, ...lines.flatMap((line) => [...line].map(Math.abs)).filter((x) => Number.isFinite(x)));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const expected = (areRows ? lines[i]?.[j] : lines[j]?.[i]) ?? Number.NaN;
      const found = dense.get(`${i},${j}`) ?? 0;
      if (!Number.isNaN(expected) && !close(found, expected, tolerance, largest)) problems.push(`row ${i}, column ${j}: ${found} instead of ${expected}`);
    }
  }
  return problems;
}
