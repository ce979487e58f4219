// Replay: can a part of the program be run again, from copies of what it starts from, to the same effect? (SEMANTICS §4)
// Its statements, and those of the functions that it calls, may write to memory that can be copied, and to the console, which is silent in the
// second run. They may not ask for what differs from run to run, nor write to storage that all can see.
// Assumes the versioned stage. What memory there is to copy is decided where the second run is made (transform/adjoint/checkpoint.ts).
import type { Block, Cell, Expr, Func, Ruled, Stmt, Type } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { cellKey, isImpureOp } from "../ir/facts.ts";
import { expressions, operands, statements } from "../ir/walk.ts";
import { notReplayable } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { factsOfCall } from "../rules/external.ts";
import { type Alias, isReference, type ObjectId } from "./alias.ts";
import type { RuleFacts } from "./ruled.ts";

interface KnownRules {
  readonly isPure: (callee: Ruled) => boolean;
  readonly factsOf: (callee: Ruled) => RuleFacts;
}

/** why the block cannot be run again, or null; `functions` are all of the program, `isKept` if it may be run after the caller went on */
export function findObstacle(block: Block, functions: readonly Func[], isKept: boolean, rules: KnownRules): Finding | null {
  const stored = new Set<string>();
  for (const f of functions) for (const s of statements(f.body)) if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell") stored.add(cellKey(s.place.cell));
  const changes = (cell: Cell): boolean => stored.has(cellKey(cell)) || (isKept && cell.mutable);
  for (const s of reached(block, functions)) {
    const why = obstacleOf(s, changes, functions, rules);
    if (why !== null) return notReplayable(s.origin.span, why);
  }
  return null;
}

/** the statements of a block and of all functions that it calls */
export function reached(block: Block, functions: readonly Func[]): readonly Stmt[] {
  const seen = new Set<Func>();
  const all: Stmt[] = [];
  const visit = (b: Block): void => {
    for (const s of statements(b)) {
      all.push(s);
      const { callee } = s.kind === "call" ? s : { callee: null };
      const called = callee?.kind === "function" ? functions.find((f) => f.id === callee.func) : undefined;
      if (called === undefined || seen.has(called)) continue;
      seen.add(called);
      visit(called.body);
    }
  };
  visit(block);
  return all;
}

function obstacleOf(s: Stmt, changes: (cell: Cell) => boolean, functions: readonly Func[], rules: KnownRules): string | null {
  if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell") return `it sets the module variable \`${s.place.cell.name}\``;
  if (s.kind === "call") {
    if (s.callee.kind === "value") return "it calls a function that is not known here";
    if (s.callee.kind === "function") { const { func } = s.callee; return functions.some((f) => f.id === func) ? null : "it calls a function that is not known here"; }
    if (s.callee.kind === "ruled") {
      if (!rules.isPure(s.callee)) return `it calls \`${s.callee.name}\`, which may have effects`;
      return [...rules.factsOf(s.callee).cells.values()].some(changes) ? `it calls \`${s.callee.name}\`, which reads what may have changed by then` : null;
    }
    if (isImpureOp(s.callee.name)) return `\`${s.callee.name}\` differs from run to run`;
    return factsOfCall(s.callee).isRepeatable ? null : `it calls \`${s.callee.name.replace(/^\./, "")}\`, which may have effects`;
  }
  for (const e of expressions(s)) { const why = obstacleIn(e, changes); if (why !== null) return why; }
  return null;
}

function obstacleIn(e: Expr, changes: (cell: Cell) => boolean): string | null {
  if (e.kind === "load" && e.place.kind === "cell" && changes(e.place.cell)) return `it reads the module variable \`${e.place.cell.name}\`, which may have changed by then`;
  if (e.kind === "op" && isImpureOp(e.op)) return `\`${e.op}\` differs from run to run`;
  // copies of two objects are two other objects
  if (e.kind === "op" && ["===", "!==", "==", "!="].includes(e.op) && e.args.every((a) => isReference(typeOf(a)))) return "it asks whether two objects are the same one";
  const held = [e, ...operands(e)].find((x) => hasObjectKeys(typeOf(x)));
  return held === undefined ? null : "it uses a map or set whose keys are objects";
}

function hasObjectKeys(t: Type): boolean {
  if (t.kind === "nullable") return hasObjectKeys(t.inner);
  return t.kind === "map" && (isReference(t.key) || t.container === "WeakMap" || t.container === "WeakSet");
}

/** Does a run of a function and of those that it calls leave anything behind but its result? Then a second one is not allowed. */
export function hasEffects(root: Func, called: readonly Func[], alias: Alias, { isPure }: KnownRules): boolean {
  const given = new Set(root.params.map((p) => p.variable));
  // parameters of functions that stay calls point to what is passed to them
  const isOutside = (o: ObjectId): boolean => o.origin === "cell" || (o.origin === "parameter" && (o.variable === null || given.has(o.variable)));
  const isOwn = (e: Expr): boolean => ![...alias.pointsTo(e)].some(isOutside);
  const leaves = (s: Stmt): boolean => {
    switch (s.kind) {
      case "store": case "accumulate": return s.place.kind === "cell" || !isOwn(s.place.base);
      case "mutate": return !isOwn(s.array);
      case "call": return s.callee.kind === "value" || (s.callee.kind === "ruled" && !isPure(s.callee)) || (s.callee.kind === "external" && factsOfCall(s.callee).isObserved);
      case "let": return s.value.kind === "op" && isImpureOp(s.value.op);
      default: return false;
    }
  };
  return [root, ...called].some((f) => statements(f.body).some(leaves));
}
