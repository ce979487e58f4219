// Fresh arguments for every call, because functions may write to what they are given, and the parameters that they belong to.
// Guarantees that the user's own objects are never handed to a function that is checked. What is shared inside an argument is shared in its copy,
// buffers included. Objects of classes with `#private` members cannot be copied: for these the user hands in a function that makes arguments.
import { isFloats, isMap, isObject, setField } from "../array/shape.ts";

type Copies = Map<object, unknown>;

function copyView(value: ArrayBufferView, copies: Copies): unknown {
  const buffer = (copies.get(value.buffer) as ArrayBufferLike | undefined) ?? value.buffer.slice(0);
  copies.set(value.buffer, buffer);
  const make = value.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => unknown;
  return new make(buffer, value.byteOffset, "length" in value ? (value.length as number) : value.byteLength);
}

const isBuffer = (value: object): value is ArrayBuffer => value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer);

function copyOf(value: unknown, copies: Copies): unknown {
  if (!isObject(value)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const keep = <T extends object>(made: T): T => {
    copies.set(value, made);
    return made;
  };
  if (isFloats(value) || ArrayBuffer.isView(value)) return keep(copyView(value, copies) as object);
  if (isBuffer(value)) return keep(value.slice(0));
  if (Array.isArray(value)) {
    const array: unknown[] = keep(value.slice() as unknown[]);
    for (let i = 0; i < array.length; i++) if (isObject(array[i])) array[i] = copyOf(array[i], copies);
    return array;
  }
  if (isMap(value)) {
    const map = keep(new Map<unknown, unknown>());
    for (const [key, inner] of value) map.set(key, copyOf(inner, copies));
    return map;
  }
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "Set") return keep(new Set(value as Set<unknown>));
  if (tag === "Date" || tag === "RegExp" || tag === "Promise" || tag === "WeakMap" || tag === "WeakSet" || tag === "Error") return value;
  const object = keep(Object.create(Object.getPrototypeOf(value) as object | null) as object);
  for (const [key, inner] of Object.entries(value)) setField(object, key, copyOf(inner, copies));
  return object;
}

/** what the arguments are, as the user gives them */
export type Given = readonly unknown[] | (() => readonly unknown[]);

/** Arguments in which what several of them share is shared: what the user would pass. */
export const sharedCopy = (given: Given): readonly unknown[] => (typeof given === "function" ? given() : (copyOf(given, new Map()) as readonly unknown[]));

/** Arguments each of which stands alone: one may be moved while the others stay. */
export const separateCopy = (given: Given): unknown[] => (typeof given === "function" ? [...given()] : given.map((x) => copyOf(x, new Map())));

export interface Parameters {
  readonly names: readonly string[];
  /** the index of a rest parameter, else −1 */
  readonly rest: number;
}

const NONE: Parameters = { names: [], rest: -1 };

/** the text between the parentheses of a parameter list, split at its commas */
function parameterTexts(text: string): readonly string[] | null {
  const bare = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
  if (bare !== null) return [bare[1] ?? ""];
  const open = text.indexOf("(");
  if (open < 0) return null;
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"' || c === "'" || c === "`") return null;
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") depth--;
    if ((c === "," && depth === 1) || depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
    if (depth === 0) return parts.filter((x) => x !== "");
  }
  return null;
}

/** The parameters of a function by its own text, which bundlers may have changed: names are for people only. */
export function parametersOf(f: (...args: never[]) => unknown): Parameters {
  const text = Function.prototype.toString.call(f).replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  if (text.includes("[native code]")) return NONE;
  const texts = parameterTexts(text);
  if (texts === null) return NONE;
  const names = texts.map((x, i) => /^(?:\.\.\.)?\s*([A-Za-z_$][\w$]*)\s*(?:=|$)/.exec(x)?.[1] ?? `args[${i}]`);
  return { names, rest: texts.findIndex((x) => x.startsWith("...")) };
}

/** One value per parameter: the arguments of a rest parameter are one array. */
export const byParameter = (args: readonly unknown[], rest: number): unknown[] => (rest < 0 || args.length < rest ? [...args] : [...args.slice(0, rest), args.slice(rest)]);

/** The arguments of a call, out of one value per parameter. */
export const toArguments = (values: readonly unknown[], rest: number): unknown[] =>
  rest < 0 || values.length <= rest ? [...values] : [...values.slice(0, rest), ...(values[rest] as readonly unknown[])];
