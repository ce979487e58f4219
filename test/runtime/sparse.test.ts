// The runtime of sparse derivatives: colorings on structures of published test problems, sets, positions, and matrices from entries.
//   bands, the 5-point grid: Curtis, Powell and Reid 1974; arrow, bands of Hessians: Coleman and Moré 1984 (chained Rosenbrock, arrowhead)
import { addEntry, compress, newDependencies, newEntries, newSums, positionsLike, ravel, reserveEntries, restartRow, sparseMatrix, type SparseMatrix, startsOf, unite } from "cotangent";
import { describe, expect, it } from "vitest";
import { colorLists, type Lists, starColoring, transposed } from "../../packages/runtime/src/sparse/coloring.ts";
import { createRandom } from "../harness/random.ts";

type Pattern = readonly (readonly number[])[];

function listsOf(rows: Pattern): Lists {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => { starts[i + 1] = (starts[i] ?? 0) + row.length; });
  return { starts, items: Int32Array.from(rows.flat()) };
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const band = (n: number, below: number, above: number): Pattern => range(n).map((i) => range(n).filter((j) => i - j <= below && j - i <= above));
const arrow = (n: number): Pattern => range(n).map((i) => (i === 0 ? range(n) : [0, i]));
const grid = (k: number): Pattern => range(k * k).map((p) => [p - k, p - 1, p, p + 1, p + k].filter((q) => q >= 0 && q < k * k && Math.abs((q % k) - (p % k)) + Math.abs(Math.floor(q / k) - Math.floor(p / k)) <= 1));
const loose = (rows: number, columns: number, seed: number): Pattern => {
  const random = createRandom(seed);
  return range(rows).map(() => range(columns).filter(() => random.chance(0.1)));
};

const countOf = (colors: Int32Array): number => Math.max(-1, ...colors) + 1;

/** the columns in groups of which no two have a row in common */
function columnColors(rows: Pattern, columns: number): Int32Array {
  const byRow = listsOf(rows);
  const colors = colorLists(transposed(byRow, columns), byRow);
  for (const row of rows) expect(new Set(row.map((j) => colors[j])).size).toBe(row.length);
  return colors;
}

/** what a product with each color tells is enough to read off every entry */
function starColors(rows: Pattern): Int32Array {
  const colors = starColoring(listsOf(rows));
  const isAlone = (i: number, j: number): boolean => (rows[i] ?? []).every((k) => k === j || colors[k] !== colors[j]);
  rows.forEach((row, i) => { for (const j of row) expect(isAlone(i, j) || isAlone(j, i), `${i}, ${j}`).toBe(true); });
  return colors;
}

describe("groups of columns", () => {
  it("are as many as a band is wide", () => {
    expect(countOf(columnColors(band(40, 1, 1), 40))).toBe(3);
    expect(countOf(columnColors(band(40, 2, 1), 40))).toBe(4);
    expect(countOf(columnColors(band(40, 0, 0), 40))).toBe(1);
  });

  it("are few on a grid: five at least, eight at most", () => {
    const count = countOf(columnColors(grid(12), 144));
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(8);
  });

  it.each([1, 2, 3])("tell any pattern apart (%d)", (seed) => {
    expect(countOf(columnColors(loose(60, 40, seed), 40))).toBeLessThanOrEqual(40);
  });
});

describe("star colorings", () => {
  it("take two products for an arrow, whatever its size", () => {
    expect(countOf(starColors(arrow(50)))).toBe(2);
  });

  it("take one product for a diagonal, and at most 2 b + 1 for b bands on each side", () => {
    expect(countOf(starColors(band(40, 0, 0)))).toBe(1);
    expect(countOf(starColors(band(40, 1, 1)))).toBeLessThanOrEqual(3);
    expect(countOf(starColors(band(40, 2, 2)))).toBeLessThanOrEqual(5);
  });

  it.each([1, 2, 3])("tell any symmetric pattern apart (%d)", (seed) => {
    const half = loose(40, 40, seed);
    starColors(range(40).map((i) => range(40).filter((j) => i === j || half[i]!.includes(j) || half[j]!.includes(i))));
  });
});

describe("sets of columns", () => {
  it("are united, each member once", () => {
    const sets = newDependencies(5);
    const a = unite(sets, 1, 3);
    const b = unite(sets, a, unite(sets, 5, 1));
    expect(sets.membersOf(b, 0)).toEqual([0, 2, 4]);
    expect(sets.membersOf(unite(sets, 0, a), 1)).toEqual([0, 2]);
    expect(sets.membersOf(0, 2)).toEqual([]);
    expect(unite(sets, 4, 4)).toBe(4);
  });

  it("follow an earlier run as long as it unites the same, and leave that one as it was", () => {
    const first = newDependencies(4);
    const { matrix } = compress(first, [unite(first, 1, 2), unite(first, 3, 4)], false);
    const same = newDependencies(4, matrix);
    expect(compress(same, [unite(same, 1, 2), unite(same, 3, 4)], false).matrix.cols).toBe(matrix.cols);
    // other sets, fewer, more, other outputs, and the same of a Hessian
    const others: readonly ((sets: ReturnType<typeof newDependencies>) => readonly number[])[] = [
      (sets) => [unite(sets, 1, 3), unite(sets, 3, 4)], (sets) => [unite(sets, 1, 2), 3],
      (sets) => [unite(sets, 1, 2), unite(sets, unite(sets, 3, 4), 1)], (sets) => [unite(sets, 1, 2), unite(sets, 3, 4) - 1],
    ];
    const columnsOf = ({ cols, starts }: SparseMatrix): readonly (readonly number[])[] => Array.from(starts.slice(1), (end, row) => Array.from(cols.slice(starts[row], end)));
    expect(others.map((found) => { const sets = newDependencies(4, matrix); return columnsOf(compress(sets, found(sets), false).matrix); }))
      .toEqual([[[0, 2], [2, 3]], [[0, 1], [2]], [[0, 1], [0, 2, 3]], [[0, 1], [0, 1]]]);
    const again = newDependencies(4, matrix);
    expect(compress(again, [unite(again, 1, 2), unite(again, 3, 4)], false).matrix.cols).toBe(matrix.cols);
  });

  it("hold long chains", () => {
    const sets = newDependencies(200_000);
    let all = 0;
    for (let i = 1; i <= 200_000; i++) all = unite(sets, all, i);
    expect(sets.membersOf(all, 0)).toHaveLength(200_000);
  });
});

describe("positions", () => {
  const inner = [7, 8];
  const value = { a: 1, name: "x", list: [inner, [3], inner], floats: Float64Array.of(1, 2), map: new Map([["k", 5]]) };

  it("are those of ravel", () => {
    const positions = positionsLike(value, 10);
    expect(ravel(positions)[0]).toEqual(Float64Array.from(ravel(value)[0], (_, i) => 10 + i));
    expect(positions.list[0]).toBe(positions.list[2]);
  });

  it("start where each array does; one that is there twice is counted once", () => {
    expect([...startsOf([[1, 2], [], [3, 4, 5]], 2)]).toEqual([2, 4, 4, 7]);
    expect([...startsOf([inner, [3], inner], 0)]).toEqual([0, 2, 0, 3]);
  });
});

describe("a matrix of entries", () => {
  it("adds up what stands at one place, in order", () => {
    const entries = newSums();
    for (const [row, col, value] of [[2, 1, 1], [0, 3, 2], [2, 0, 3], [2, 1, 4], [0, 1, 5]] as const) addEntry(entries, row, col, value);
    const { rows, cols, vals, shape } = sparseMatrix(4, entries, 3);
    expect([[...rows], [...cols], [...vals], shape]).toEqual([[0, 0, 2, 2], [1, 3, 0, 1], [5, 2, 3, 5], [3, 4]]);
  });

  it("forgets what was found of a place that is overwritten", () => {
    const entries = newSums();
    addEntry(entries, 0, 1, 9);
    addEntry(entries, 1, 1, 8);
    restartRow(entries, 0);
    addEntry(entries, 0, 0, 7);
    const { rows, cols, vals } = sparseMatrix(2, entries, 2);
    expect([[...rows], [...cols], [...vals]]).toEqual([[0, 1], [0, 1], [7, 8]]);
  });

  it("puts parts below each other", () => {
    const [first, second] = [newEntries(), newEntries()];
    reserveEntries(first, 3);
    for (let i = 0; i < 100; i++) addEntry(first, i, 0, i);
    addEntry(second, 1, 1, -1);
    const { rows, vals, shape, starts } = sparseMatrix(2, first, 100, second, 2);
    expect([rows.length, rows[100], vals[100], shape]).toEqual([101, 101, -1, [102, 2]]);
    expect(starts.slice(99)).toEqual(Int32Array.of(99, 100, 100, 101));
  });
});
