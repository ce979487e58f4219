// The structure that a companion has at entry, kept apart from the companion, because the function may move references,
// shrink and grow arrays meanwhile. Reading it gives the gradient: the structure of the entry with the adjoints of the end.
// Guarantees that what is read is fresh each time and that single-precision arrays are rounded here and only here.
import type { Cotangent } from "../types.ts";
import { clear } from "./clear.ts";
import { isFloats, isMap, isObject, isSingles, setField } from "./shape.ts";

type Part =
  /** a number: read from the companion in the end */
  | null
  /** null at entry, whatever stands there in the end */
  | "nothing"
  | Structure;

interface Structure {
  readonly companion: object;
  /** for arrays of both sorts; 0 otherwise */
  readonly length: number;
  /** a single-precision array in the primal */
  readonly singles: boolean;
  /** by position, key or field; in arrays only those that hold references */
  readonly parts: Map<unknown, Part>;
}

/** What `readSkeleton` reads; opaque to generated code. */
export interface Skeleton<T = unknown> {
  readonly root: Structure | null;
  readonly value: T;
}

const inMap = (map: unknown, key: unknown): unknown => (isObject(map) && isMap(map) ? map.get(key) : undefined);
const inObject = (object: unknown, key: string | number): unknown => (isObject(object) ? (object as Record<string | number, unknown>)[key] : undefined);

function partOf(value: unknown, primal: unknown, rounds: boolean, known: Map<object, Structure>): Part {
  return isObject(value) ? structureOf(value, primal, rounds, known) : value === null ? "nothing" : null;
}

/** companions are as long as the arrays that they belong to ever were */
function lengthOf(companion: ArrayLike<unknown>, primal: unknown): number {
  const own = isObject(primal) && (isFloats(primal) || Array.isArray(primal)) ? primal.length : companion.length;
  return Math.min(companion.length, own);
}

function structureOf(companion: object, primal: unknown, rounds: boolean, known: Map<object, Structure>): Structure {
  const found = known.get(companion);
  if (found !== undefined) return found;
  const parts = new Map<unknown, Part>();
  const length = isFloats(companion) || Array.isArray(companion) ? lengthOf(companion, primal) : 0;
  const structure: Structure = { companion, length, singles: rounds && isObject(primal) && isSingles(primal), parts };
  known.set(companion, structure);
  if (isFloats(companion)) return structure;
  if (Array.isArray(companion)) {
    const elements: readonly unknown[] = companion;
    elements.slice(0, length).forEach((element, i) => {
      if (isObject(element) || element === null) parts.set(i, partOf(element, inObject(primal, i), rounds, known));
    });
  } else if (isMap(companion)) {
    for (const [key, element] of companion) parts.set(key, partOf(element, inMap(primal, key), rounds, known));
  } else {
    for (const [key, element] of Object.entries(companion)) parts.set(key, partOf(element, inObject(primal, key), rounds, known));
  }
  return structure;
}

function read(part: Part, end: unknown, made: Map<Structure, unknown>): unknown {
  if (part === "nothing") return null;
  return part === null ? (typeof end === "number" ? end : null) : readStructure(part, made);
}

function readStructure(structure: Structure, made: Map<Structure, unknown>): unknown {
  const known = made.get(structure);
  if (known !== undefined) return known;
  const { companion, length, parts, singles } = structure;
  if (isFloats(companion)) {
    const numbers = singles ? Float32Array.from(companion.subarray(0, length)) : companion.slice(0, length);
    made.set(structure, numbers);
    return numbers;
  }
  if (Array.isArray(companion)) {
    const end: readonly unknown[] = companion;
    const elements: unknown[] = new Array<unknown>(length).fill(0);
    made.set(structure, elements);
    for (let i = 0; i < length; i++) elements[i] = read(parts.get(i) ?? null, end[i], made);
    return elements;
  }
  if (isMap(companion)) {
    const map = new Map<unknown, unknown>();
    made.set(structure, map);
    for (const [key, part] of parts) map.set(key, read(part, companion.get(key), made));
    return map;
  }
  const object: object = {};
  made.set(structure, object);
  for (const [key, part] of parts) setField(object, key as string, read(part, inObject(companion, key as string), made));
  return object;
}

/** Remembers the structure of a companion; with the primal, its lengths and which arrays are single-precision. `isExact`: what is read is no gradient yet, and is not rounded. */
export function skeletonOf<C>(companion: C, primal?: unknown, isExact = false): Skeleton<C> {
  return { root: isObject(companion) ? structureOf(companion, primal, !isExact, new Map()) : null, value: companion };
}

/** The adjoints as they are now, in the structure that was remembered. */
export function readSkeleton<C>(skeleton: Skeleton<C>): C {
  return (skeleton.root === null ? skeleton.value : readStructure(skeleton.root, new Map())) as C;
}

/** Adds a structure into the companions that were remembered, number by number; an object that is reached twice in both is added once. */
export function addToSkeleton(skeleton: Skeleton, source: unknown): void {
  addBy(plus, skeleton, source);
}

const plus = (a: number, b: number): number => a + b;

/** the same, with a sum of its own */
export function addBy(sum: (a: number, b: number) => number, skeleton: Skeleton, source: unknown): void {
  const done = new Map<Structure, Set<object>>();
  const visit = (part: Part | undefined, from: unknown): void => {
    if (part === null || part === undefined || part === "nothing" || !isObject(from)) return;
    const sources = done.get(part) ?? new Set();
    if (sources.has(from)) return;
    done.set(part, sources.add(from));
    const { companion, length, parts } = part;
    if (isFloats(companion) || Array.isArray(companion)) {
      const [into, numbers] = [companion as unknown[], from as ArrayLike<unknown>];
      for (let i = 0; i < length; i++) {
        const [held, added] = [into[i], numbers[i]];
        if (typeof held === "number" && typeof added === "number") into[i] = sum(held, added);
        else visit(parts.get(i), added);
      }
      return;
    }
    for (const [key, inner] of parts) {
      if (inner !== null) {
        visit(inner, isMap(from) ? from.get(key) : inObject(from, key as string));
      } else if (isMap(companion)) {
        const [held, added] = [companion.get(key) ?? 0, inMap(from, key)];
        if (typeof held === "number" && typeof added === "number") companion.set(key, sum(held, added));
      } else {
        const [held, added] = [inObject(companion, key as string) ?? 0, inObject(from, key as string)];
        if (typeof held === "number" && typeof added === "number") setField(companion, key as string, sum(held, added));
      }
    }
  };
  visit(skeleton.root, source);
}

/** Sets every number of the companions that were remembered to zero, for the next reverse sweep over the same record. */
export function clearSkeleton(skeleton: Skeleton): void {
  const seen = new Set<Structure>();
  const visit = (part: Part): void => {
    if (part === null || part === "nothing" || seen.has(part)) return;
    seen.add(part);
    clear(part.companion);
    for (const inner of part.parts.values()) visit(inner);
  };
  visit(skeleton.root);
}

/** A companion as the user receives it: fresh, shaped as the primal is now, single-precision arrays rounded. */
export function toCotangent<T>(companion: unknown, primal: T): Cotangent<T> {
  return readSkeleton(skeletonOf(companion, primal)) as Cotangent<T>;
}
