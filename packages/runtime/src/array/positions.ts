// Where each number of a structure stands in its flat vector: the mirror of a value with positions instead of zeros, in the order of `ravel`.
// Guarantees: an object that two paths reach is counted once, and has the same positions on both.
import type { Companion } from "../types.ts";
import { fieldsOf, isFloats, isInertObject, isMap, isObject, setField } from "./shape.ts";

/** Counts the numbers of values, and mirrors them with their positions where these are wanted. */
class Numbering {
  readonly #made = new Map<object, unknown>();
  next: number;

  constructor(first: number) {
    this.next = first;
  }

  mirror(value: unknown): unknown {
    if (typeof value === "number") return this.next++;
    if (!isObject(value)) return null;
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) {
      const elements: readonly unknown[] = value;
      const positions = new Array<unknown>(elements.length).fill(0);
      this.#made.set(value, positions);
      for (let i = 0; i < elements.length; i++) positions[i] = this.mirror(elements[i]);
      return positions;
    }
    if (isFloats(value)) {
      const positions = new Float64Array(value.length);
      this.#made.set(value, positions);
      for (let i = 0; i < positions.length; i++) positions[i] = this.next++;
      return positions;
    }
    if (isInertObject(value)) return null;
    if (isMap(value)) {
      const positions = new Map<unknown, unknown>();
      this.#made.set(value, positions);
      for (const [key, inner] of value) positions.set(key, this.mirror(inner));
      return positions;
    }
    const positions: object = {};
    this.#made.set(value, positions);
    for (const [key, inner] of fieldsOf(value)) setField(positions, key, this.mirror(inner));
    return positions;
  }

  count(value: unknown): void {
    if (typeof value === "number") this.next++;
    if (!isObject(value) || this.#made.has(value)) return;
    this.#made.set(value, value);
    if (Array.isArray(value)) for (const element of value as readonly unknown[]) this.count(element);
    else if (isFloats(value)) this.next += value.length;
    else if (isInertObject(value)) return;
    else if (isMap(value)) for (const inner of value.values()) this.count(inner);
    else for (const [, inner] of fieldsOf(value)) this.count(inner);
  }
}

/** The positions of the numbers of a value, counted from `first`, in the shape of its gradient. */
export function positionsLike<T>(value: T, first: number): Companion<T> {
  return new Numbering(first).mirror(value) as Companion<T>;
}

/** How many numbers the gradient of a value has. */
export function countNumbers(value: unknown): number {
  const numbering = new Numbering(0);
  numbering.count(value);
  return numbering.next;
}

/** The position of the first number of each array, counted from `first`; one more at the end, the position behind them all. */
export function startsOf(arrays: readonly ArrayLike<number>[], first: number): Int32Array {
  const starts = new Int32Array(arrays.length + 1);
  let next = first;
  if (new Set(arrays).size === arrays.length) {
    for (let i = 0; i < arrays.length; i++) {
      starts[i] = next;
      next += arrays[i]!.length;
    }
    starts[arrays.length] = next;
    return starts;
  }
  const known = new Map<ArrayLike<number>, number>();
  for (let i = 0; i < arrays.length; i++) {
    const array = arrays[i]!;
    const start = known.get(array);
    starts[i] = start ?? next;
    if (start !== undefined) continue;
    known.set(array, next);
    next += array.length;
  }
  starts[arrays.length] = next;
  return starts;
}
