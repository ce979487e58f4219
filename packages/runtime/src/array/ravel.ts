// Any structure of numbers as a flat vector, and back: for optimisers that work on vectors.
// The order is that of positions, of keys and of insertion. Guarantees: an object that two paths reach is laid out once and
// shared again in what `unravel` makes; what is not a differentiable number is carried over as it was.
import type { Doubles } from "../types.ts";
import { isFloats, isMap, isNumbers, isObject, isPlain, setField } from "./shape.ts";

type Visit = (numbers: ArrayLike<number>) => void;

function visit(value: unknown, seen: Set<object>, found: Visit): void {
  if (typeof value === "number") found([value]);
  if (!isObject(value) || seen.has(value)) return;
  seen.add(value);
  if (isFloats(value)) found(value);
  else if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    if (isNumbers(elements)) found(elements);
    else for (const element of elements) visit(element, seen, found);
  } else if (isMap(value)) for (const element of value.values()) visit(element, seen, found);
  else if (isPlain(value)) for (const element of Object.values(value)) visit(element, seen, found);
}

/** the numbers of a structure, in order */
export function flatten(value: unknown): Doubles {
  const blocks: ArrayLike<number>[] = [];
  visit(value, new Set(), (numbers) => blocks.push(numbers));
  const flat = new Float64Array(blocks.reduce((sum, block) => sum + block.length, 0));
  blocks.reduce((at, block) => {
    flat.set(block, at);
    return at + block.length;
  }, 0);
  return flat;
}

/** Takes numbers off a vector, front to back. */
class Reader {
  readonly #flat: ArrayLike<number>;
  readonly #made = new Map<object, unknown>();
  #at = 0;

  constructor(flat: ArrayLike<number>) {
    this.#flat = flat;
  }

  #next(): number {
    return this.#flat[this.#at++]!;
  }

  read(value: unknown): unknown {
    if (typeof value === "number") return this.#next();
    if (!isObject(value)) return value;
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    if (isFloats(value)) {
      const floats = value.slice();
      this.#made.set(value, floats);
      for (let i = 0; i < floats.length; i++) floats[i] = this.#next();
      return floats;
    }
    if (Array.isArray(value)) {
      const elements: readonly unknown[] = value;
      const array = elements.slice();
      this.#made.set(value, array);
      for (let i = 0; i < array.length; i++) array[i] = this.read(elements[i]);
      return array;
    }
    if (isMap(value)) {
      const map = new Map<unknown, unknown>();
      this.#made.set(value, map);
      for (const [key, element] of value) map.set(key, this.read(element));
      return map;
    }
    if (!isPlain(value)) return value;
    const object = Object.create(Object.getPrototypeOf(value) as object | null) as object;
    this.#made.set(value, object);
    for (const [key, element] of Object.entries(value)) setField(object, key, this.read(element));
    return object;
  }
}

/** The numbers of a structure as one vector, and the way back from any vector of that length. */
export function ravel<T>(value: T): [flat: Doubles, unravel: (flat: ArrayLike<number>) => T] {
  const flat = flatten(value);
  // the structure is fixed now: the caller may change `value` afterwards
  const shape = new Reader(flat).read(value);
  const unravel = (numbers: ArrayLike<number>): T => {
    if (numbers.length !== flat.length) throw new RangeError(`unravel needs ${flat.length} numbers, got ${numbers.length}`);
    return new Reader(numbers).read(shape) as T;
  };
  return [flat, unravel];
}
