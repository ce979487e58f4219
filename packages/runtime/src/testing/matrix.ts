// A Jacobian as it comes, in nested structures or sparse, as one kind of matrix: a row for each number of the result, a column for each of the arguments.
import { isObject } from "../array/shape.ts";
import type { SparseMatrix } from "../types.ts";
import { eachReplaced, readDerivatives, type Part } from "./layout.ts";

export interface Matrix {
  /** the sum of the rows, each times its weight */
  readonly contract: (weights: Float64Array) => Float64Array;
  /** the sum of the columns, each times its weight */
  readonly apply: (direction: Float64Array) => Float64Array;
  readonly problem: { readonly path: string; readonly text: string } | null;
}

const isSparse = (x: unknown): x is SparseMatrix => isObject(x) && "cols" in x && "vals" in x && "rows" in x && "shape" in x;

function sparse({ rows, cols, vals, shape }: SparseMatrix, height: number, width: number): Matrix {
  const each = (visit: (row: number, col: number, value: number) => void): void => {
    for (let k = 0; k < vals.length; k++) visit(rows[k]!, cols[k]!, vals[k]!);
  };
  const isOutside = rows.some((row) => row < 0 || row >= height) || cols.some((col) => col < 0 || col >= width);
  const isRight = shape[0] === height && shape[1] === width && rows.length === vals.length && cols.length === vals.length;
  return {
    contract: (weights) => {
      const sum = new Float64Array(width);
      each((row, col, value) => { sum[col]! += weights[row]! * value; });
      return sum;
    },
    apply: (direction) => {
      const sum = new Float64Array(height);
      each((row, col, value) => { sum[row]! += direction[col]! * value; });
      return sum;
    },
    problem: isRight && !isOutside ? null : { path: "", text: isOutside ? "an entry lies outside of the matrix" : `the matrix has shape [${shape.join(", ")}], it should be [${height}, ${width}]` },
  };
}

interface Sides {
  readonly result: Part;
  readonly height: number;
  /** one for each parameter with respect to which rows are */
  readonly parts: readonly Part[];
  readonly names: readonly string[];
  readonly width: number;
  /** the entries of a row, one for each of the parts */
  readonly entries: (row: unknown) => readonly unknown[];
}

export function matrixOf(jacobian: unknown, { result, height, parts, names, width, entries }: Sides): Matrix {
  if (isSparse(jacobian)) return sparse(jacobian, height, width);
  const rows: Float64Array[] = Array.from({ length: height }, () => new Float64Array(width));
  const found: { problem: Matrix["problem"] } = { problem: null };
  eachReplaced(result, jacobian, (at, row) => {
    const { numbers, problem, missing } = readDerivatives(parts, width, entries(row), names);
    found.problem ??= problem ?? (missing.includes(1) ? { path: names[0] ?? "", text: `row ${at} of the Jacobian has no number here` } : null);
    rows[at] = numbers;
  });
  return {
    contract: (weights) => {
      const sum = new Float64Array(width);
      rows.forEach((row, i) => { if (weights[i] !== 0) for (let j = 0; j < width; j++) sum[j]! += weights[i]! * row[j]!; });
      return sum;
    },
    apply: (direction) => Float64Array.from(rows, (row) => {
      let sum = 0;
      for (let j = 0; j < width; j++) if (direction[j] !== 0) sum += row[j]! * direction[j]!;
      return sum;
    }),
    problem: found.problem,
  };
}
