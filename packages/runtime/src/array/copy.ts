// Deep copies. Guarantees that what is shared in the original is shared in the copy, and nothing between the two.
import type { Companion } from "../types.ts";
import { isFloats, isMap, isObject, isPlain, isSet, setField } from "./shape.ts";

/** How a copy differs from the original: the float arrays, and the objects that it makes. */
interface Manner {
  readonly floats: (value: Float64Array | Float32Array, made: Map<object, unknown>) => unknown;
  readonly object: (value: object) => object;
}

function copy(value: unknown, manner: Manner, made: Map<object, unknown>): unknown {
  if (!isObject(value)) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (isFloats(value)) {
    const floats = manner.floats(value, made);
    made.set(value, floats);
    return floats;
  }
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    const array: unknown[] = elements.slice();
    made.set(value, array);
    // by index: a hole stays a hole
    for (let i = 0; i < array.length; i++) if (isObject(array[i])) array[i] = copy(array[i], manner, made);
    return array;
  }
  if (isMap(value)) {
    const map = new Map<unknown, unknown>();
    made.set(value, map);
    for (const [key, inner] of value) map.set(key, copy(inner, manner, made));
    return map;
  }
  if (isSet(value)) {
    const set = new Set<unknown>();
    made.set(value, set);
    for (const element of value) set.add(copy(element, manner, made));
    return set;
  }
  if (!isPlain(value)) return ArrayBuffer.isView(value) && "slice" in value ? (value as Int32Array).slice() : value;
  const object = manner.object(value);
  made.set(value, object);
  for (const [key, inner] of Object.entries(value)) setField(object, key, copy(inner, manner, made));
  return object;
}

const CUT: Manner = {
  floats: (value) => value.slice(),
  object: (value) => Object.create(Object.getPrototypeOf(value) as object | null) as object,
};

const DERIVATIVE: Manner = { floats: (value) => Float64Array.from(value), object: () => ({}) };

/** A copy that behaves as the value: objects of classes stay such. What is neither array, map nor object is not copied. */
export function deepCopy<T>(value: T): T {
  return copy(value, CUT, new Map()) as T;
}

const SNAPSHOT: Manner = {
  object: CUT.object,
  // what are views of one buffer stay that
  floats: (value, made) => {
    if (value.byteLength === value.buffer.byteLength && !made.has(value.buffer)) {
      const own = value.slice();
      made.set(value.buffer, own.buffer);
      return own;
    }
    const buffer = (made.get(value.buffer) ?? value.buffer.slice(0)) as ArrayBuffer;
    made.set(value.buffer, buffer);
    return value instanceof Float32Array ? new Float32Array(buffer, value.byteOffset, value.length) : new Float64Array(buffer, value.byteOffset, value.length);
  },
};

/** The state of a program, to run it again from there: a copy with all that is shared in it, views of one buffer included. */
export function snapshot<T>(state: T): T {
  return (isObject(state) ? flatSnapshot(state) ?? copy(state, SNAPSHOT, new Map()) : state) as T;
}

/** the same for what most loops have: a few numbers and arrays of doubles, each with memory of its own; null for anything else */
function flatSnapshot(state: object): object | null {
  if (Object.getPrototypeOf(state) !== Object.prototype) return null;
  const seen: Float64Array[] = [];
  const copies: Float64Array[] = [];
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(state) as readonly (readonly [string, unknown])[]) {
    if (!isObject(value)) { setField(made, key, value); continue; }
    if (Object.getPrototypeOf(value) !== Float64Array.prototype) return null;
    const array = value as Float64Array;
    if (array.byteLength !== array.buffer.byteLength) return null;
    const known = seen.indexOf(array);
    const own = known < 0 ? array.slice() : copies[known]!;
    if (known < 0) { seen.push(array); copies.push(own); }
    setField(made, key, own);
  }
  return made;
}

/** A copy of a tangent or cotangent that compiled code may write to; single-precision arrays become doubles. */
export function copyOf<T>(derivative: T): Companion<T> {
  return copy(derivative, DERIVATIVE, new Map()) as Companion<T>;
}
