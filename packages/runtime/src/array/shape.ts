// Which parts of a value carry derivatives, decided by the value itself: the run-time half of the types in types.ts.
// Assumes nothing about realms: values from another context (a test runner's, a frame's) count like our own.
// Guarantees that a field is left out exactly if nothing in it could be differentiated, looking one level deep.

export type Floats = Float64Array | Float32Array;

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** what most values are is seen from their prototype, without a text */
function tagOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return "Object";
  return prototype === Float64Array.prototype ? "Float64Array" : Object.prototype.toString.call(value).slice(8, -1);
}

export function isFloats(value: object): value is Floats {
  if (!ArrayBuffer.isView(value)) return false;
  const tag = tagOf(value);
  return tag === "Float64Array" || tag === "Float32Array";
}

export const isSingles = (value: object): boolean => ArrayBuffer.isView(value) && tagOf(value) === "Float32Array";

export const isMap = (value: object): value is Map<unknown, unknown> => tagOf(value) === "Map";

export const isSet = (value: object): value is Set<unknown> => tagOf(value) === "Set";

const INERT_TAGS: ReadonlySet<string> = /* @__PURE__ */ new Set(["Date", "RegExp", "Promise", "ArrayBuffer", "SharedArrayBuffer"]);

/** Objects that never carry a derivative: dates, buffers, integer arrays and the like. */
export const isInertObject = (value: object): boolean => (ArrayBuffer.isView(value) ? !isFloats(value) : INERT_TAGS.has(tagOf(value)));

/** An object of a class or a literal: what `{}` and `new C()` make, none of the built-in containers. */
export const isPlain = (value: object): boolean => tagOf(value) === "Object";

/** Null and undefined are not inert: they stand where a differentiable value could be. */
const isInert = (value: unknown): boolean =>
  isObject(value) ? isInertObject(value) : value !== null && value !== undefined && typeof value !== "number";

/** Is a field with this value absent from the mirror of its object? */
export function isLeftOut(value: unknown): boolean {
  if (value === undefined || isInert(value)) return true;
  if (!Array.isArray(value)) return false;
  const elements: readonly unknown[] = value;
  return elements.some(isInert) && elements.every((x) => x === null || x === undefined || isInert(x));
}

/** The fields of an object that its mirror has. */
export const fieldsOf = (value: object): readonly (readonly [key: string, value: unknown])[] =>
  Object.entries(value).filter(([, inner]) => !isLeftOut(inner));

/** Sets a field, also where the class of the object has an accessor of that name, and if it is called `__proto__`. */
export function setField(target: object, key: string, value: unknown): void {
  if (key in target && !Object.hasOwn(target, key)) Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string, unknown>)[key] = value;
}

/** Every element is a number (holes are not). */
export function isNumbers(value: readonly unknown[]): value is readonly number[] {
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "number") return false;
  return true;
}
