// Symmetry of second derivatives (Schwarz): entry by entry where there are few numbers, else by random directions u and v, ⟨u, H v⟩ = ⟨v, H u⟩.

interface Second {
  readonly count: number;
  /** of each number, to weigh entries by */
  readonly sizes: Float64Array;
  /** the numbers between which there is no kink */
  readonly smooth: readonly number[];
  readonly product: (direction: Float64Array) => Float64Array;
  readonly random: () => number;
  readonly isSingle: boolean;
}

export interface Asymmetry {
  /** −1: along a direction */
  readonly row: number;
  readonly column: number;
  readonly value: number;
  readonly transposed: number;
}

const MOST_COLUMNS = 64;
const PAIRS = 3;

function byEntries({ count, sizes, smooth, product, isSingle }: Second): Asymmetry | null {
  const columns = new Map(smooth.map((at) => {
    const unit = new Float64Array(count);
    unit[at] = 1;
    return [at, product(unit)];
  }));
  let largest = 0;
  for (const [j, column] of columns) for (const i of smooth) largest = Math.max(largest, Math.abs(column[i]! * sizes[i]! * sizes[j]!));
  const tolerance = isSingle ? 1e-5 : 1e-9;
  for (const [j, column] of columns) {
    for (const i of smooth) {
      if (i >= j) break;
      const [value, transposed] = [columns.get(i)![j]!, column[i]!];
      const slack = tolerance * Math.max(Math.abs(value), Math.abs(transposed)) + (1e-3 * tolerance * largest) / (sizes[i]! * sizes[j]!);
      if (!(Math.abs(value - transposed) <= slack)) return { row: i, column: j, value: transposed, transposed: value };
    }
  }
  return null;
}

function byDirections({ count, sizes, smooth, product, random, isSingle }: Second): Asymmetry | null {
  const direction = (): Float64Array => {
    const made = new Float64Array(count);
    for (const at of smooth) made[at] = Math.fround((random() - 0.5) * sizes[at]!);
    return made;
  };
  for (let k = 0; k < PAIRS; k++) {
    const [u, v] = [direction(), direction()];
    const [hu, hv] = [product(u), product(v)];
    let [value, transposed, size] = [0, 0, 0];
    for (const at of smooth) {
      value += u[at]! * hv[at]!;
      transposed += v[at]! * hu[at]!;
      size += Math.abs(u[at]! * hv[at]!) + Math.abs(v[at]! * hu[at]!);
    }
    if (!(Math.abs(value - transposed) <= (isSingle ? 1e-5 : 1e-9) * size)) return { row: -1, column: -1, value, transposed };
  }
  return null;
}

/** Where a matrix of second derivatives is not symmetric; null where it is. */
export const asymmetry = (second: Second): Asymmetry | null => (second.smooth.length <= MOST_COLUMNS ? byEntries(second) : byDirections(second));
