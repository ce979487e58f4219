// The plan of a compressed derivative: which rows or columns go into one product, and where its numbers belong.
import { flatten, ravel } from "../array/ravel.ts";
import type { Doubles, SparseMatrix } from "../types.ts";
import { isEqual } from "./matrix.ts";
import { colorLists, type Lists, longest, starColoring, transposed } from "./coloring.ts";
import type { Dependencies } from "./dependencies.ts";
import { type Groups, matrixOf, type Pattern } from "./pattern.ts";

/** Products are asked for one after the other, `count` of them; each tells some of the entries. */
export interface Plan extends Groups {
  readonly matrix: SparseMatrix;
  /** the structure of the rows or the columns */
  unravel: ((flat: ArrayLike<number>) => unknown) | null;
}

/** by row, the columns in which it has an entry */
function pattern(sets: Dependencies, found: Doubles): Lists {
  const starts = new Int32Array(found.length + 1);
  let items = new Int32Array(2 * found.length);
  let size = 0;
  for (let row = 0; row < found.length; row++) {
    const members = sets.membersOf(found[row]!, row);
    if (size + members.length > items.length) {
      const longer = new Int32Array(2 * (size + members.length));
      longer.set(items);
      items = longer;
    }
    items.set(members, size);
    size += members.length;
    starts[row + 1] = size;
  }
  return { starts, items: items.slice(0, size) };
}

/** the pattern and its mirror image: rounding does not stop a Hessian from being symmetric, but code may add zeros on one side alone */
function symmetric(byRow: Lists): Lists {
  const count = byRow.starts.length - 1;
  const other = transposed(byRow, count);
  const starts = new Int32Array(count + 1);
  const items = new Int32Array(2 * byRow.items.length);
  let size = 0;
  for (let row = 0; row < count; row++) {
    let [a, b] = [byRow.starts[row]!, other.starts[row]!];
    const [aEnd, bEnd] = [byRow.starts[row + 1]!, other.starts[row + 1]!];
    while (a < aEnd || b < bEnd) {
      const [one, two] = [a < aEnd ? byRow.items[a]! : count, b < bEnd ? other.items[b]! : count];
      items[size++] = Math.min(one, two);
      if (one <= two) a++;
      if (two <= one) b++;
    }
    starts[row + 1] = size;
  }
  return { starts, items: items.slice(0, size) };
}

function grouped(sets: Dependencies, found: Doubles, isHessian: boolean): Pattern {
  const traced = pattern(sets, found);
  const byRow = isHessian ? symmetric(traced) : traced;
  const byColumn = transposed(byRow, sets.singles);
  // as many products as the longest row has entries are needed at least with columns together; with rows together, as the longest column
  const byColumns = isHessian || longest(byRow) <= longest(byColumn);
  const colors = isHessian ? starColoring(byRow) : byColumns ? colorLists(byColumn, byRow) : colorLists(byRow, byColumn);
  const { starts, items: cols } = byRow;
  const product = new Int32Array(cols.length);
  const index = new Int32Array(cols.length);
  for (let row = 0; row < found.length; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const column = cols[k]!;
      // of a Hessian: the product of the column's color tells it in this row, if no other column of that color has an entry there
      const isTold = isHessian ? isAlone(byRow, colors, row, column) : byColumns;
      product[k] = colors[isTold ? column : row]!;
      index[k] = isTold ? row : column;
    }
  }
  const count = colors.reduce((most, color) => Math.max(most, color + 1), 0);
  const { starts: first, items: targets } = transposed({ starts: Int32Array.from({ length: cols.length + 1 }, (_, k) => k), items: product }, count);
  const groups = { count, byColumns, isHessian, colors, sources: { starts: first, items: targets.map((k) => index[k]!) }, targets, unions: sets.unions, found };
  return { starts, cols, columns: sets.singles, rows: null, groups };
}

/** the pattern of the run before this one, if both have found the same */
function sameAgain({ followed, unions }: Dependencies, found: Doubles, isHessian: boolean): Pattern | null {
  const groups = followed?.groups;
  return groups && groups.isHessian === isHessian && groups.unions.count === unions.count && isEqual(found, groups.found) ? followed : null;
}

/** `result`: for each number of the output the set of columns on which it depends */
export function compress(sets: Dependencies, result: unknown, isHessian: boolean): Plan {
  const found = flatten(result);
  const pattern = sameAgain(sets, found, isHessian) ?? grouped(sets, found, isHessian);
  return { ...pattern.groups!, matrix: matrixOf(pattern, new Float64Array(pattern.cols.length)), unravel: null };
}

/** is the column the only one of its color with an entry in the row? */
function isAlone({ starts, items }: Lists, colors: Int32Array, row: number, column: number): boolean {
  for (let k = starts[row]!; k < starts[row + 1]!; k++) if (items[k] !== column && colors[items[k]!] === colors[column]) return false;
  return true;
}

/** 1 where the color is, in the structure of the rows or the columns */
export function seedOf<T>(plan: Plan, color: number, like: T): T {
  plan.unravel ??= ravel(like)[1];
  const { colors } = plan;
  const seed = new Float64Array(colors.length);
  for (let i = 0; i < colors.length; i++) if (colors[i] === color) seed[i] = 1;
  return plan.unravel(seed) as T;
}

/** Takes the entries off a product. */
export function collect({ sources, targets, matrix }: Plan, color: number, product: unknown): void {
  const numbers = flatten(product);
  for (let k = sources.starts[color]!; k < sources.starts[color + 1]!; k++) matrix.vals[targets[k]!] = numbers[sources.items[k]!]!;
}

export const compressedMatrix = (plan: Plan): SparseMatrix => plan.matrix;
