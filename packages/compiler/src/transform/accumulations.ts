// Recognizes `a[i] = a[i] + e` as one statement, `a[i] += e`: its adjoint only reads the cell's adjoint and leaves it, so it
// commutes with others of its kind, and loops that only add to an array have independent trips.
// Assumes and guarantees the versioned stage; the bits of the sum are the same (`a - e` is `a + (-e)`).
import type { Block, Expr, Func, Place, Stmt, Var } from "../ir/ir.ts";
import { accumulate, define, op, REAL, type Supply, typeOf, use } from "../ir/build.ts";
import { isEntry } from "../ir/facts.ts";
import { eachExpression, eachOperand, mapList, mapStmt, statements } from "../ir/walk.ts";

export function recognizeAccumulations(func: Func, supply: Supply): Func {
  const uses = countUses(func);
  const each = (block: Block): Block => rewrite(mapList(block, (s) => mapStmt(s, (e) => e, each)), uses, supply);
  const body = each(func.body);
  return body === func.body ? func : { ...func, body };
}

function countUses(func: Func): ReadonlyMap<Var, number> {
  const uses = new Map<Var, number>();
  const count = (e: Expr): void => {
    if (e.kind === "var") uses.set(e.variable, (uses.get(e.variable) ?? 0) + 1);
    if (e.kind === "closure") for (const s of statements(e.func.body)) eachExpression(s, count);
    eachOperand(e, count);
  };
  for (const s of statements(func.body)) eachExpression(s, count);
  if (func.result) count(func.result);
  return uses;
}

function rewrite(block: Block, uses: ReadonlyMap<Var, number>, supply: Supply): Block {
  const at = new Map<Var, number>();
  block.forEach((s, i) => { if (s.kind === "let") at.set(s.variable, i); });
  const dropped = new Set<number>();
  const replaced = new Map<number, Block>();
  const definition = (e: Expr | undefined): { readonly s: Stmt & { kind: "let" }; readonly i: number } | null => {
    if (e?.kind !== "var" || uses.get(e.variable) !== 1) return null;
    const i = at.get(e.variable);
    const s = i === undefined ? undefined : block[i];
    return s?.kind === "let" && i !== undefined && !s.variable.mutable ? { s, i } : null;
  };
  block.forEach((s, i) => {
    if (s.kind !== "store" || s.place.kind === "cell" || typeOf(s.value).kind !== "real") return;
    // an entry that is read as present need not be: adding to nothing there is not a number
    if (isEntry(s.place)) return;
    const sum = definition(s.value);
    const value = sum?.s.value;
    if (!sum || value?.kind !== "op" || (value.op !== "+" && value.op !== "-")) return;
    const sides = value.op === "+" ? [0, 1] : [0];
    for (const side of sides) {
      const read = definition(value.args[side]);
      if (!read || read.s.value.kind !== "load" || !samePlace(read.s.value.place, s.place) || block.slice(read.i + 1, i).some(mayWrite)) continue;
      const added = value.args[1 - side]!;
      const out: Stmt[] = [];
      if (value.op === "-") {
        const minus = supply.fresh(sum.s.variable.name, REAL);
        out.push(define(minus, op("neg", [added]), s.origin), accumulate(s.place, use(minus), s.origin));
      } else out.push(accumulate(s.place, added, s.origin));
      dropped.add(sum.i).add(read.i);
      replaced.set(i, out);
      return;
    }
  });
  return replaced.size === 0 ? block : block.flatMap((s, i) => (dropped.has(i) ? [] : replaced.get(i) ?? [s]));
}

const sameAtom = (a: Expr, b: Expr): boolean =>
  (a.kind === "var" && b.kind === "var" && a.variable === b.variable) || (a.kind === "const" && b.kind === "const" && Object.is(a.value, b.value));

function samePlace(a: Place, b: Place): boolean {
  if (a.kind === "element" && b.kind === "element") return sameAtom(a.base, b.base) && sameAtom(a.index, b.index);
  return a.kind === "field" && b.kind === "field" && a.field === b.field && sameAtom(a.base, b.base);
}

/** anything that could touch the place between its load and its store */
const mayWrite = (s: Stmt): boolean => s.kind !== "let";
