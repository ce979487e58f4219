// The points at which `verify` compares: given as JSON, exported by the module, written in @sample tags, or random.
import type { FunctionDescription, Shape } from "@cotangent/compiler";
import { UsageError } from "./terminal.ts";

/** arguments, or a function that makes them */
export type Point = readonly unknown[] | (() => readonly unknown[]);

/** does a JSON value have this shape? */
function fits(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case "number": return typeof value === "number";
    case "array": return Array.isArray(value) && value.every((x) => fits(x, shape.element));
    case "tuple": return Array.isArray(value) && value.length === shape.elements.length && shape.elements.every((x, i) => fits(value[i], x));
    case "struct": return typeof value === "object" && value !== null && !Array.isArray(value);
    case "other": return true;
  }
}

/** a JSON value as the function takes it: arrays become the typed arrays that are declared */
function shaped(value: unknown, shape: Shape): unknown {
  if (shape.kind === "array" && Array.isArray(value)) {
    const elements = value.map((x) => shaped(x, shape.element));
    const numbers = elements.filter((x): x is number => typeof x === "number");
    return shape.array === "Float64Array" ? Float64Array.from(numbers) : shape.array === "Float32Array" ? Float32Array.from(numbers) : elements;
  }
  if (shape.kind === "tuple" && Array.isArray(value)) return value.map((x, i) => shaped(x, shape.elements[i] ?? { kind: "other" }));
  if (shape.kind === "struct" && typeof value === "object" && value !== null) {
    const fields = new Map(shape.fields.map((x) => [x.name, x.shape]));
    return Object.fromEntries(Object.entries(value).map(([name, x]) => [name, shaped(x, fields.get(name) ?? { kind: "other" })]));
  }
  return value;
}

/** `--at`: an array of arguments; for a function of one parameter also the argument itself */
export function pointFromJson(text: string, { name, params }: FunctionDescription): Point {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--at is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const required = params.filter((x) => !x.optional).length;
  const isList = Array.isArray(value) && value.length >= required && value.length <= params.length && value.every((x, i) => fits(x, params[i]?.shape ?? { kind: "other" }));
  const [only] = params;
  if (!isList && params.length === 1 && only !== undefined && fits(value, only.shape)) return [shaped(value, only.shape)];
  if (!isList || !Array.isArray(value)) throw new UsageError(`--at ${text} does not fit the parameters of ${name}: (${params.map((x) => x.name).join(", ")}); write an array with one entry per parameter`);
  return value.map((x, i) => shaped(x, params[i]?.shape ?? { kind: "other" }));
}

function randomValue(shape: Shape, random: () => number): unknown {
  switch (shape.kind) {
    case "number": return 0.5 + random();
    case "tuple": return shape.elements.map((x) => randomValue(x, random));
    case "struct": return Object.fromEntries(shape.fields.map((x) => [x.name, randomValue(x.shape, random)]));
    default: throw new UsageError("unknown shape");
  }
}

const isKnown = (shape: Shape): boolean =>
  shape.kind === "number" || (shape.kind === "tuple" && shape.elements.every(isKnown)) || (shape.kind === "struct" && shape.fields.every((x) => isKnown(x.shape)));

const SEED = 20_240_601;

/** mulberry32: the same numbers on every machine */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** a few random points, where every parameter's shape follows from its type */
export function randomPoints({ name, params }: FunctionDescription): readonly Point[] {
  const random = randomNumbers(SEED);
  const open = params.find((x) => !x.optional && !isKnown(x.shape));
  if (open !== undefined) {
    throw new UsageError(`the shape of \`${open.name}\` does not follow from its type: give --at JSON, export \`samples\` (an array of argument lists), or add a @sample tag to ${name}`);
  }
  const given = params.filter((x) => !x.optional || isKnown(x.shape));
  return [0, 1, 2].map(() => given.map((x) => randomValue(x.shape, random)));
}

/** `export const samples`: an array of argument lists, or of functions that make them; for a function of one parameter also of arguments */
export function pointsFromExport(value: unknown, name: string): readonly Point[] {
  if (!Array.isArray(value) || value.length === 0) throw new UsageError(`the export \`${name}\` is not an array of argument lists`);
  return value.map((x: unknown) => (Array.isArray(x) || typeof x === "function" ? (x as Point) : [x]));
}
