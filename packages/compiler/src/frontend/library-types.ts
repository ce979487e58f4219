// Types of the language's library that have a form of their own here, by name.
import type { ArrayName, MapType } from "../ir/ir.ts";

const TYPED_ARRAYS: ReadonlySet<string> = new Set<ArrayName>([
  "Float64Array", "Float32Array", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
]);

export const isTypedArrayName = (name: string): name is ArrayName => TYPED_ARRAYS.has(name);

export const CONTAINERS: ReadonlyMap<string, MapType["container"]> = new Map([
  ["Map", "Map"], ["ReadonlyMap", "Map"], ["Set", "Set"], ["ReadonlySet", "Set"], ["WeakMap", "WeakMap"], ["WeakSet", "WeakSet"],
]);

export const WALKS: ReadonlySet<string> = new Set(["Generator", "Iterable", "IterableIterator", "IteratorObject"]);
