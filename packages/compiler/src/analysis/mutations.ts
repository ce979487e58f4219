// What the in-place operations on arrays do, as far as analyses and transforms ask: one line per operation.
import type { MutationName } from "../ir/ir.ts";

const none = (): boolean => false;
const all = (): boolean => true;

/** which of the arguments of an operation are elements (or, for `set`, hold them); the others are positions */
export const VALUES_OF: Readonly<Record<MutationName, (index: number) => boolean>> = {
  push: all, unshift: all, splice: (i) => i >= 2, fill: (i) => i === 0, set: (i) => i === 0,
  pop: none, shift: none, length: none, reverse: none, sort: none, copyWithin: none, delete: none, clear: none,
};

const KEEP_LENGTH: ReadonlySet<MutationName> = new Set(["fill", "reverse", "sort", "set", "copyWithin"]);

export const changesLength = (operation: MutationName): boolean => !KEEP_LENGTH.has(operation);

const SHORTEN: ReadonlySet<MutationName> = new Set(["pop", "shift", "splice", "length"]);

/** may there be fewer elements afterwards? */
export const shortens = (operation: MutationName): boolean => SHORTEN.has(operation);

const KEEP_PLACES: ReadonlySet<MutationName> = new Set(["push", "pop", "length", "fill", "set", "delete", "clear"]);

/** does what stands at one position go to another? */
export const movesElements = (operation: MutationName): boolean => !KEEP_PLACES.has(operation);
