// Arbitrary values as vectors: which numbers of a value can be differentiated, moving them along a direction, copies.
// Follows the rules for gradient shapes: numbers, arrays, tuples, Float64Array and Float32Array, maps and the fields of
// objects count; everything else is constant. Guarantees that shared objects stay shared in copies.

/** A number inside a value, as the steps that lead there. */
export type Path = string;

/** A number for each differentiable cell of some value; a missing cell means zero. */
export type Direction = ReadonlyMap<Path, number>;

type Child = readonly [key: string, value: unknown];

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

type Reals = Float64Array | Float32Array;
const isReals = (value: unknown): value is Reals => value instanceof Float64Array || value instanceof Float32Array;

function childrenOf(value: object): readonly Child[] {
  // holes have no numbers, and a place
  if (Array.isArray(value)) return Array.from(value, (element: unknown, index): Child => [String(index), element]);
  if (isReals(value)) return Array.from(value, (element, index): Child => [String(index), element]);
  if (value instanceof Map) return [...value].map(([key, element]): Child => [JSON.stringify(key), element]);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Date) return [];
  return Object.entries(value);
}

function collect(value: unknown, path: Path, once: boolean, open: Set<object>, out: Map<Path, number>): void {
  if (typeof value === "number") out.set(path, value);
  if (!isObject(value) || open.has(value)) return;
  open.add(value);
  for (const [key, child] of childrenOf(value)) collect(child, `${path}/${key}`, once, open, out);
  if (!once) open.delete(value);
}

/** Every differentiable number by its path; a number in an object that two paths reach stands at both. */
export function leavesOf(value: unknown): ReadonlyMap<Path, number> {
  const out = new Map<Path, number>();
  collect(value, "", false, new Set(), out);
  return out;
}

/** The same without repetition: a number in a shared object stands at the first path that reaches it. */
export function cellsOf(value: unknown): ReadonlyMap<Path, number> {
  const out = new Map<Path, number>();
  collect(value, "", true, new Set(), out);
  return out;
}

type OnNumber = (value: number, path: Path) => number;

function copyBuffer(buffer: ArrayBufferLike, copies: Map<object, unknown>): ArrayBuffer {
  const done = copies.get(buffer);
  if (done instanceof ArrayBuffer) return done;
  const copy = new Uint8Array(new Uint8Array(buffer)).buffer;
  copies.set(buffer, copy);
  return copy;
}

function copyView(value: ArrayBufferView, path: Path, move: OnNumber, copies: Map<object, unknown>): unknown {
  const buffer = copyBuffer(value.buffer, copies);
  if (isReals(value)) {
    const view = value instanceof Float64Array
      ? new Float64Array(buffer, value.byteOffset, value.length)
      : new Float32Array(buffer, value.byteOffset, value.length);
    for (let i = 0; i < view.length; i++) view[i] = move(view[i] ?? Number.NaN, `${path}/${i}`);
    return view;
  }
  const constructor: unknown = value.constructor;
  if (typeof constructor !== "function") throw new Error(`cannot copy the view at ${path}`);
  return Reflect.construct(constructor, [buffer, value.byteOffset, "length" in value ? value.length : value.byteLength]);
}

function copyValue(value: unknown, path: Path, move: OnNumber, copies: Map<object, unknown>): unknown {
  if (typeof value === "number") return move(value, path);
  if (!isObject(value)) return value;
  const done = copies.get(value);
  if (done !== undefined) return done;
  if (value instanceof ArrayBuffer) return copyBuffer(value, copies);
  if (value instanceof Date) return new Date(value);
  if (ArrayBuffer.isView(value)) {
    const view = copyView(value, path, move, copies);
    copies.set(value, view);
    return view;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    copies.set(value, map);
    for (const [key, element] of value) map.set(key, copyValue(element, `${path}/${JSON.stringify(key)}`, move, copies));
    return map;
  }
  const copy: object = Array.isArray(value) ? new Array(value.length) : Object.create(Object.getPrototypeOf(value) as object | null);
  copies.set(value, copy);
  for (const key of Object.keys(value)) Reflect.set(copy, key, copyValue(Reflect.get(value, key), `${path}/${key}`, move, copies));
  return copy;
}

/** A deep copy in which what was shared is shared; functions and class identities are kept. */
export function copyOf<T>(value: T): T {
  return copyValue(value, "", (number) => number, new Map()) as T;
}

/** A deep copy moved by `step` times the direction; each cell moves once, however many paths reach it. */
export function moved<T>(value: T, direction: Direction, step: number): T {
  return copyValue(value, "", (number, path) => number + step * (direction.get(path) ?? 0), new Map()) as T;
}

/** A tangent of the shape of the value: the direction at its numbers, `null` where nothing can be differentiated. */
export function tangentOf(value: unknown, direction: Direction): unknown {
  const shape = (inner: unknown, path: Path, made: Map<object, unknown>): unknown => {
    if (typeof inner === "number") return direction.get(path) ?? 0;
    if (!isObject(inner)) return null;
    const done = made.get(inner);
    if (done !== undefined) return done;
    if (isReals(inner)) {
      const numbers = childrenOf(inner).map(([key]) => direction.get(`${path}/${key}`) ?? 0);
      const view = inner instanceof Float64Array ? Float64Array.from(numbers) : Float32Array.from(numbers);
      made.set(inner, view);
      return view;
    }
    if (inner instanceof Map) {
      const map = new Map<unknown, unknown>();
      made.set(inner, map);
      for (const [key, element] of inner) map.set(key, shape(element, `${path}/${JSON.stringify(key)}`, made));
      return map;
    }
    const out: object = Array.isArray(inner) ? [] : {};
    made.set(inner, out);
    for (const [key, child] of childrenOf(inner)) Reflect.set(out, key, shape(child, `${path}/${key}`, made));
    return out;
  };
  return shape(value, "", new Map());
}

/** Whether two values reach a common object; views share when their buffers are the same. */
export function aliases(a: unknown, b: unknown): boolean {
  const reached = new Set<object>();
  const visit = (value: unknown, onObject: (object: object) => boolean, open: Set<object>): boolean => {
    if (!isObject(value) || open.has(value)) return false;
    open.add(value);
    if (onObject(isReals(value) ? value.buffer : value)) return true;
    return !isReals(value) && childrenOf(value).some(([, child]) => visit(child, onObject, open));
  };
  visit(a, (object) => (reached.add(object), false), new Set());
  return visit(b, (object) => reached.has(object), new Set());
}

function scribbleInto(value: object, seen: Set<object>): void {
  if (seen.has(value)) return;
  seen.add(value);
  const children = childrenOf(value);
  for (const [, child] of children) if (isObject(child)) scribbleInto(child, seen);
  if (Array.isArray(value)) {
    if (!Object.isFrozen(value)) value.fill(Number.NaN).push(Number.NaN);
  } else if (isReals(value)) {
    if (!seen.has(value.buffer)) value.fill(Number.NaN);
  } else if (value instanceof Map) value.clear();
  else for (const [key, child] of children) if (typeof child === "number") Reflect.set(value, key, Number.NaN);
}

/** Overwrites the numbers of a value in place, but in objects that another one leads to. */
export function scribble(value: unknown, spared: unknown): void {
  const seen = new Set<object>();
  const visit = (x: unknown): void => {
    if (!isObject(x) || seen.has(x)) return;
    seen.add(x);
    // views of one buffer are one memory
    if (ArrayBuffer.isView(x)) seen.add(x.buffer);
    for (const [, child] of childrenOf(x)) visit(child);
  };
  visit(spared);
  if (isObject(value)) scribbleInto(value, seen);
}
