// Adds one derivative structure into another, number by number.
// Assumes a target made by zerosLike. Guarantees that the source is only read, that null in it means zero, that what stands at
// positions without a derivative is ignored, and that an object which several paths reach in both is added once.
import { isFloats, isMap, isObject, setField } from "./shape.ts";

const isNothing = (value: unknown): boolean => value === null || value === undefined;

export class Addition {
  readonly #done = new Map<object, Set<object>>();
  /** do numbers whose key the target lacks count? */
  readonly #open: boolean;

  constructor(open: boolean) {
    this.#open = open;
  }

  plus(a: number, b: number): number {
    return a + b;
  }

  /** how many elements of two arrays meet; throws a RangeError where they do not fit */
  lengthOf(target: ArrayLike<unknown>, source: ArrayLike<unknown>): number {
    if (target.length === source.length) return target.length;
    throw new RangeError(`a tangent or cotangent has ${source.length} elements where the value has ${target.length}`);
  }

  /** the sum, or the unchanged target where nothing is to be added */
  sum(target: unknown, source: unknown): unknown {
    if (isNothing(source) || isNothing(target)) return target;
    if (typeof target === "number") return typeof source === "number" ? this.plus(target, source) : target;
    if (isObject(target) && isObject(source) && this.#isFirst(target, source)) this.#into(target, source);
    return target;
  }

  #isFirst(target: object, source: object): boolean {
    const sources = this.#done.get(target);
    if (sources?.has(source) === true) return false;
    if (sources === undefined) this.#done.set(target, new Set([source]));
    else sources.add(source);
    return true;
  }

  #into(target: object, source: object): void {
    if (isFloats(target)) {
      const numbers = source as ArrayLike<number>;
      const length = this.lengthOf(target, numbers);
      for (let i = 0; i < length; i++) target[i] = this.plus(target[i]!, numbers[i]!);
    } else if (Array.isArray(target)) {
      const elements = source as ArrayLike<unknown>;
      const length = this.lengthOf(target, elements);
      for (let i = 0; i < length; i++) target[i] = this.sum(target[i], elements[i]);
    } else if (isMap(target)) {
      if (!isMap(source)) return;
      for (const [key, inner] of target) target.set(key, this.sum(inner, source.get(key)));
      if (this.#open) for (const [key, inner] of source) if (!target.has(key) && typeof inner === "number") target.set(key, inner);
    } else {
      for (const [key, inner] of Object.entries(target)) {
        if (Object.hasOwn(source, key)) setField(target, key, this.sum(inner, (source as Record<string, unknown>)[key]));
      }
      if (!this.#open) return;
      for (const [key, inner] of Object.entries(source)) if (typeof inner === "number" && !Object.hasOwn(target, key)) setField(target, key, inner);
    }
  }
}

/**
 * `target += source`; a number as target cannot be changed and is an error of the caller; nothing is added to nothing. Adjoints of maps and records lack the
 * entries to which nothing was added yet: into an `open` target numbers of the source are entered under their keys.
 */
export function addInto(target: object | null | undefined, source: unknown, open = false): void {
  new Addition(open).sum(target, source);
}

/** Adjoints of arrays do not shrink with them. */
class Entering extends Addition {
  override lengthOf(target: ArrayLike<unknown>, zeros: ArrayLike<unknown>): number {
    return Math.min(target.length, zeros.length);
  }
}

/** Enters what a structure of zeros has and the target lacks: entries of maps to whose adjoints nothing was added yet. */
export function enterZeros(target: object | null | undefined, zeros: unknown): void {
  new Entering(true).sum(target, zeros);
}
