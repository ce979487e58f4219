// What a call of something outside of the program does beside giving its result. One table for all who ask: analyses, the optimizer, both modes.
// Names count only where they are those of the language: a function that the program imports, and a method of a foreign object, may do anything.
import type { Callee } from "../ir/ir.ts";
import { isImpureOp } from "../ir/facts.ts";
import { isRequirement, isRuntimeCall } from "./runtime.ts";

type External = Callee & { readonly kind: "external" };

export interface CallFacts {
  /** may it write to what the program can read, or keep what it is handed? */
  readonly writes: boolean;
  /** may it throw? */
  readonly throws: boolean;
  /** does the world, or a later call, notice that it was called? */
  readonly isObserved: boolean;
  /** would it give the same again? */
  readonly isRepeatable: boolean;
}

const UNKNOWN: CallFacts = { writes: true, throws: true, isObserved: true, isRepeatable: false };
const COMPUTES: CallFacts = { writes: false, throws: false, isObserved: false, isRepeatable: true };
/** the iterator is the compiler's own, and moves on */
const ITERATES: CallFacts = { ...COMPUTES, isObserved: true, isRepeatable: false };
const SPEAKS: CallFacts = { ...COMPUTES, isObserved: true };
const DIFFERS: CallFacts = { ...COMPUTES, isObserved: true, isRepeatable: false };
const REQUIRES: CallFacts = { ...COMPUTES, throws: true };
/** calls of the runtime that derivatives are made of write to companions and records, which they are handed */
const STEPS: CallFacts = { ...COMPUTES, writes: true };

/** an exception that is made and not thrown is not noticed */
const ERRORS = /^new (|Type|Range|Syntax|Reference|Eval|URI)Error$/;

export function factsOfCall(callee: External): CallFacts {
  if (callee.does === "compute") return COMPUTES;
  if (callee.does === "iterate") return ITERATES;
  if (isRequirement(callee.name)) return REQUIRES;
  if (isRuntimeCall(callee.name)) return STEPS;
  if (callee.cell !== null) return UNKNOWN;
  if (isSpoken(callee)) return SPEAKS;
  if (ERRORS.test(callee.name)) return COMPUTES;
  return isImpureOp(callee.name) ? DIFFERS : UNKNOWN;
}

/** said to the world; not again in a second run */
export const isSpoken = (callee: External): boolean => callee.cell === null && callee.name.startsWith("console.");

/** does anything tell that it was called, but for its result? */
export function isNoticed(callee: External): boolean {
  const { writes, throws, isObserved } = factsOfCall(callee);
  return writes || throws || isObserved;
}
