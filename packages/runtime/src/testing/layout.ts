// Where the numbers of a value stand: a tree of its parts, each number with its position in a flat vector, in the order of `ravel`.
// Follows the rules for shapes of derivatives (array/shape.ts). Guarantees that an object which two paths reach is laid out once; so is
// memory that two views show: the view found later has no numbers of its own.
import { fieldsOf, isFloats, isInertObject, isMap, isNumbers, isObject, isSingles, setField } from "../array/shape.ts";

export type Part =
  | { readonly kind: "number"; readonly at: number }
  /** an array of nothing but numbers, or a float array */
  | { readonly kind: "numbers"; readonly at: number; readonly length: number; readonly array: "Array" | "Float64Array" | "Float32Array" }
  | { readonly kind: "list"; readonly parts: readonly Part[] }
  | { readonly kind: "map"; readonly parts: readonly (readonly [key: unknown, part: Part])[] }
  | { readonly kind: "record"; readonly parts: readonly (readonly [key: string, part: Part])[] }
  | { readonly kind: "nothing" };

export interface Layout {
  readonly root: Part;
  /** the numbers */
  readonly values: Float64Array;
  /** 1 where a number is stored in single precision */
  readonly single: Uint8Array;
  /** of what size the numbers beside each are, itself included: their geometric mean; 0 where all of them are zero */
  readonly scale: Float64Array;
}

const NOTHING: Part = { kind: "nothing" };

interface Range {
  readonly start: number;
  readonly end: number;
}

class Surveyor {
  readonly values: number[] = [];
  readonly single: number[] = [];
  readonly scale: number[] = [];
  readonly #known = new Map<object, Part>();
  readonly #memory = new Map<ArrayBufferLike, Range[]>();

  forget(): void {
    this.#known.clear();
    this.#memory.clear();
  }

  survey(value: unknown): Part {
    if (typeof value === "number") return this.#number(value);
    if (!isObject(value)) return NOTHING;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (isFloats(value)) return this.#keep(value, this.#isShown(value) ? NOTHING : this.#numbers(value, isSingles(value) ? "Float32Array" : "Float64Array"));
    if (isInertObject(value)) return NOTHING;
    if (Array.isArray(value) && isNumbers(value)) return this.#keep(value, this.#numbers(value, "Array"));
    return this.#container(value);
  }

  #keep(value: object, part: Part): Part {
    this.#known.set(value, part);
    return part;
  }

  #number(value: number): Part {
    this.scale.push(Math.abs(value));
    this.single.push(0);
    return { kind: "number", at: this.values.push(value) - 1 };
  }

  #numbers(value: ArrayLike<number>, array: "Array" | "Float64Array" | "Float32Array"): Part {
    const at = this.values.length;
    for (let i = 0; i < value.length; i++) {
      this.values.push(value[i]!);
      this.single.push(array === "Float32Array" ? 1 : 0);
      this.scale.push(Math.abs(value[i]!));
    }
    this.#adjust(Array.from(value, (_, i) => at + i));
    return { kind: "numbers", at, length: value.length, array };
  }

  #container(value: object): Part {
    const own: number[] = [];
    const inner = (x: unknown): Part => {
      const part = this.survey(x);
      if (part.kind === "number") own.push(part.at);
      return part;
    };
    const part: Part = this.#enter(value, inner);
    this.#adjust(own);
    return part;
  }

  /** the part is known before what is in it: a structure may hold itself */
  #enter(value: object, inner: (x: unknown) => Part): Part {
    if (Array.isArray(value)) {
      const parts: Part[] = [];
      const part = this.#keep(value, { kind: "list", parts });
      for (let i = 0; i < value.length; i++) parts.push(inner(value[i]));
      return part;
    }
    if (isMap(value)) {
      const parts: [unknown, Part][] = [];
      const part = this.#keep(value, { kind: "map", parts });
      for (const [key, x] of value) parts.push([key, inner(x)]);
      return part;
    }
    const parts: [string, Part][] = [];
    const part = this.#keep(value, { kind: "record", parts });
    for (const [key, x] of fieldsOf(value)) parts.push([key, inner(x)]);
    return part;
  }

  #adjust(own: readonly number[]): void {
    const sizes = own.map((at) => this.scale[at]!).filter((x) => x > 0 && Number.isFinite(x));
    const mean = sizes.length === 0 ? 0 : Math.exp(sizes.reduce((sum, x) => sum + Math.log(x), 0) / sizes.length);
    for (const at of own) this.scale[at] = mean;
  }

  /** does a view found before show some of the same memory? */
  #isShown({ buffer, byteOffset, byteLength }: ArrayBufferView): boolean {
    const range: Range = { start: byteOffset, end: byteOffset + byteLength };
    const known = this.#memory.get(buffer);
    if (known === undefined) this.#memory.set(buffer, [range]);
    else if (known.some((x) => x.start < range.end && range.start < x.end)) return true;
    else known.push(range);
    return false;
  }
}

const layout = (root: Part, { values, single, scale }: Surveyor): Layout =>
  ({ root, values: Float64Array.from(values), single: Uint8Array.from(single), scale: Float64Array.from(scale) });

export function layoutOf(value: unknown): Layout {
  const surveyor = new Surveyor();
  return layout(surveyor.survey(value), surveyor);
}

export interface ArgumentLayout extends Layout {
  /** one for each value */
  readonly parts: readonly Part[];
}

/** Values of which each stands alone: what two of them share is in both. Those that are chosen have numbers, in the order in which they are chosen. */
export function layoutOfEach(values: readonly unknown[], chosen: readonly number[]): ArgumentLayout {
  const surveyor = new Surveyor();
  const parts = values.map(() => NOTHING);
  for (const i of chosen) {
    surveyor.forget();
    if (i < parts.length) parts[i] = surveyor.survey(values[i]);
  }
  return { ...layout({ kind: "list", parts }, surveyor), parts };
}

const memberOf = (value: unknown, key: string | number): unknown => (isObject(value) ? (value as Record<string | number, unknown>)[key] : undefined);
const entryOf = (value: unknown, key: unknown): unknown => (isObject(value) && isMap(value) ? value.get(key) : undefined);

/** the parts directly below, each with how to say it in code and how to find it in a value of this structure */
function* innerParts(part: Part): Generator<{ readonly part: Part; readonly step: string; readonly of: (value: unknown) => unknown }> {
  if (part.kind === "list") for (const [i, inner] of part.parts.entries()) yield { part: inner, step: `[${i}]`, of: (x) => memberOf(x, i) };
  else if (part.kind === "map") for (const [key, inner] of part.parts) yield { part: inner, step: `.get(${typeof key === "string" ? JSON.stringify(key) : String(key)})`, of: (x) => entryOf(x, key) };
  else if (part.kind === "record") for (const [key, inner] of part.parts) yield { part: inner, step: /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`, of: (x) => memberOf(x, key) };
}

/** The first path to a number, `name[3].x`; null where there is no such number. */
export function pathIn(root: Part, at: number, name: string): string | null {
  const seen = new Set<Part>();
  const find = (part: Part, path: string): string | null => {
    if (part.kind === "number") return part.at === at ? path : null;
    if (part.kind === "numbers") return at >= part.at && at < part.at + part.length ? `${path}[${at - part.at}]` : null;
    if (seen.has(part)) return null;
    seen.add(part);
    for (const { part: inner, step } of innerParts(part)) {
      const found = find(inner, path + step);
      if (found !== null) return found;
    }
    return null;
  };
  return find(root, name);
}

/** Writes numbers where they stand in a value of this structure; those that are there already are left alone. Returns the value. */
export function place(part: Part, target: unknown, values: Float64Array, done: Set<Part> = new Set()): unknown {
  if (part.kind === "number") return values[part.at]!;
  if (part.kind === "nothing" || !isObject(target) || done.has(part)) return target;
  done.add(part);
  if (part.kind === "numbers") {
    const numbers = target as number[];
    for (let i = 0; i < part.length; i++) if (numbers[i] !== values[part.at + i]!) numbers[i] = values[part.at + i]!;
    return target;
  }
  const put = (inner: Part, old: unknown, set: (value: unknown) => void): void => {
    const made = place(inner, old, values, done);
    if (!Object.is(made, old)) set(made);
  };
  if (part.kind === "list") part.parts.forEach((inner, i) => put(inner, memberOf(target, i), (x) => { (target as unknown[])[i] = x; }));
  else if (part.kind === "record") for (const [key, inner] of part.parts) put(inner, memberOf(target, key), (x) => setField(target, key, x));
  else if (isMap(target)) for (const [key, inner] of part.parts) put(inner, target.get(key), (x) => target.set(key, x));
  return target;
}

/** A derivative of this structure with these numbers: `null` where there is none, float arrays as the value has them. */
export function derivativeLike(part: Part, numbers: Float64Array, made: Map<Part, unknown> = new Map()): unknown {
  if (part.kind === "number") return numbers[part.at]!;
  if (part.kind === "nothing") return null;
  const known = made.get(part);
  if (known !== undefined) return known;
  const keep = <T>(value: T): T => {
    made.set(part, value);
    return value;
  };
  switch (part.kind) {
    case "numbers": {
      const own = numbers.slice(part.at, part.at + part.length);
      return keep(part.array === "Array" ? [...own] : part.array === "Float32Array" ? Float32Array.from(own) : own);
    }
    case "list": {
      const list: unknown[] = keep([]);
      for (const inner of part.parts) list.push(derivativeLike(inner, numbers, made));
      return list;
    }
    case "map": {
      const map = keep(new Map<unknown, unknown>());
      for (const [key, inner] of part.parts) map.set(key, derivativeLike(inner, numbers, made));
      return map;
    }
    case "record": {
      const record: object = keep({});
      for (const [key, inner] of part.parts) setField(record, key, derivativeLike(inner, numbers, made));
      return record;
    }
  }
}

/** What a derivative says at each number of a value. */
export interface Reading {
  readonly numbers: Float64Array;
  /** 1 where the derivative has no number: what is there is constant to it */
  readonly missing: Uint8Array;
  /** the first place where it is not shaped as the value */
  readonly problem: { readonly path: string; readonly text: string } | null;
}

const isClose = (a: number, b: number): boolean => Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

class Reader implements Reading {
  readonly numbers: Float64Array;
  readonly missing: Uint8Array;
  problem: { readonly path: string; readonly text: string } | null = null;
  readonly #done = new Map<Part, Set<unknown>>();

  constructor(count: number) {
    this.numbers = new Float64Array(count);
    this.missing = new Uint8Array(count).fill(1);
  }

  read(part: Part, x: unknown, path: string): void {
    if (part.kind === "number") return this.#number(part.at, x, path);
    if (part.kind === "nothing" || x === null || x === undefined) return;
    if (!isObject(x)) return this.#report(path, `the derivative is ${typeof x === "number" ? "a number" : `of type ${typeof x}`} where the argument is an object`);
    const readBefore = this.#done.get(part) ?? new Set();
    this.#done.set(part, readBefore);
    if (readBefore.has(x)) return;
    readBefore.add(x);
    if (part.kind === "numbers" || part.kind === "list") {
      const length = part.kind === "numbers" ? part.length : part.parts.length;
      const own = (x as ArrayLike<unknown>).length;
      if (own !== length) return this.#report(path, own === undefined ? "the derivative is no array where the argument is one" : `the derivative has length ${own}, the argument ${length}`);
    }
    if (part.kind === "numbers") for (let i = 0; i < part.length; i++) this.#number(part.at + i, (x as ArrayLike<unknown>)[i], `${path}[${i}]`);
    else for (const { part: inner, step, of } of innerParts(part)) this.read(inner, of(x), path + step);
  }

  #number(at: number, x: unknown, path: string): void {
    if (x === null || x === undefined) return;
    if (typeof x !== "number") return this.#report(path, `the derivative has ${Array.isArray(x) ? "an array" : `a value of type ${typeof x}`} where the argument has a number`);
    if (this.missing[at] === 0 && !isClose(this.numbers[at]!, x)) this.#report(path, `the derivative has ${x} here and ${this.numbers[at]} at another path to the same object`);
    this.missing[at] = 0;
    this.numbers[at] = x;
  }

  #report(path: string, text: string): void {
    this.problem ??= { path, text };
  }
}

/** Reads derivatives that should have these structures; `count` is how many numbers they have together. */
export function readDerivatives(parts: readonly Part[], count: number, derivatives: readonly unknown[], names: readonly string[]): Reading {
  const reader = new Reader(count);
  parts.forEach((part, i) => reader.read(part, derivatives[i], names[i] ?? `args[${i}]`));
  return reader;
}

/** the positions of the numbers of a part, those of shared objects once */
function positionsIn(root: Part): number[] {
  const found: number[] = [];
  const seen = new Set<Part>();
  const visit = (part: Part): void => {
    if (part.kind === "number") found.push(part.at);
    if (part.kind === "number" || part.kind === "nothing" || seen.has(part)) return;
    seen.add(part);
    if (part.kind === "numbers") for (let i = 0; i < part.length; i++) found.push(part.at + i);
    else for (const { part: inner } of innerParts(part)) visit(inner);
  };
  visit(root);
  return found;
}

export interface Group {
  readonly name: string;
  readonly positions: readonly number[];
}

/** The numbers by the branch of the structure in which they stand: at most so many groups, unless there are more values. */
export function groupsOf(parts: readonly Part[], names: readonly string[], most: number): readonly Group[] {
  let branches = parts.map((part, i) => ({ part, name: names[i] ?? `args[${i}]` }));
  for (;;) {
    const finer = branches.flatMap(({ part, name }) => {
      const inner = [...innerParts(part)];
      return inner.length === 0 ? [{ part, name }] : inner.map((x) => ({ part: x.part, name: name + x.step }));
    });
    if (finer.length === branches.length || finer.length > most) break;
    branches = finer;
  }
  const taken = new Set<number>();
  return branches.flatMap(({ part, name }) => {
    const positions = positionsIn(part).filter((at) => !taken.has(at));
    for (const at of positions) taken.add(at);
    return positions.length === 0 ? [] : [{ name, positions }];
  });
}

/** Each number of a value with what stands in its place in another structure, such as a row of a Jacobian. */
export function eachReplaced(root: Part, replaced: unknown, found: (at: number, by: unknown) => void): void {
  const seen = new Set<Part>();
  const visit = (part: Part, x: unknown): void => {
    if (part.kind === "number") return found(part.at, x);
    if (part.kind === "nothing" || seen.has(part)) return;
    seen.add(part);
    if (part.kind === "numbers") for (let i = 0; i < part.length; i++) found(part.at + i, memberOf(x, i));
    else for (const { part: inner, of } of innerParts(part)) visit(inner, of(x));
  };
  visit(root, replaced);
}
