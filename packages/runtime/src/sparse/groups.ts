// What is known of a compressed matrix beside its numbers: how its entries are found again. Matrices of one pattern share the arrays that say where
// entries stand, and by these their groups are remembered.
import type { Doubles, SparseMatrix } from "../types.ts";
import type { Lists } from "./coloring.ts";
import type { Unions } from "./dependencies.ts";

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
  readonly starts: Int32Array;
  readonly cols: Int32Array;
  readonly columns: number;
  readonly unions: Unions;
  /** for each number of the output the set of columns on which it depends */
  readonly found: Doubles;
}

const known = /* @__PURE__ */ new WeakMap<Int32Array, Groups>();

export function remember(groups: Groups): Groups {
  known.set(groups.starts, groups);
  return groups;
}

export const groupsOf = (matrix: SparseMatrix | null | undefined): Groups | null => (matrix ? known.get(matrix.starts) ?? null : null);
