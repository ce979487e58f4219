// Checks derivatives by numbers alone: Richardson differences against each leaf of the gradient, and the dot-product identity
// between the two modes. Assumes a deterministic function; guarantees that a NaN on either side is a failure.

export interface Leaf {
  readonly path: string;
  readonly value: number;
}

const isTyped = (x: unknown): x is Float64Array | Float32Array => x instanceof Float64Array || x instanceof Float32Array;
const isObject = (x: unknown): x is Record<string, unknown> => typeof x === "object" && x !== null;

/** a copy that shares no mutable number with the original; what holds no numbers is kept as it is */
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return (value as Float64Array).slice();
  if (value instanceof Map) return new Map([...value].map(([k, v]): [unknown, unknown] => [k, clone(v)]));
  if (!isObject(value) || value instanceof Date || value instanceof RegExp) return value;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  for (const [key, x] of Object.entries(value)) copy[key] = clone(x);
  return copy;
}

const step = (path: string, key: string | number): string => {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? key : /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
};

function childrenOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value) || isTyped(value)) return [...value].map((x, i): [number, unknown] => [i, x]);
  if (value instanceof Map) return [...value].map(([k, x]): [string, unknown] => [String(k), x]);
  return isObject(value) ? Object.entries(value) : [];
}

/** every number of a structure with the path to it */
export function leaves(value: unknown, path = ""): readonly Leaf[] {
  if (typeof value === "number") return [{ path, value }];
  return childrenOf(value).flatMap(([key, x]) => leaves(x, step(path, key)));
}

/** `value` with the number at `path` moved by `by`, and how often it was found */
function moved(value: unknown, path: string, by: number, at = ""): unknown {
  if (typeof value === "number") return at === path ? value + by : value;
  if (isTyped(value)) {
    const copy = value.slice();
    copy.forEach((x, i) => { if (step(at, i) === path) copy[i] = x + by; });
    return copy;
  }
  if (Array.isArray(value)) return value.map((x, i) => moved(x, path, by, step(at, i)));
  if (value instanceof Map) return new Map([...value].map(([k, x]): [unknown, unknown] => [k, moved(x, path, by, step(at, String(k)))]));
  if (!isObject(value)) return value;
  const copy = clone(value) as Record<string, unknown>;
  for (const [key, x] of Object.entries(value)) copy[key] = moved(x, path, by, step(at, key));
  return copy;
}

export interface Slope {
  readonly value: number;
  readonly error: number;
  /** the slopes from the left and from the right */
  readonly left: number;
  readonly right: number;
}

/** Ridders' method: central differences at shrinking steps, extrapolated; the best column by its own error estimate. */
export function slope(f: (h: number) => number, scale: number): Slope {
  const start = 1e-2 * Math.max(1, Math.abs(scale));
  const shrink = 1.4;
  const rows: number[][] = [];
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  for (let i = 0, h = start; i < 12; i++, h /= shrink) {
    const row = [(f(h) - f(-h)) / (2 * h)];
    const before = rows[i - 1];
    for (let j = 1, factor = shrink * shrink; before !== undefined && j <= i; j++, factor *= shrink * shrink) {
      const left = row[j - 1] ?? Number.NaN;
      const above = before[j - 1] ?? Number.NaN;
      const value = (left * factor - above) / (factor - 1);
      row.push(value);
      const error = Math.max(Math.abs(value - left), Math.abs(value - above));
      if (error < best.error) best = { value, error };
    }
    rows.push(row);
  }
  const center = f(0);
  const small = 1e-7 * Math.max(1, Math.abs(scale));
  return { ...best, left: (center - f(-small)) / small, right: (f(small) - center) / small };
}

export interface Disagreement {
  readonly path: string;
  readonly derivative: number;
  readonly expected: number;
  readonly what: "differences" | "dot product";
}

export interface Check {
  readonly leaves: number;
  readonly largest: number;
  readonly failure: Disagreement | null;
}

/** does a derivative agree with differences? Between the one-sided slopes of a kink every value is a convention. */
function agrees(derivative: number, { value, error, left, right }: Slope, tolerance: number): boolean {
  const scale = Math.max(1, Math.abs(value), Math.abs(derivative));
  if (Math.abs(derivative - value) <= tolerance * scale + 2 * error && error <= 1e-3 * scale) return true;
  const slack = 1e-4 * scale;
  const isKink = Math.abs(left - right) > 100 * slack * 0.01;
  return isKink && derivative >= Math.min(left, right) - slack && derivative <= Math.max(left, right) + slack;
}

/** Each leaf of the gradient against differences of `f`, a number-valued function of the arguments. */
export function checkGradient(f: (args: readonly unknown[]) => number, args: readonly unknown[], gradient: readonly unknown[], names: readonly string[], tolerance = 1e-6): Check {
  let count = 0;
  let largest = 0;
  for (const [i, argument] of args.entries()) {
    const points = new Map(leaves(argument).map((x) => [x.path, x.value]));
    for (const { path, value } of leaves(gradient[i])) {
      const at = points.get(path);
      if (at === undefined) continue;
      count++;
      const measured = slope((h) => f(args.map((x, j) => (j === i ? moved(clone(x), path, h) : clone(x)))), at);
      const difference = Math.abs(value - measured.value) / Math.max(1, Math.abs(measured.value));
      if (!agrees(value, measured, tolerance)) {
        return { leaves: count, largest: difference, failure: { path: `${names[i] ?? `argument ${i}`}${path === "" || path.startsWith("[") ? path : `.${path}`}`, derivative: value, expected: measured.value, what: "differences" } };
      }
      if (Number.isFinite(difference)) largest = Math.max(largest, difference);
    }
  }
  return { leaves: count, largest, failure: null };
}

/** a structure of random numbers shaped as the derivative `like` */
export function randomLike(like: unknown, random: () => number): unknown {
  if (typeof like === "number") return 2 * random() - 1;
  if (isTyped(like)) return like.map(() => 2 * random() - 1);
  if (Array.isArray(like)) return like.map((x) => randomLike(x, random));
  if (like instanceof Map) return new Map([...like].map(([k, x]): [unknown, unknown] => [k, randomLike(x, random)]));
  if (!isObject(like)) return null;
  return Object.fromEntries(Object.entries(like).map(([key, x]) => [key, randomLike(x, random)]));
}

/** Σ a·b over equal structures, and Σ|a·b| */
export function dot(a: unknown, b: unknown): { readonly sum: number; readonly size: number } {
  const others = new Map(leaves(b).map((x) => [x.path, x.value]));
  let sum = 0;
  let size = 0;
  for (const { path, value } of leaves(a)) {
    const other = others.get(path);
    if (other === undefined) continue;
    sum += value * other;
    size += Math.abs(value * other);
  }
  return { sum, size };
}

/** mulberry32: the same numbers on every machine */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
