// Plans of loops that select one trip: the sweep notes which trip set the carried number last; reverse repeats that trip alone, as if
// its branch were taken and its candidate won, and reverses it.
import type { Block, Expr, Origin, Stmt, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, op, REAL, use, ZERO } from "../../ir/build.ts";
import { variablesAssigned, variablesDeclared } from "../../ir/variables.ts";
import type { Selection } from "../../analysis/selection.ts";
import { cloneBlock, type Renaming } from "../../ir/clone.ts";
import { planRegion } from "./block.ts";
import type { Context, Region } from "./context.ts";

type Loop = Stmt & { readonly kind: "loop" };

export function planSelection(s: Loop, selection: Selection, context: Context): Region {
  const { supply } = context;
  const { origin } = s;
  const index = s.header.kind === "counted" ? s.header.index : supply.fresh("trip", REAL);
  const last = supply.fresh(`${index.name}Selected`, REAL, true);
  const found = supply.fresh(`${index.name}Found`, BOOLEAN, true);
  const note: Block = [assign(last, use(index), origin), assign(found, constant(true), origin)];
  const chosen = supply.fresh(`${index.name}Selected`, REAL);
  const wasFound = supply.fresh(`${index.name}Found`, BOOLEAN);
  const sweep: Stmt[] = [
    define(last, ZERO, origin), define(found, constant(false), origin),
    { ...s, body: s.body.flatMap((x) => noting(x, selection, note, context, origin)) },
    define(chosen, use(last), origin), define(wasFound, use(found), origin),
  ];
  return { sweep, reverse: [branch(use(wasFound), selectedTrip(s, selection, index, chosen, context), [], origin)] };
}

/** the sweep's statement, noting the trip where it selects */
function noting(s: Stmt, { statement, candidate }: Selection, note: Block, context: Context, origin: Origin): Block {
  if (s !== statement) return [s];
  if (s.kind === "if") return [{ ...s, then: [...s.then, ...note] }];
  if (s.kind !== "let" || s.value.kind !== "op" || !candidate) return [s];
  const wins = context.supply.fresh("wins", BOOLEAN);
  const [first, second] = s.value.args as readonly [Expr, Expr];
  const other = candidate.isFirst ? second : first;
  // ties go to the first operand that attains the result
  const compare = s.value.op === "Math.max" ? (candidate.isFirst ? ">=" : ">") : candidate.isFirst ? "<=" : "<";
  return [s, define(wins, op(compare, [candidate.value, other], BOOLEAN), origin), branch(use(wins), note, [], origin)];
}

function selectedTrip(s: Loop, selection: Selection, index: Var, chosen: Var, context: Context): Block {
  const { supply } = context;
  const own = variablesDeclared(s.body);
  const joins = [...variablesAssigned(s.body)].filter((v) => !own.has(v)).sort((a, b) => a.id - b.id);
  const taken = takenTrip(s.body, selection);
  const declare = joins.map((j): Stmt => define(j, ZERO, s.origin));
  const renaming: Renaming = new Map([[index, use(chosen)]]);
  const trace = new Map<Stmt, Stmt>();
  const clones = cloneBlock([...declare, ...taken], renaming, supply, trace);
  for (const [v, e] of renaming) if (e.kind === "var" && v !== index) context.originals.set(e.variable, context.original(v));
  for (const [clone, of] of trace) context.statementOrigins.set(clone, context.originalStmt(of));
  for (const j of joins) {
    const clone = renaming.get(j);
    if (clone?.kind !== "var") continue;
    context.joinStarts.set(clone.variable, ZERO);
    if (context.isActive(use(j))) context.bars.set(clone.variable, context.bar(j));
  }
  const trip = context.renamed(renaming, () => planRegion(clones.slice(joins.length), context.within(null)));
  return [...clones.slice(0, joins.length), ...trip.sweep, ...trip.reverse];
}

/** the body of the trip that was selected: its branch in place of the test, its candidate in place of the extremum */
function takenTrip(body: Block, { statement, candidate }: Selection): Block {
  return body.flatMap((s): Block => {
    if (s !== statement) return s.kind === "throw" ? [] : [s];
    if (s.kind === "if") return s.then;
    return candidate && s.kind === "let" ? [{ ...s, value: candidate.value }] : [s];
  });
}
