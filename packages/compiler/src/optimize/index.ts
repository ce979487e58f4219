// The optimizer: what makes of correct code what a person would have written. The lists stand here, with why each pass stands
// where it stands.
import type { Func } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { expressions, statements } from "../ir/walk.ts";
import { coalesce } from "./coalesce.ts";
import { dropAssignments } from "./drop-assignments.ts";
import { eliminateDeadCode } from "./eliminate-dead-code.ts";
import { foldConstants } from "./fold-constants.ts";
import { hoistInvariants } from "./hoist-invariants.ts";
import { mergeBranches } from "./merge-branches.ts";
import { nest } from "./nest.ts";
import { propagateCopies } from "./propagate-copies.ts";
import { removeJoins } from "./remove-joins.ts";
import { repeatCheapValues } from "./repeat-cheap-values.ts";
import { returnEarly } from "./return-early.ts";
import { type Pass, throughClosures } from "./rewrite.ts";
import { shapeControl } from "./shape-control.ts";
import { shareSubexpressions } from "./share-subexpressions.ts";
import { sizeOf } from "./size.ts";
import { tidyExpressions } from "./tidy-expressions.ts";
import { writeGuards } from "./write-guards.ts";

export type { Pass } from "./rewrite.ts";

/** a function that a pass left as it was is not looked at again */
function pass(name: string, run: (func: Func) => Func): Pass {
  const settled = new WeakSet<Func>();
  const once = (func: Func): Func => {
    if (settled.has(func)) return func;
    const made = run(func);
    if (made === func) settled.add(func);
    return made;
  };
  return { name, run: (func) => (settled.has(func) ? func : throughClosures(func, once)) };
}

/** Versioned to versioned; safe between transforms. */
export const simplifications: readonly Pass[] = [
  // constants first: they decide branches, and make sums of nothing copies
  pass("fold-constants", foldConstants),
  // copies before joins: a join that is assigned a copy of itself is then seen to be
  pass("propagate-copies", propagateCopies),
  pass("remove-joins", removeJoins),
  pass("merge-branches", mergeBranches),
  // sharing sees through the copies that are gone; what it makes unused goes next
  pass("share-subexpressions", shareSubexpressions),
  pass("eliminate-dead-code", eliminateDeadCode),
];

/** each round exposes the next; few are ever needed */
const ROUNDS = 12;

export function simplify(func: Func): Func {
  let current = func;
  let size = measure(func);
  for (let round = 0; round < ROUNDS; round++) {
    const next = simplifications.reduce((f, p) => p.run(f), current);
    const nextSize = measure(next);
    if (next === current || nextSize === size) return next;
    [current, size] = [next, nextSize];
  }
  return current;
}

/** rounds go on as long as the text changes in size */
function measure(func: Func): string {
  let lines = 0;
  let size = 0;
  for (const s of statements(func.body)) {
    lines++;
    for (const e of expressions(s)) size += sizeOf(e);
  }
  return `${lines}/${size}`;
}

/** Versioned to nested: the text to be printed. */
export function finish(func: Func, supply: Supply): Func {
  // guards are products until here, so that they can be differentiated
  return throughClosures(func, (f) => finishOne(simplify(writeGuards(f, supply)), supply));
}

function finishOne(func: Func, supply: Supply): Func {
  // loops get lighter before anything is nested into them; what hoisting uncovers is shared again
  let current = simplify(hoistInvariants(func));
  // joins become variables while operands are still atoms: copies are visible as such
  current = coalesce(current, supply);
  current = repeatCheapValues(current);
  // nesting makes branches single assignments, which become choices, which can be nested in turn
  current = dropAssignments(current);
  for (let round = 0; round < 4; round++) {
    const before = measure(current);
    current = tidyExpressions(nest(current));
    current = dropAssignments(shapeControl(current, supply));
    if (measure(current) === before) break;
  }
  current = returnEarly(current);
  // branches that became choices may have left declarations behind
  return eliminateDeadCode(tidyExpressions(current));
}
