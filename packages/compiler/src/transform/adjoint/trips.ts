// The trips of a checkpointed loop: how many there are, which number each has, and what one of them does. Numbers count from zero. Where
// nothing but the counter ends the loop they follow from the counter; else the sweep counts.
import type { Block, Expr, LoopHeader, Origin, Stmt, Var } from "../../ir/ir.ts";
import { assign, constant, define, isConst, ONE, op, REAL, use, ZERO } from "../../ir/build.ts";
import { breaks, whileHead } from "../../analysis/loop-head.ts";
import type { Context } from "./context.ts";

type Loop = Stmt & { readonly kind: "loop" };
type Counted = LoopHeader & { readonly kind: "counted" };

export interface Trips {
  /** the count, known before the loop; null where the sweep counts */
  readonly known: Expr | null;
  /** the same after the loop */
  readonly total: Expr;
  /** statements before and after the loop of the sweep */
  readonly before: Block;
  readonly after: Block;
  /** numbers the trip at its start, in the sweep */
  readonly number: (out: Stmt[]) => Expr;
  /** the index of a counted loop, where it follows from the number: the same variable if `isIndex` */
  readonly index: Var | null;
  readonly isIndex: boolean;
  /** the index of a trip, from its number */
  readonly indexAt: (trip: Expr, out: Stmt[]) => Expr;
  /** adding one to it may round, so that it is part of the state */
  readonly drifts: boolean;
  readonly step: number;
  /** what a trip does, tail breaks included */
  readonly body: Block;
  /** the loop of the sweep: `atStart` runs when a trip begins, `swept` makes the sweep of a part of the body */
  readonly loop: (atStart: Block, swept: (part: Block) => Block) => Stmt;
}

export function tripsOf(s: Loop, context: Context, origin: Origin): Trips {
  const header = s.header.kind === "counted" ? s.header : null;
  const isWhole = (e: Expr): boolean => context.shared.integers.isInteger(context.originalExpr(e));
  const before: Stmt[] = [];
  const drifts = header !== null && !isWhole(header.start);
  const isKnown = header !== null && !drifts && !breaks(s.body);
  const head = whileHead(s);
  const { checkpoint: _, ...plain } = s;
  const shape = {
    drifts, index: header?.index ?? null, step: header?.step ?? 1,
    isIndex: header !== null && !drifts && isConst(header.start, 0) && header.step === 1,
    indexAt: (trip: Expr, out: Stmt[]): Expr => {
      if (header === null) return ZERO;
      const moved = header.step === 1 ? trip : context.flatten(op("*", [trip, constant(header.step)]), out, "offset", origin);
      return isConst(header.start, 0) ? moved : context.flatten(op("+", [header.start, moved]), out, header.index.name, origin);
    },
    body: head ? [...head.before, ...head.test.then] : s.body,
    loop: (atStart: Block, swept: (part: Block) => Block): Stmt =>
      ({ ...plain, body: head ? [...swept(head.before), { ...head.test, then: [...atStart, ...swept(head.test.then)] }] : [...atStart, ...swept(s.body)] }),
  };
  if (isKnown) {
    const known = countOf(header, isWhole(header.stop), context, before, origin);
    return { ...shape, known, total: known, before, after: [], number: (out) => numberOf(header, context, out, origin) };
  }
  const { supply } = context;
  const counter = supply.fresh("trips", REAL, true);
  const total = supply.fresh("trips", REAL);
  const number = (out: Stmt[]): Expr => {
    const trip = supply.fresh("trip", REAL);
    const next = supply.fresh("trips", REAL);
    out.push(define(trip, use(counter), origin), define(next, op("+", [use(trip), ONE]), origin), assign(counter, use(next), origin));
    return use(trip);
  };
  return { ...shape, known: null, total: use(total), before: [define(counter, ZERO, origin)], after: [define(total, use(counter), origin)], number };
}

function countOf({ start, stop, step, compare }: Counted, isWhole: boolean, context: Context, out: Stmt[], origin: Origin): Expr {
  const [low, high] = step > 0 ? [start, stop] : [stop, start];
  const size = Math.abs(step);
  const span = isConst(low, 0) ? high : op("-", [high, low]);
  const ratio = size === 1 ? span : op("/", [span, constant(size)]);
  const isInclusive = compare === "<=" || compare === ">=";
  const whole = isWhole && size === 1;
  if (whole && !isInclusive && isConst(low, 0) && context.shared.integers.isCount(context.originalExpr(high))) return high;
  const rounded = whole ? ratio : op(isInclusive ? "Math.floor" : "Math.ceil", [ratio]);
  return context.flatten(op("Math.max", [isInclusive ? op("+", [rounded, ONE]) : rounded, ZERO]), out, "trips", origin);
}

function numberOf({ index, start, step }: Counted, context: Context, out: Stmt[], origin: Origin): Expr {
  const [from, to] = step > 0 ? [start, use(index)] : [use(index), start];
  const way = isConst(from, 0) ? to : op("-", [to, from]);
  return context.flatten(Math.abs(step) === 1 ? way : op("/", [way, constant(Math.abs(step))]), out, "trip", origin);
}
