// Sparse derivatives as coordinate triples. Compiled code adds entries as it finds them; `sparseMatrix` makes the matrix of them.
import type { SparseMatrix } from "../types.ts";
import { matrixOf, patternOf } from "./pattern.ts";

const SMALLEST = 64;

function resized<T extends Int32Array | Float64Array>(into: T, from: T, length: number): T {
  if (length > 0) into.set(from.subarray(0, length));
  return into;
}

/**
 * Entries of a part of the output, in the order in which they were found; its rows are counted from zero. Where rows are found one after the
 * other, and each place once, it is enough to note where each row ends.
 */
export class Entries {
  cols: Int32Array = new Int32Array(0);
  vals: Float64Array = new Float64Array(0);
  length: number = 0;
  /** by row, where its entries end; 0 where none were found */
  ends: Int32Array = new Int32Array(0);

  add(row: number, col: number, value: number): void {
    const at = this.length++;
    if (at === this.vals.length) this.resize(Math.max(2 * at, SMALLEST));
    this.cols[at] = col;
    this.vals[at] = value;
    endRow(this, row, at + 1);
  }

  resize(size: number): void {
    this.cols = resized(new Int32Array(size), this.cols, this.length);
    this.vals = resized(new Float64Array(size), this.vals, this.length);
  }

  resizeRows(size: number): void {
    this.ends = resized(new Int32Array(size), this.ends, this.ends.length);
  }
}

/** Entries in any order, of which several may stand at one place. */
export class Sums extends Entries {
  rows: Int32Array = new Int32Array(0);
  /** by row: entries of the row before this one do not count, because what they belong to was overwritten */
  starts: Int32Array = new Int32Array(0);

  override add(row: number, col: number, value: number): void {
    const at = this.length++;
    if (at === this.vals.length) this.resize(Math.max(2 * at, SMALLEST));
    this.rows[at] = row;
    this.cols[at] = col;
    this.vals[at] = value;
  }

  override resize(size: number): void {
    super.resize(size);
    this.rows = resized(new Int32Array(size), this.rows, this.length);
  }
}

/** entries of rows that are found one after the other, each place once */
export const newEntries = (): Entries => new Entries();

/** entries that are added up where they stand at one place */
export const newSums = (): Sums => new Sums();

export function addEntry(entries: Entries, row: number, col: number, value: number): void {
  entries.add(row, col, value);
}

/** Room for so many more entries. */
export function reserveEntries(entries: Entries, count: number): void {
  const needed = entries.length + count;
  if (needed > entries.vals.length) entries.resize(needed);
}

/** The entries of a row end here. */
export function endRow(entries: Entries, row: number, end: number): void {
  if (row >= entries.ends.length) entries.resizeRows(Math.max(2 * row, SMALLEST));
  entries.ends[row] = end;
}

/** What was found of a row so far belongs to a value that is overwritten now; `at`: how many entries there are by now, where they are written without `addEntry`. */
export function restartRow(entries: Sums, row: number, at: number = entries.length): void {
  if (row >= entries.starts.length) entries.starts = resized(new Int32Array(Math.max(2 * row, SMALLEST)), entries.starts, entries.starts.length);
  entries.starts[row] = at;
}

/** The positions in `order`, sorted by their keys; those with the same key stay as they were (a counting sort). */
export function sorted(order: Int32Array, keys: Int32Array, count: number): Int32Array {
  const next = new Int32Array(count + 1);
  for (const k of order) next[keys[k]! + 1]!++;
  for (let key = 0; key < count; key++) next[key + 1]! += next[key]!;
  const made = new Int32Array(order.length);
  for (const k of order) made[next[keys[k]!]!++] = k;
  return made;
}

/** by rows and columns, and each place once */
function summed({ rows, cols, vals, starts, length }: Sums, count: number, columns: number): Entries {
  // what was stored beside the array is in no row
  let inside = 0;
  const given = new Int32Array(length);
  for (let k = 0; k < length; k++) if (rows[k]! >= 0 && rows[k]! < count) given[inside++] = k;
  const made = new Entries();
  reserveEntries(made, length);
  let last = -1;
  for (const from of sorted(sorted(given.subarray(0, inside), cols, columns), rows, count)) {
    const row = rows[from]!;
    const col = cols[from]!;
    if (row < starts.length && from < starts[row]!) continue;
    if (row === last && made.cols[made.length - 1] === col) made.vals[made.length - 1]! += vals[from]!;
    else made.add(row, col, vals[from]!);
    last = row;
  }
  return made;
}

export function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The matrix, with the arrays of an earlier one that say where entries stand, if it has the same pattern. */
export function withPatternOf(matrix: SparseMatrix, earlier?: SparseMatrix | null): SparseMatrix {
  const pattern = patternOf(earlier);
  const isSame = pattern !== null && pattern.columns === matrix.shape[1] && isEqual(pattern.starts, matrix.starts) && isEqual(pattern.cols, matrix.cols);
  return isSame ? matrixOf(pattern, matrix.vals) : matrix;
}

/** where the entries of the first `count` rows end */
function lastEnd(ends: Int32Array, count: number): number {
  let row = count - 1;
  while (row >= 0 && ends[row] === 0) row--;
  return row < 0 ? 0 : ends[row]!;
}

/**
 * The matrix of the entries of the parts of an output, in order: for each part its entries, and how many rows it has.
 * Time and memory are linear in the number of entries, rows and columns.
 */
export function sparseMatrix(columns: number, ...parts: readonly (Entries | number)[]): SparseMatrix {
  const whole = new Entries();
  let count = 0;
  for (let i = 1; i < parts.length; i += 2) count += parts[i] as number;
  const starts = new Int32Array(count + 1);
  let row = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const given = parts[i] as Entries;
    const own = parts[i + 1] as number;
    const entries = given instanceof Sums ? summed(given, own, columns) : given;
    const { cols, vals, ends } = entries;
    // what was stored behind the end of the array is in no row
    const length = ends.length > own ? Math.min(entries.length, lastEnd(ends, own)) : entries.length;
    const before = whole.length;
    if (i === 0) {
      whole.cols = cols;
      whole.vals = vals;
    } else {
      reserveEntries(whole, length);
      whole.cols.set(cols.subarray(0, length), before);
      whole.vals.set(vals.subarray(0, length), before);
    }
    whole.length += length;
    // a row without entries ends where the one before it does
    let end = 0;
    for (let k = 0; k < own; k++) {
      if (k < ends.length) end = Math.max(end, ends[k]!);
      starts[++row] = before + end;
    }
  }
  if (whole.length < whole.vals.length) whole.resize(whole.length);
  return matrixOf({ starts, cols: whole.cols, columns, rows: null, groups: null }, whole.vals);
}
