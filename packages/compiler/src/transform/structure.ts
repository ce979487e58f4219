// Structures exits: `break`, `continue`, labelled exits and early `return` become nesting, or an exit number where nesting
// would duplicate code. A `finally` becomes code after its statement that knows how the statement was left (finalizer.ts).
// Assumes the raw stage. Guarantees: no `block`, no `return`, no finalizer; a function has one `result`; the only exits are `break`s
// of the innermost loop, in tail position of its body. General loop headers stay (settle-loops.ts turns them into counted or
// forever), and so do `try` and `throw` (handlers.ts makes exits of them once calls are inlined).
import type { Block, Exit, Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, FALSE, op, REAL, type Supply, TRUE, UNDEFINED, use } from "../ir/build.ts";
import { blocks, mapList, mapOperands, mapStmt } from "../ir/walk.ts";
import { ATTEMPT, breakLoop, escapes, INNERMOST, loopTarget, sameExit } from "./exits.ts";
import { withoutFinalizer } from "./finalizer.ts";

/** What an exit turns into where it stands in tail position of the region at hand. */
type Resolve = (exit: Exit, origin: Origin) => Block;

export function structure(func: Func, supply: Supply): Func {
  const inner = structureClosures(func, supply);
  const returns = countReturns(inner.body);
  const done = (body: Block, resolve: Resolve, result: Expr | null): Func => ({ ...inner, body: sequence(body, resolve, supply), result });
  if (returns.count === 0) return done(inner.body, unresolved, inner.result);
  const last = inner.body.at(-1);
  if (returns.count === 1 && last?.kind === "exit" && last.exit.kind === "return") return done(inner.body.slice(0, -1), unresolved, last.exit.value);
  const leave: Resolve = (exit) => (exit.kind === "return" ? [] : unresolved(exit));
  if (!returns.valued) return done(inner.body, leave, null);
  const result = supply.fresh("result", func.resultType, true);
  return done([define(result, UNDEFINED, func.origin), ...noteResults(inner.body, result)], leave, use(result));
}

/** `return e` becomes `result = e; return` */
function noteResults(block: Block, result: Var): Block {
  return block.flatMap((s): Block =>
    s.kind === "exit" && s.exit.kind === "return"
      ? [assign(result, s.exit.value ?? UNDEFINED, s.origin), { ...s, exit: { kind: "return", value: null } }]
      : [mapStmt(s, (e) => e, (b) => noteResults(b, result))]);
}

function unresolved(exit: Exit): never {
  throw new Error(`exit without a target: ${exit.kind}`);
}

/** structures the functions inside closures first; their exits are their own */
function structureClosures(func: Func, supply: Supply): Func {
  const expr = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: structure(e.func, supply) } : mapOperands(e, expr));
  const each = (b: Block): Block => mapList(b, (s) => mapStmt(s, expr, each));
  return { ...func, body: each(func.body) };
}

function countReturns(block: Block): { count: number; valued: boolean } {
  let count = 0;
  let valued = false;
  const visit = (b: Block): void => {
    for (const s of b) {
      if (s.kind === "exit" && s.exit.kind === "return") { count++; valued ||= s.exit.value !== null; }
      for (const inner of blocks(s)) visit(inner);
    }
  };
  visit(block);
  return { count, valued };
}

/** may control reach the end of the block? (`throw` counts as falling through: it needs no nesting) */
function fallsThrough(block: Block): boolean {
  for (const s of block) {
    if (s.kind === "exit") return false;
    if (s.kind === "if" && !fallsThrough(s.then) && !fallsThrough(s.else)) return false;
    if (s.kind === "try" && !fallsThrough(s.body) && s.handler && !fallsThrough(s.handler)) return false;
  }
  return true;
}

export function sequence(block: Block, resolve: Resolve, supply: Supply): Block {
  const out: Stmt[] = [];
  for (let i = 0; i < block.length; i++) {
    const s = block[i]!;
    if (s.kind === "exit") return [...out, ...resolve(s.exit, s.origin)];
    if (s.kind === "try" && s.finalizer) return [...out, ...sequence([...withoutFinalizer(s, supply), ...block.slice(i + 1)], resolve, supply)];
    const leaving = escapes(s);
    if (leaving.length === 0) {
      out.push(...closed(s, supply));
      continue;
    }
    const rest = block.slice(i + 1);
    if (s.kind === "if" && (rest.length === 0 || !fallsThrough(s.then) || !fallsThrough(s.else))) {
      const then = fallsThrough(s.then) ? [...s.then, ...rest] : s.then;
      const otherwise = fallsThrough(s.else) ? [...s.else, ...rest] : s.else;
      return [...out, branch(s.test, sequence(then, resolve, supply), sequence(otherwise, resolve, supply), s.origin)];
    }
    if (s.kind === "block" && rest.length === 0) return [...out, ...entered(s, resolve, supply)];
    // what follows a body that does not end is what follows the handler, where it is as unguarded
    if (s.kind === "try" && s.handler && (rest.length === 0 || !fallsThrough(s.body))) {
      return [...out, { ...s, body: sequence(s.body, resolve, supply), handler: sequence([...s.handler, ...rest], resolve, supply) }];
    }
    return [...out, ...guarded(s, leaving, rest, resolve, supply)];
  }
  return out;
}

/** a statement that no exit leaves */
function closed(s: Stmt, supply: Supply): Block {
  switch (s.kind) {
    case "block": return entered(s, unresolved, supply);
    case "loop": return [loopWith(s, () => null, supply)];
    default: return [mapStmt(s, (e) => e, (b) => sequence(b, unresolved, supply))];
  }
}

/**
 * A block that is left for its landing: that stands where the block is left, if it is left in one place only (loops inside are left
 * before it); else a flag says whether it is due.
 */
function entered(s: Stmt & { kind: "block" }, resolve: Resolve, supply: Supply): Block {
  const isOwn = (exit: Exit): boolean => exit.kind === "break" && exit.target === s.target;
  if (s.landing.length === 0) return sequence(s.body, (exit, origin) => (isOwn(exit) ? [] : resolve(exit, origin)), supply);
  const leaves = (x: Stmt): boolean => escapes(x).some(isOwn);
  const isDue = supply.fresh("failed", BOOLEAN, true);
  // what leaves the block for elsewhere leaves out the question whether the landing is due
  if (s.body.some((x) => escapes(x).some((e) => !isOwn(e))) && countOf(s.body, leaves) > 1) {
    const noted = noteDue(s.body, isOwn, (origin) => assign(isDue, TRUE, origin));
    return sequence([define(isDue, FALSE, s.origin), { ...s, body: noted, landing: [] }, branch(use(isDue), s.landing, [], s.origin)], resolve, supply);
  }
  const landing = sequence(s.landing, resolve, supply);
  // where the block is left is seen when it is structured; until then its exits stand as they are, for blocks in blocks are structured once
  const body = sequence(s.body, (exit, origin) => (isOwn(exit) ? [{ kind: "exit", exit, origin }] : resolve(exit, origin)), supply);
  const replaced = (b: Block, by: (origin: Origin) => Block): Block =>
    b.flatMap((x): Block => (!leaves(x) ? [x] : x.kind === "exit" ? by(x.origin) : [mapStmt(x, (e) => e, (inner) => replaced(inner, by))]));
  if (countOf(body, leaves) <= 1) return replaced(body, () => landing);
  return [define(isDue, FALSE, s.origin), ...replaced(body, (origin) => [assign(isDue, TRUE, origin)]), branch(use(isDue), landing, [], s.origin)];
}

/** the exits among the statements that leave a block */
function countOf(block: Block, leaves: (s: Stmt) => boolean): number {
  let count = 0;
  for (const s of block) if (leaves(s)) count += s.kind === "exit" ? 1 : blocks(s).reduce((sum, b) => sum + countOf(b, leaves), 0);
  return count;
}

function noteDue(block: Block, isOwn: (exit: Exit) => boolean, note: (origin: Origin) => Stmt): Block {
  return block.flatMap((s): Block => (s.kind === "exit" && isOwn(s.exit) ? [note(s.origin), s] : [mapStmt(s, (e) => e, (b) => noteDue(b, isOwn, note))]));
}

/** structures the body of a loop; `escape` answers exits that leave the loop with the statements that note them */
function loopWith(s: Stmt & { kind: "loop" }, escape: (exit: Exit, origin: Origin) => Block | null, supply: Supply): Stmt {
  const own = loopTarget(s.header);
  const resolve: Resolve = (exit, origin) => {
    if (exit.kind === "continue" && exit.target === own) return [];
    if (exit.kind === "break" && exit.target === own) return [breakLoop(origin)];
    const noted = escape(exit, origin);
    return noted === null ? unresolved(exit) : [...noted, breakLoop(origin)];
  };
  const body = sequence(s.body, resolve, supply);
  const header = s.header.kind === "general"
    ? { ...s.header, target: INNERMOST, before: sequence(s.header.before, unresolved, supply), update: sequence(s.header.update, unresolved, supply) }
    : s.header;
  return { ...s, header, body };
}

/** `s` notes in a variable which exit it took; what follows runs only if it took none */
function guarded(s: Stmt, leaving: readonly Exit[], rest: Block, resolve: Resolve, supply: Supply): Block {
  const single = leaving.length === 1;
  const flag = supply.fresh(single && isThrow(leaving[0]!) ? "failed" : "exit", single ? BOOLEAN : REAL, true);
  const number = (exit: Exit): number => leaving.findIndex((e) => sameExit(e, exit)) + 1;
  const note: Resolve = (exit, origin) => [assign(flag, single ? TRUE : constant(number(exit)), origin)];
  const inner = noteExits(s, note, supply);
  const raised = (exit: Exit): Block => resolve(exit, s.origin);
  const after = sequence(rest, resolve, supply);
  const init = define(flag, single ? FALSE : constant(0), s.origin);
  if (single) return [init, ...inner, branch(use(flag), raised(leaving[0]!), after, s.origin)];
  const taken = (k: number): { test: Expr; set: Block } => {
    const test: Var = supply.fresh("taken", BOOLEAN);
    return { test: use(test), set: [define(test, op("===", [use(flag), constant(k)], BOOLEAN), s.origin)] };
  };
  const none = taken(0);
  let dispatch: Block = raised(leaving.at(-1)!);
  for (let k = leaving.length - 1; k >= 1; k--) {
    const which = taken(k);
    dispatch = [...which.set, branch(which.test, raised(leaving[k - 1]!), dispatch, s.origin)];
  }
  return [init, ...inner, ...none.set, branch(none.test, after, dispatch, s.origin)];
}

const isThrow = (exit: Exit): boolean => exit.kind === "break" && exit.target.label === ATTEMPT;

function noteExits(s: Stmt, note: Resolve, supply: Supply): Block {
  switch (s.kind) {
    case "loop": return [loopWith(s, note, supply)];
    case "block": return entered(s, note, supply);
    default: return [mapStmt(s, (e) => e, (b) => sequence(b, note, supply))];
  }
}
