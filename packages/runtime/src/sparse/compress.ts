// The plan of a compressed derivative: which rows or columns go into one product, and where its numbers belong.
import { flatten, ravel } from "../array/ravel.ts";
import type { SparseMatrix } from "../types.ts";
import { byRows } from "./matrix.ts";
import { colorLists, type Lists, longest, starColoring, transposed } from "./coloring.ts";
import type { Dependencies } from "./dependencies.ts";

/** Products are asked for one after the other, `count` of them; each tells some of the entries. */
export interface Plan {
  readonly count: number;
  /** do products go forwards, with columns together? */
  readonly byColumns: boolean;
  /** of each row, or of each column */
  readonly colors: Int32Array;
  /** of the entries, by product: where they stand in it, and which they are */
  readonly sources: Lists;
  readonly targets: Int32Array;
  readonly matrix: SparseMatrix;
}

/** by row, the columns in which it has an entry */
function pattern(sets: Dependencies, found: unknown): Lists {
  const perRow = Array.from(flatten(found), (set, row) => sets.membersOf(set, row));
  const starts = new Int32Array(perRow.length + 1);
  perRow.forEach((columns, row) => { starts[row + 1] = starts[row]! + columns.length; });
  return { starts, items: Int32Array.from(perRow.flat()) };
}

/** the pattern and its mirror image: rounding does not stop a Hessian from being symmetric, but code may add zeros on one side alone */
function symmetric(byRow: Lists): Lists {
  const count = byRow.starts.length - 1;
  const other = transposed(byRow, count);
  const all = Array.from({ length: count }, (_, i) => {
    const both = [byRow, other].flatMap(({ starts, items }) => [...items.subarray(starts[i], starts[i + 1])]);
    return [...new Set(both)].sort((a, b) => a - b);
  });
  const starts = new Int32Array(count + 1);
  all.forEach((list, i) => { starts[i + 1] = starts[i]! + list.length; });
  return { starts, items: Int32Array.from(all.flat()) };
}

/** `found`: for each number of the output the set of columns on which it depends */
export function compress(sets: Dependencies, found: unknown, isHessian: boolean): Plan {
  const traced = pattern(sets, found);
  const rowCount = traced.starts.length - 1;
  const byRow = isHessian ? symmetric(traced) : traced;
  const byColumn = transposed(byRow, sets.singles);
  // as many products as the longest row has entries are needed at least with columns together; with rows together, as the longest column
  const byColumns = isHessian || longest(byRow) <= longest(byColumn);
  const colors = isHessian ? starColoring(byRow) : byColumns ? colorLists(byColumn, byRow) : colorLists(byRow, byColumn);
  const size = byRow.items.length;
  const matrix = byRows(byRow.starts, byRow.items, new Float64Array(size), sets.singles);
  const product = new Int32Array(size);
  const index = new Int32Array(size);
  for (let row = 0; row < rowCount; row++) {
    for (let k = byRow.starts[row]!; k < byRow.starts[row + 1]!; k++) {
      const column = byRow.items[k]!;
      // of a Hessian: the product of the column's color tells it in this row, if no other column of that color has an entry there
      const isTold = isHessian ? isAlone(byRow, colors, row, column) : byColumns;
      product[k] = colors[isTold ? column : row]!;
      index[k] = isTold ? row : column;
    }
  }
  const count = colors.reduce((most, color) => Math.max(most, color + 1), 0);
  const { starts, items: targets } = transposed({ starts: Int32Array.from({ length: size + 1 }, (_, k) => k), items: product }, count);
  return { count, byColumns, colors, sources: { starts, items: targets.map((k) => index[k]!) }, targets, matrix };
}

/** is the column the only one of its color with an entry in the row? */
function isAlone({ starts, items }: Lists, colors: Int32Array, row: number, column: number): boolean {
  for (let k = starts[row]!; k < starts[row + 1]!; k++) if (items[k] !== column && colors[items[k]!] === colors[column]) return false;
  return true;
}

/** 1 where the color is, in the structure of the rows or the columns */
export function seedOf<T>(plan: Plan, color: number, like: T): T {
  const [, unravel] = ravel(like);
  return unravel(Float64Array.from(plan.colors, (x) => (x === color ? 1 : 0)));
}

/** Takes the entries off a product. */
export function collect({ sources, targets, matrix }: Plan, color: number, product: unknown): void {
  const numbers = flatten(product);
  for (let k = sources.starts[color]!; k < sources.starts[color + 1]!; k++) matrix.vals[targets[k]!] = numbers[sources.items[k]!]!;
}

export const compressedMatrix = (plan: Plan): SparseMatrix => plan.matrix;
