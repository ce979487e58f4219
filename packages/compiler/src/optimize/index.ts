// The optimizer: what makes of correct code what a person would have written. The lists stand here, with why each pass stands
// where it stands.
import type { Expr, Func } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { hasClosures } from "../ir/variables.ts";
import { eachExpression, visitStatements } from "../ir/walk.ts";
import { coalesce } from "./coalesce.ts";
import { dropAssignments } from "./drop-assignments.ts";
import { eliminateDeadCode } from "./eliminate-dead-code.ts";
import { foldConstants } from "./fold-constants.ts";
import { hoistInvariants } from "./hoist-invariants.ts";
import { settleLastUses } from "./last-uses.ts";
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
import { makeZeros } from "./zeros.ts";

/** a function that a pass left as it was is not looked at again */
function pass(run: Pass): Pass {
  const settled = new WeakSet<Func>();
  return (func) => {
    if (settled.has(func)) return func;
    const made = run(func);
    if (made === func) settled.add(func);
    return made;
  };
}

const dropUnneeded = pass(eliminateDeadCode);

/** Versioned to versioned; safe between transforms. None finds more to do in what it made itself. */
const simplifications: readonly Pass[] = [
  // constants first: they decide branches, and make sums of nothing copies
  pass(foldConstants),
  // copies before joins: a join that is assigned a copy of itself is then seen to be
  pass(propagateCopies),
  pass(removeJoins),
  pass(mergeBranches),
  // stores that nobody looks at are in the way of sharing; what it makes unused goes next
  dropUnneeded,
  // behind it: what was stored between an array and its zeros is gone
  pass(makeZeros),
  // what is stored too late to be seen may be all that was made of other values
  pass(settleLastUses),
  pass(shareSubexpressions),
  dropUnneeded,
];

/** each round exposes the next; few are ever needed */
const ROUNDS = 40;

const simplified = new WeakSet<Func>();

export function simplify(func: Func): Func {
  // no pass makes a function literal: where there is none, none is looked for after every change
  const apply = hasClosures(func) ? throughClosures : (f: Func, run: Pass): Func => run(f);
  let current = func;
  let size: string | null = null;
  // how many passes have seen the text since it changed; that dead code is gone is no change to the others
  let seen = simplified.has(func) ? simplifications.length : 0;
  for (let round = 0; round < ROUNDS && seen < simplifications.length; round++) {
    for (const run of simplifications) {
      if (seen === simplifications.length) break;
      const next = apply(current, run);
      seen = next === current || run === dropUnneeded ? seen + 1 : 1;
      current = next;
    }
    if (seen === simplifications.length) break;
    const nextSize = measure(current);
    if (nextSize === (size ?? measure(func))) break;
    size = nextSize;
  }
  simplified.add(current);
  return current;
}

/** rounds go on as long as the text changes in size */
function measure(func: Func): string {
  let lines = 0;
  let size = 0;
  const add = (e: Expr): void => { size += sizeOf(e); };
  visitStatements(func.body, (s) => {
    lines++;
    eachExpression(s, add);
  });
  return `${lines}/${size}`;
}

/** Versioned to nested: the text to be printed. */
export function finish(func: Func, supply: Supply): Func {
  // guards are products until here, so that they can be differentiated
  const guarded = simplify(throughClosures(func, (f) => writeGuards(f, supply)));
  // loops get lighter before anything is nested into them; what hoisting uncovers is shared again
  const light = simplify(throughClosures(guarded, hoistInvariants));
  // only now: what is no longer versioned is nothing that the simplifications know, and they reach into closures
  return throughClosures(light, (f) => write(f, supply));
}

function write(func: Func, supply: Supply): Func {
  // joins become variables while operands are still atoms: copies are visible as such
  let current = coalesce(func, supply);
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
