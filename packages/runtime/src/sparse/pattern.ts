// Where the entries of a sparse matrix stand, and how they are found again. Matrices of one pattern share it, and with it all arrays but `vals`.
import type { Doubles, SparseMatrix } from "../types.ts";
import type { Lists } from "./coloring.ts";
import type { Unions } from "./dependencies.ts";

export interface Pattern {
  readonly starts: Int32Array;
  readonly cols: Int32Array;
  readonly columns: number;
  /** of each entry, once somebody has asked */
  rows: Int32Array | null;
  /** null where no products are needed */
  readonly groups: Groups | null;
}

/** Which rows or columns go into one product, and where its numbers belong; and what was found by which this was planned. */
export interface Groups {
  /** of products */
  readonly count: number;
  /** do products go forwards, with columns together? */
  readonly byColumns: boolean;
  readonly isHessian: boolean;
  /** of each row, or of each column */
  readonly colors: Int32Array;
  /** of the entries, by product: where they stand in it, and which they are */
  readonly sources: Lists;
  readonly targets: Int32Array;
  readonly unions: Unions;
  /** for each number of the output the set of columns on which it depends */
  readonly found: Doubles;
}

/** hidden, so that a matrix is plain data to everybody else */
const PATTERN: unique symbol = /* @__PURE__ */ Symbol("pattern") as never;

interface Patterned {
  readonly [PATTERN]?: Pattern;
}

export const patternOf = (matrix: SparseMatrix | null | undefined): Pattern | null => (matrix ? (matrix as Patterned)[PATTERN] ?? null : null);

/** the rows of all entries, from where rows start */
function rowsOf(starts: Int32Array): Int32Array {
  const count = starts.length - 1;
  const rows = new Int32Array(starts[count]!);
  // `fill` takes longer than a short row
  let k = 0;
  for (let row = 0; row < count; row++) for (const end = starts[row + 1]!; k < end; k++) rows[k] = row;
  return rows;
}

/** a matrix by rows; which row each entry is in is written out when somebody asks */
export function matrixOf(pattern: Pattern, vals: Float64Array): SparseMatrix {
  const { starts, cols, columns } = pattern;
  const matrix: SparseMatrix = {
    get rows() { return (pattern.rows ??= rowsOf(starts)); },
    cols, vals, starts, shape: [starts.length - 1, columns],
  };
  return Object.defineProperty(matrix, PATTERN, { value: pattern });
}
