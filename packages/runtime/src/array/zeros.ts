// The mirror of a value: a fresh structure with a zero for each number, shaped as its gradient.
// Guarantees: shared objects and cycles of the value are shared and cyclic in the mirror; single-precision arrays mirror as
// doubles (rounded once, when the gradient is handed out); numbers are zero, positions without a derivative null.
import type { Companion } from "../types.ts";
import { fieldsOf, isFloats, isInertObject, isMap, isNumbers, isObject, setField } from "./shape.ts";

type Made = Map<object, unknown>;

function mirrorOfObject(value: object, made: Made): unknown {
  const known = made.get(value);
  if (known !== undefined) return known;
  if (isFloats(value)) {
    const zeros = new Float64Array(value.length);
    made.set(value, zeros);
    return zeros;
  }
  if (isInertObject(value)) return null;
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    const zeros: unknown[] = new Array<unknown>(elements.length).fill(0);
    made.set(value, zeros);
    if (!isNumbers(elements)) for (let i = 0; i < elements.length; i++) zeros[i] = mirror(elements[i], made);
    return zeros;
  }
  if (isMap(value)) {
    const zeros = new Map<unknown, unknown>();
    made.set(value, zeros);
    for (const [key, inner] of value) zeros.set(key, mirror(inner, made));
    return zeros;
  }
  const zeros: object = {};
  made.set(value, zeros);
  for (const [key, inner] of fieldsOf(value)) setField(zeros, key, mirror(inner, made));
  return zeros;
}

function mirror(value: unknown, made: Made): unknown {
  if (typeof value === "number") return 0;
  return isObject(value) ? mirrorOfObject(value, made) : null;
}

/** Zeros of the shape of a value's gradient. */
export function zerosLike<T>(value: T): Companion<T> {
  return mirror(value, new Map()) as Companion<T>;
}
