// Sparse derivatives as coordinate triples. Compiled code adds entries as it finds them; `sparseMatrix` makes the matrix of them.
import type { SparseMatrix } from "../types.ts";

const SMALLEST = 64;

/** Entries of a part of the output, in the order in which they were found; its rows are counted from zero. */
export class Entries {
  rows: Int32Array = new Int32Array(0);
  cols: Int32Array = new Int32Array(0);
  vals: Float64Array = new Float64Array(0);
  length: number = 0;
  /** may one place be named twice, or do rows not ascend? Then what stands at one place is added up in the end */
  readonly sums: boolean;
  /** by row: entries of the row before this one do not count, because what they belong to was overwritten */
  starts: Int32Array = new Int32Array(0);

  constructor(sums: boolean) {
    this.sums = sums;
  }

  add(row: number, col: number, value: number): void {
    const at = this.length++;
    if (at === this.vals.length) this.resize(Math.max(2 * at, SMALLEST));
    this.rows[at] = row;
    this.cols[at] = col;
    this.vals[at] = value;
  }

  resize(size: number): void {
    this.rows = resized(new Int32Array(size), this.rows, this.length);
    this.cols = resized(new Int32Array(size), this.cols, this.length);
    this.vals = resized(new Float64Array(size), this.vals, this.length);
  }
}

function resized<T extends Int32Array | Float64Array>(into: T, from: T, length: number): T {
  if (length > 0) into.set(from.subarray(0, length));
  return into;
}

/** entries of rows that are found one after the other, each place once */
export const newEntries = (): Entries => new Entries(false);

/** entries that are added up where they stand at one place */
export const newSums = (): Entries => new Entries(true);

export function addEntry(entries: Entries, row: number, col: number, value: number): void {
  entries.add(row, col, value);
}

/** Room for so many more entries. */
export function reserveEntries(entries: Entries, count: number): void {
  const needed = entries.length + count;
  if (needed > entries.vals.length) entries.resize(needed);
}

/** What was found of a row so far belongs to a value that is overwritten now. */
export function restartRow(entries: Entries, row: number): void {
  if (row >= entries.starts.length) entries.starts = resized(new Int32Array(Math.max(2 * row, SMALLEST)), entries.starts, entries.starts.length);
  entries.starts[row] = entries.length;
}

/** The positions in `order`, sorted by their keys; those with the same key stay as they were (a counting sort). */
function sorted(order: Int32Array, keys: Int32Array, count: number): Int32Array {
  const next = new Int32Array(count + 1);
  for (const k of order) next[keys[k]! + 1]!++;
  for (let key = 0; key < count; key++) next[key + 1]! += next[key]!;
  const made = new Int32Array(order.length);
  for (const k of order) made[next[keys[k]!]!++] = k;
  return made;
}

/** by rows and columns, and each place once */
function summed({ rows, cols, vals, starts, length }: Entries, count: number, columns: number): Entries {
  const given = new Int32Array(length);
  for (let k = 0; k < length; k++) given[k] = k;
  const made = new Entries(false);
  made.resize(length);
  for (const from of sorted(sorted(given, cols, columns), rows, count)) {
    const row = rows[from]!;
    const col = cols[from]!;
    if (row < starts.length && from < starts[row]!) continue;
    const last = made.length - 1;
    if (last >= 0 && made.rows[last] === row && made.cols[last] === col) made.vals[last]! += vals[from]!;
    else made.add(row, col, vals[from]!);
  }
  return made;
}

function append(whole: Entries, part: Entries, firstRow: number): void {
  const { length } = part;
  reserveEntries(whole, length);
  const at = whole.length;
  for (let k = 0; k < length; k++) whole.rows[at + k] = firstRow + part.rows[k]!;
  whole.cols.set(part.cols.subarray(0, length), at);
  whole.vals.set(part.vals.subarray(0, length), at);
  whole.length += length;
}

/**
 * The matrix of the entries of the parts of an output, in order: for each part its entries, and how many rows it has.
 * Time and memory are linear in the number of entries, rows and columns.
 */
export function sparseMatrix(columns: number, ...parts: readonly (Entries | number)[]): SparseMatrix {
  const whole = new Entries(false);
  let firstRow = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const given = parts[i] as Entries;
    const count = parts[i + 1] as number;
    const entries = given.sums ? summed(given, count, columns) : given;
    if (i === 0) {
      whole.rows = entries.rows;
      whole.cols = entries.cols;
      whole.vals = entries.vals;
      whole.length = entries.length;
    } else {
      append(whole, entries, firstRow);
    }
    firstRow += count;
  }
  if (whole.length < whole.vals.length) whole.resize(whole.length);
  return { rows: whole.rows, cols: whole.cols, vals: whole.vals, shape: [firstRow, columns] };
}
