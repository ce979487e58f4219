// Relations: which variables would best be one, most natural first; and where each is defined, so that the first of them can
// declare the variable for all.
// Assumes the versioned stage.
import type { Block, Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { variablesAssigned, variablesDeclared, variablesRead } from "../ir/variables.ts";
import { blocks, declared, statements, visitExpressions } from "../ir/walk.ts";
import { isApart, isDerivative, isUserDeclared, OPERATION_NAMES } from "../ir/facts.ts";
import { countUses, type Uses } from "../ir/uses.ts";

export interface Relations {
  /** joins with their values and copies */
  readonly pairs: readonly Pair[];
  /** values of one variable of the user, one computed from the other */
  readonly versions: readonly Pair[];
  isBefore(a: Var, b: Var): boolean;
  /** is `a` declared in a block around the definition of `b`, or in the same? */
  isVisible(a: Var, b: Var): boolean;
  /** the member whose name the united variable takes */
  speaker(members: readonly Var[]): Var;
}

type Pair = readonly [Var, Var];

interface Definition {
  readonly order: number;
  readonly path: readonly Block[];
  readonly origin: Origin;
  readonly value: Expr | null;
}

export function findRelations(func: Func): Relations {
  const definitions = findDefinitions(func);
  const uses = countUses(func);
  const excluded = fixedVariables(func, uses);
  const isFree = ([a, b]: Pair): boolean => a !== b && !excluded.has(a) && !excluded.has(b) && definitions.has(a) && definitions.has(b);
  const order = (v: Var): number => definitions.get(v)?.order ?? -1;
  return {
    pairs: relatedPairs(func, uses).filter(isFree),
    versions: versionsIn(func, uses, definitions).filter(isFree),
    isBefore: (a, b) => order(a) <= order(b),
    isVisible: (a, b) => {
      const outer = definitions.get(a)!.path;
      const inner = definitions.get(b)!.path;
      return outer.every((block, i) => inner[i] === block);
    },
    speaker: (members) => {
      const inOrder = [...members].sort((a, b) => order(a) - order(b));
      return inOrder.find((v) => v.mutable) ?? inOrder[0]!;
    },
  };
}

function findDefinitions(func: Func): Map<Var, Definition> {
  const found = new Map<Var, Definition>();
  let order = 0;
  for (const p of func.params) found.set(p.variable, { order: order++, path: [], origin: func.origin, value: null });
  const walk = (block: Block, path: readonly Block[]): void => {
    const here = [...path, block];
    for (const s of block) {
      if (s.kind === "let") found.set(s.variable, { order: order++, path: here, origin: s.origin, value: s.value });
      else if ((s.kind === "call" || s.kind === "mutate") && s.result) found.set(s.result, { order: order++, path: here, origin: s.origin, value: null });
      for (const b of blocks(s)) walk(b, here);
    }
  };
  walk(func.body, []);
  return found;
}

/** variables that must stay themselves: captured ones, indices, and what handlers of exceptions catch or read */
function fixedVariables(func: Func, uses: Uses): Set<Var> {
  const fixed = new Set<Var>();
  for (const p of func.params) if (!p.variable.mutable) fixed.add(p.variable);
  for (const s of statements(func.body)) {
    if (s.kind === "loop" || s.kind === "try") for (const v of declared(s)) fixed.add(v);
    if (s.kind === "try") for (const b of [s.handler, s.finalizer]) if (b) for (const v of variablesRead(b)) fixed.add(v);
  }
  const made = func.body.findIndex(makesClosure);
  if (made < 0) return fixed;
  // what is set before the first function literal is made does not change under it
  const late = func.body.slice(made);
  for (const v of [...variablesAssigned(late), ...variablesDeclared(late)]) fixed.add(v);
  if (func.body[made]!.kind === "let") return fixed;
  visitExpressions(func.body, (e) => { if (e.kind === "var" && uses.isCaptured(e.variable)) fixed.add(e.variable); });
  return fixed;
}

function makesClosure(s: Stmt): boolean {
  let found = false;
  visitExpressions([s], (e) => { found ||= e.kind === "closure"; });
  return found;
}

function relatedPairs(func: Func, uses: Uses): Pair[] {
  const snapshots: Pair[] = [];
  const assigned: Pair[] = [];
  const initial: Pair[] = [];
  // a value with a name and a use of its own keeps them
  const belongs = (join: Var, v: Var): boolean => v.name === join.name || uses.count(v) === 1;
  for (const s of statements(func.body)) {
    if (s.kind === "let" && s.value.kind === "var") {
      const from = s.value.variable;
      if (s.variable.mutable) { if (belongs(s.variable, from)) initial.push([s.variable, from]); }
      else if (from.mutable && belongs(from, s.variable)) snapshots.push([from, s.variable]);
    } else if (s.kind === "assign" && s.value.kind === "var") {
      if (belongs(s.variable, s.value.variable)) assigned.push([s.variable, s.value.variable]);
    }
  }
  return [...snapshots, ...assigned, ...initial];
}

/** `s2 = s1 + t`, from another statement of the source than `s1`: the user assigned `s` again */
function versionsIn(func: Func, uses: Uses, definitions: ReadonlyMap<Var, Definition>): Pair[] {
  const found: Pair[] = [];
  // what a user declared, or carries through a branch or loop, and the values that follow from it
  const known = new Set<Var>();
  for (const s of statements(func.body)) {
    if (s.kind !== "let") continue;
    if (s.variable.mutable || isUserDeclared(s) || isSnapshot(s)) known.add(s.variable);
    for (const earlier of earlierVersions(s, uses, definitions)) {
      if (!known.has(earlier)) continue;
      found.push([earlier, s.variable]);
      known.add(s.variable);
    }
  }
  return found;
}

const isSnapshot = (s: Stmt & { readonly kind: "let" }): boolean => s.value.kind === "var" && s.value.variable.mutable;

function earlierVersions({ variable, value, origin }: Stmt & { readonly kind: "let" }, uses: Uses, definitions: ReadonlyMap<Var, Definition>): Var[] {
  if (OPERATION_NAMES.has(variable.name) || isDerivative(variable)) return [];
  const found: Var[] = [];
  const visit = (e: Expr, depth: number): void => {
    for (const v of directReads(e)) {
      const definition = definitions.get(v);
      if (!definition) continue;
      const isCarried = v.mutable || (definition.value?.kind === "var" && definition.value.variable.mutable);
      if (v.name === variable.name && (isCarried || isApart(definition.origin, origin))) found.push(v);
      else if (depth < 8 && uses.count(v) === 1 && definition.value && !v.mutable) visit(definition.value, depth + 1);
    }
  };
  visit(value, 0);
  return found;
}

function directReads(e: Expr): Var[] {
  return (e.kind === "op" ? e.args : []).flatMap((x) => (x.kind === "var" ? [x.variable] : []));
}
