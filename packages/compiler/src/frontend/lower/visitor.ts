// The body of a loop as a function that something else calls once per trip, and that answers whether to stop. Exits of the
// trip become answers; exits to places further out are noted in a variable, stop the loop, and are taken after it.
import type { ts } from "ts-morph";
import type { Block, Exit, Expr, Stmt, Target, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, constant, FALSE, isConst, op, REAL, TRUE, use } from "../../ir/build.ts";
import { blocks, mapStmt, statements } from "../../ir/walk.ts";
import type { Body } from "./body.ts";

export interface Visitor {
  readonly visitor: Block;
  /** emits what has to happen after the loop */
  readonly escapes: () => void;
}

/** an exit that leaves the loop for a place around it */
interface Escape {
  readonly exit: Exit;
  /** holds the value of a `return` */
  readonly value: Var | null;
}

export function visitorOf(b: Body, body: Block, own: Target, node: ts.Node): Visitor {
  const origin = b.origin(node);
  const inner = targetsIn(body);
  const escapes: Escape[] = [];
  const result = returnsValue(body) ? b.declare("returned", b.consumer === null ? b.resultType() : BOOLEAN, node) : null;
  const numbered = (exit: Exit): number => {
    const known = escapes.findIndex((x) => isSame(x.exit, exit));
    if (known >= 0) return known + 1;
    return escapes.push({ exit, value: exit.kind === "return" && exit.value !== null && !isConst(exit.value) ? result : null });
  };
  const flag = leavesLoop(body, own, inner) ? b.declare("exit", REAL, node, constant(0)) : null;
  const answer = (s: Stmt & { kind: "exit" }): Block => {
    const stop = (value: Expr): Stmt => ({ ...s, exit: { kind: "return", value } });
    const { exit } = s;
    if (exit.kind !== "return" && exit.target === own) return [stop(exit.kind === "break" ? TRUE : FALSE)];
    if (exit.kind !== "return" && inner.has(exit.target)) return [s];
    const k = numbered(exit);
    const noted = exit.kind === "return" && exit.value !== null && escapes[k - 1]?.value === result && result !== null ? [assign(result, exit.value, s.origin)] : [];
    return [...noted, ...(flag === null ? [] : [assign(flag, constant(k), s.origin)]), stop(TRUE)];
  };
  const each = (block: Block): Block => block.flatMap((s): Block => (s.kind === "exit" ? answer(s) : [mapStmt(s, (e) => e, each)]));
  const visitor = [...each(body), { kind: "exit", exit: { kind: "return", value: FALSE }, origin } satisfies Stmt];
  return { visitor, escapes: () => escapes.forEach((x, i) => take(b, x, i + 1, flag, node)) };
}

function take(b: Body, { exit, value }: Escape, k: number, flag: Var | null, node: ts.Node): void {
  if (flag === null) return;
  const taken = b.settle(op("===", [b.settle(use(flag), node), constant(k)], BOOLEAN), node, "taken");
  const leave = exit.kind === "return" && value !== null ? { ...exit, value: use(value) } : exit;
  b.branch(taken, () => b.exit(leave, node), () => undefined, node);
}

/** returns of values differ in the value alone, which a variable holds */
function isSame(a: Exit, b: Exit): boolean {
  if (a.kind === "return" || b.kind === "return") {
    if (a.kind !== "return" || b.kind !== "return") return false;
    return a.value === null || b.value === null ? a.value === b.value : isConst(a.value) === isConst(b.value) && (!isConst(a.value) || sameConstant(a.value, b.value));
  }
  return a.kind === b.kind && a.target === b.target;
}

const sameConstant = (a: Expr, b: Expr): boolean => a.kind === "const" && b.kind === "const" && Object.is(a.value, b.value);

function targetsIn(body: Block): ReadonlySet<Target> {
  const found = new Set<Target>();
  for (const s of statements(body)) {
    if (s.kind === "block") found.add(s.target);
    if (s.kind === "loop" && s.header.kind === "general") found.add(s.header.target);
  }
  return found;
}

const leavesLoop = (body: Block, own: Target, inner: ReadonlySet<Target>): boolean => body.some((s) =>
  s.kind === "exit" ? s.exit.kind === "return" || (s.exit.target !== own && !inner.has(s.exit.target)) : blocks(s).some((x) => leavesLoop(x, own, inner)));

const returnsValue = (body: Block): boolean => body.some((s) =>
  s.kind === "exit" ? s.exit.kind === "return" && s.exit.value !== null && !isConst(s.exit.value) : blocks(s).some(returnsValue));
