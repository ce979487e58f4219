// Entries of sparse matrices, as the runtime keeps them: columns and values, and beside them the row of each, or where each row ends. Where a
// loop adds so many for each trip, there is room for all before it starts, and they are written where they belong.
// Assumes the versioned stage. Guarantees structured code.
import type { Block, Expr, Func, Origin, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, constant, define, element, field, load, op, REAL, runtimeCall, store, type Supply, use } from "../ir/build.ts";
import { sameExpr } from "../ir/facts.ts";
import { mapStmt, statements } from "../ir/walk.ts";
import { ADD_ENTRY, RESTART_ROW } from "../rules/runtime.ts";

const INTEGERS: Type = { kind: "array", array: "Int32Array", element: REAL };
const DOUBLES: Type = { kind: "array", array: "Float64Array", element: REAL };

export const ENTRIES: Type = {
  kind: "struct", id: -4_000_001, name: null, isClass: false,
  fields: [
    { name: "rows", type: INTEGERS, optional: false }, { name: "cols", type: INTEGERS, optional: false }, { name: "vals", type: DOUBLES, optional: false },
    { name: "length", type: REAL, optional: false },
  ],
};

type Counted = Stmt & { readonly kind: "loop"; readonly header: { readonly kind: "counted" } };

/** loops of the function's top level write entries into arrays that are long enough */
export function placeEntries(func: Func, supply: Supply): Func {
  const matrix = statements(func.body).findLast((s) => s.kind === "let" && s.value.kind === "runtime" && s.value.name === "sparseMatrix");
  const whole = matrix?.kind === "let" && matrix.value.kind === "runtime" ? matrix.value.args[1] : undefined;
  const isWhole = (v: Var): boolean => whole?.kind === "var" && whole.variable === v;
  const sums = new Set(statements(func.body).flatMap((s) => (s.kind === "let" && s.value.kind === "runtime" && s.value.name === "newSums" ? [s.variable] : [])));
  return { ...func, body: func.body.flatMap((s) => (isRegular(s) ? placed(s, isWhole, (v) => sums.has(v), supply) : [s])) };
}

/** a loop whose number of trips is known before */
const isRegular = (s: Stmt): s is Counted => s.kind === "loop" && s.header.kind === "counted" && s.header.compare === "<" && s.header.step === 1 && s.header.start.kind === "const" && Number(s.header.start.value) >= 0;

/** The arrays of one builder, in a loop. */
interface Arrays {
  readonly entries: Var;
  /** the row of each entry; null where it is enough to note where rows end */
  readonly rows: Var | null;
  readonly cols: Var;
  readonly vals: Var;
  readonly at: Var;
}

function placed(loop: Counted, isWhole: (v: Var) => boolean, isSum: (v: Var) => boolean, supply: Supply): Block {
  const counts = entriesOf(loop.body);
  const { origin } = loop;
  const before: Stmt[] = [];
  const after: Stmt[] = [];
  const arrays = new Map<Var, Arrays>();
  // all parts end up in the first
  const total = [...counts.values()].reduce<number>((sum, x) => sum + (x ?? 0), 0);
  for (const [entries, count] of counts) {
    if (count === null) continue;
    const room = supply.fresh("room", REAL);
    before.push(define(room, op("*", [constant(isWhole(entries) ? total : count), loop.header.stop]), origin));
    before.push(runtimeCall("reserveEntries", [use(entries), use(room)], origin));
    const part = (name: string, type: Type, mutable = false): Var => {
      const made = supply.fresh(name, type, mutable);
      before.push(define(made, load(field(use(entries), name === "at" ? "length" : name), type), origin));
      return made;
    };
    const made = { entries, rows: isSum(entries) ? part("rows", INTEGERS) : null, cols: part("cols", INTEGERS), vals: part("vals", DOUBLES), at: part("at", REAL, true) };
    arrays.set(entries, made);
    after.push(store(field(use(entries), "length"), use(made.at), origin));
  }
  return [...before, { ...loop, body: written(loop.body, arrays, supply) }, ...after];
}

/** the builder to which a statement adds */
function builderOf(s: Stmt): Var | null {
  const entries = s.kind === "call" && s.callee.kind === "external" && s.callee.name === ADD_ENTRY ? s.args[0] : undefined;
  return entries?.kind === "var" ? entries.variable : null;
}

/** how many entries a trip adds at most; null where an inner loop adds some */
function entriesOf(block: Block): ReadonlyMap<Var, number | null> {
  const found = new Map<Var, number | null>();
  const visit = (s: Stmt, inLoop: boolean): void => {
    const builder = builderOf(s);
    const known = builder === null ? 0 : found.get(builder) ?? (found.has(builder) ? null : 0);
    if (builder !== null) found.set(builder, inLoop || known === null ? null : known + 1);
    if (s.kind === "if") for (const x of [...s.then, ...s.else]) visit(x, inLoop);
    if (s.kind === "loop") for (const x of s.body) visit(x, true);
  };
  for (const s of block) visit(s, false);
  return found;
}

/** a row that starts again says where: the builder does not know how many entries there are */
function restarted(s: Stmt, arrays: ReadonlyMap<Var, Arrays>): Stmt | null {
  const entries = s.kind === "call" && s.callee.kind === "external" && s.callee.name === RESTART_ROW ? s.args[0] : undefined;
  const into = entries?.kind === "var" ? arrays.get(entries.variable) : undefined;
  return s.kind === "call" && into !== undefined ? { ...s, args: [...s.args, use(into.at)] } : null;
}

function written(block: Block, arrays: ReadonlyMap<Var, Arrays>, supply: Supply): Block {
  const out: Stmt[] = [];
  /** where a builder stood when the last entries of the block began, and how many there are since */
  const runs = new Map<Arrays, { readonly start: Var; count: number; row: Expr }>();
  /** where a row ends: behind its last entry */
  const endRow = ({ entries, rows }: Arrays, { start, count, row }: { readonly start: Var; readonly count: number; readonly row: Expr }, origin: Origin): void => {
    if (rows !== null) return;
    const end = supply.fresh("end", REAL);
    out.push(define(end, op("+", [use(start), constant(count)]), origin), runtimeCall("endRow", [use(entries), row, use(end)], origin));
  };
  const settle = (origin: Origin): void => {
    for (const [arrays, run] of runs) {
      endRow(arrays, run, origin);
      const next = supply.fresh("at", REAL);
      out.push(define(next, op("+", [use(run.start), constant(run.count)]), origin), assign(arrays.at, use(next), origin));
    }
    runs.clear();
  };
  for (const s of block) {
    const builder = builderOf(s);
    const into = builder === null ? undefined : arrays.get(builder);
    if (into === undefined || s.kind !== "call") {
      if (s.kind !== "let") settle(s.origin);
      out.push(restarted(s, arrays) ?? mapStmt(s, (e) => e, (b) => written(b, arrays, supply)));
      continue;
    }
    const [, row, col, value] = s.args;
    const { origin } = s;
    const run = runs.get(into) ?? { start: supply.fresh("at", REAL), count: 0, row: row! };
    if (!runs.has(into)) out.push(define(run.start, use(into.at), origin));
    else if (!sameExpr(run.row, row!)) endRow(into, run, origin);
    run.row = row!;
    runs.set(into, run);
    const at = run.count === 0 ? run.start : supply.fresh("at", REAL);
    if (run.count > 0) out.push(define(at, op("+", [use(run.start), constant(run.count)]), origin));
    out.push(...(into.rows === null ? [] : [store(element(use(into.rows), use(at)), row!, origin)]), store(element(use(into.cols), use(at)), col!, origin), store(element(use(into.vals), use(at)), value!, origin));
    run.count++;
  }
  const [last] = block.slice(-1);
  if (last !== undefined) settle(last.origin);
  return out;
}
