// Module state of functions that stay calls. Adjoints and tangents of module variables are variables of the function that is
// differentiated, so a function that stays a call would have its own. Variables that carry a derivative there are taken into an object at
// entry, which is handed on to all of them: `box.total` is then a field like any other. The module variable is stored to as well, where it
// was, for whoever looks at it; nobody here reads it again.
// Versioned to versioned. Callers find the new functions under new ids: others may still call those that were there.
import type { Activity } from "../analysis/activity.ts";
import { isReference } from "../analysis/alias.ts";
import { define, field, load, parameterOf, type Supply, use } from "../ir/build.ts";
import type { Block, Cell, Expr, Func, FuncId, Stmt, StructType, Var } from "../ir/ir.ts";
import { cellKey, shortName } from "../ir/facts.ts";
import { expressions, mapOperands, mapStmt, statements } from "../ir/walk.ts";
import { cloneFunc } from "../ir/clone.ts";

export interface Threaded {
  readonly root: Func;
  /** by their new ids */
  readonly functions: ReadonlyMap<FuncId, Func>;
  /** the keys of the variables: their stores have no derivative */
  readonly cells: ReadonlySet<string>;
}

/** null where no module variable carries a derivative in a function that stays a call */
export function threadState(root: Func, others: readonly Func[], activity: Activity, supply: Supply, freshId: () => number): Threaded | null {
  const cells = carriers(others, activity);
  if (cells.size === 0) return null;
  const names = new Map<string, string>();
  for (const [key, cell] of cells) names.set(key, [...names.values()].includes(shortName(cell)) ? `${shortName(cell)}_${names.size}` : shortName(cell));
  const type: StructType = {
    kind: "struct", id: freshId(), name: null, isClass: false,
    fields: [...cells].map(([key, cell]) => ({ name: names.get(key) ?? shortName(cell), type: cell.type, optional: false })),
  };
  const idOf = (id: FuncId): FuncId => (others.some((f) => f.id === id) ? `${id}$state${type.id}` : id);
  const functions = new Map<FuncId, Func>();
  for (const f of others) {
    const copy = cloneFunc(f, new Map(), supply);
    const box = supply.fresh("state", type);
    const threaded = rewritten(copy, box, cells, names, idOf);
    functions.set(idOf(f.id), { ...threaded, id: idOf(f.id), params: [parameterOf(box), ...threaded.params] });
  }
  const box = supply.fresh("state", type);
  const held = [...cells].map(([key, cell]) => ({ key, cell, variable: supply.fresh(shortName(cell), cell.type) }));
  const made: Expr = { kind: "struct", type, fields: held.map(({ key, cell, variable }) => ({ name: names.get(key) ?? shortName(cell), value: use(variable) })) };
  const entry: Stmt[] = [...held.map(({ cell, variable }) => define(variable, load({ kind: "cell", cell }, cell.type), root.origin)), define(box, made, root.origin)];
  const body = rewritten(root, box, cells, names, idOf);
  return { root: { ...body, body: [...entry, ...body.body] }, functions, cells: new Set(cells.keys()) };
}

/** the module variables that are read or written with a derivative */
function carriers(functions: readonly Func[], activity: Activity): ReadonlyMap<string, Cell> {
  const found = new Map<string, Cell>();
  const carries = (v: Var): boolean => (isReference(v.type) ? activity.hasCompanion(v) : activity.isActive(v));
  for (const f of functions) {
    for (const s of statements(f.body)) {
      if ((s.kind === "let" || s.kind === "assign") && s.value.kind === "load" && s.value.place.kind === "cell" && carries(s.variable)) found.set(cellKey(s.value.place.cell), s.value.place.cell);
      if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell" && expressions(s).some((e) => e.kind === "var" && carries(e.variable))) found.set(cellKey(s.place.cell), s.place.cell);
    }
  }
  return found;
}

function rewritten(func: Func, box: Var, cells: ReadonlyMap<string, Cell>, names: ReadonlyMap<string, string>, idOf: (id: FuncId) => FuncId): Func {
  const fieldOf = (cell: Cell): ReturnType<typeof field> | null => (cells.has(cellKey(cell)) ? field(use(box), names.get(cellKey(cell)) ?? shortName(cell)) : null);
  const expr = (e: Expr): Expr => {
    if (e.kind === "closure") return { ...e, func: { ...e.func, body: block(e.func.body), result: e.func.result && expr(e.func.result) } };
    if (e.kind === "load" && e.place.kind === "cell") return { ...e, place: fieldOf(e.place.cell) ?? e.place };
    return mapOperands(e, expr);
  };
  const block = (b: Block): Block => b.flatMap((s): Block => {
    const mapped = mapStmt(s, expr, block);
    if (mapped.kind === "call" && mapped.callee.kind === "function" && idOf(mapped.callee.func) !== mapped.callee.func) {
      return [{ ...mapped, callee: { kind: "function", func: idOf(mapped.callee.func) }, args: [use(box), ...mapped.args] }];
    }
    if ((mapped.kind !== "store" && mapped.kind !== "accumulate") || mapped.place.kind !== "cell") return [mapped];
    const place = fieldOf(mapped.place.cell);
    return place === null ? [mapped] : [mapped, { ...mapped, kind: mapped.kind, place }];
  });
  return { ...func, body: block(func.body), result: func.result && expr(func.result) };
}
