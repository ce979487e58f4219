// Drops functions that objects hold and nobody reads any more: after inlining, the methods of an object that stays inside are
// called nowhere, but they would keep the object alive, since they mention it.
// Assumes the structured stage after inlining. Guarantees the same for every object that is only read and written field by field.
import type { Block, Expr, Field, Func, FuncId, Param, Place, Stmt, StructType, Var } from "../ir/ir.ts";
import { type Supply, typeOf, use } from "../ir/build.ts";
import { holdsFunctions } from "../ir/facts.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { eachExpression, eachOperand, expressions, mapStmt, statements, visitExpr } from "../ir/walk.ts";
import { replaceVariables } from "../optimize/rewrite.ts";
import { isFunctionType } from "./functions/world.ts";

const isFunction = (v: Var): boolean => v.type.kind === "function";

export interface DropContext {
  /** the parameters of a function that stays a call */
  readonly paramsOf: (id: FuncId) => readonly Param[];
  readonly supply: Supply;
  /** numbers for types that are made here */
  readonly freshId: () => number;
}

/** an object type without some of its fields */
export const withoutFields = (type: StructType, isDropped: (f: Field) => boolean, id: number): StructType => ({ kind: "struct", id, name: null, isClass: false, fields: type.fields.filter((f) => !isDropped(f)) });

export function dropMethods(func: Func, context: DropContext): Func {
  let current = func;
  for (;;) {
    const next = dropUnread(withoutMethods(current, context));
    if (next === current) return current;
    current = next;
  }
}

/** function values that are defined and never mentioned */
function dropUnread(func: Func): Func {
  const mentioned = new Set<Var>();
  const note = (e: Expr): void => {
    visitExpr(e, (x) => { if (x.kind === "var") mentioned.add(x.variable); if (x.kind === "closure") inside(x.func); });
  };
  const inside = (f: Func): void => {
    for (const s of statements(f.body)) { if (s.kind === "assign") mentioned.add(s.variable); eachExpression(s, note); }
    if (f.result) note(f.result);
  };
  inside(func);
  let dropped = false;
  const each = (block: Block): Block => block.flatMap((s): Stmt[] => {
    const isUnread = s.kind === "let" && isFunction(s.variable) && !mentioned.has(s.variable) && (s.value.kind === "closure" || s.value.kind === "function" || s.value.kind === "var" || (s.value.kind === "load" && s.value.place.kind === "field"));
    if (isUnread) { dropped = true; return []; }
    return [mapStmt(s, (e) => e, each)];
  });
  const body = each(func.body);
  return dropped ? { ...func, body } : func;
}

/** literals of objects that stay inside, without those of their functions that are read nowhere */
function withoutMethods(func: Func, { paramsOf, supply, freshId }: DropContext): Func {
  const assigned = variablesAssigned(func.body);
  const closures = new Map<Var, Func>();
  const roots = new Map<Var, Var>();
  for (const s of statements(func.body)) {
    if (s.kind !== "let" || assigned.has(s.variable)) continue;
    if (s.value.kind === "closure") closures.set(s.variable, s.value.func);
    if (s.value.kind === "struct" && s.value.fields.some((f) => f.value.kind === "var" && isFunction(f.value.variable))) roots.set(s.variable, s.variable);
    if (s.value.kind === "var") { const root = roots.get(s.value.variable); if (root) roots.set(s.variable, root); }
  }
  if (roots.size === 0) return func;
  const escaped = new Set<Var>();
  const read = new Set<string>();
  /** fields that functions are stored into: of the type they stay a part */
  const stored = new Set<string>();
  const held = heldByLiterals(func, roots);
  const escape = (e: Expr): void => {
    if (e.kind === "var") { const root = roots.get(e.variable); if (root) escaped.add(root); return; }
    if (e.kind === "load") return touch(e.place, isFunctionType(e.type));
    if (e.kind === "closure") return body(e.func);
    eachOperand(e, escape);
  };
  const touch = (p: Place, isFunctionRead: boolean): void => {
    if (p.kind === "cell") return;
    if (p.kind === "element") escape(p.index);
    const root = p.base.kind === "var" ? roots.get(p.base.variable) : undefined;
    if (!root || p.kind !== "field") return escape(p.base);
    if (isFunctionRead) read.add(p.field);
  };
  const body = (f: Func): void => {
    for (const s of statements(f.body)) {
      if (s.kind === "let" && s.value.kind === "var" && roots.has(s.variable)) continue;
      // the methods of a literal are looked at if they stay
      if (s.kind === "let" && s.value.kind === "closure" && held.has(s.variable)) continue;
      if (s.kind === "store" || s.kind === "accumulate") {
        if (s.place.kind === "field" && holdsFunctions(typeOf(s.value))) stored.add(s.place.field);
        touch(s.place, false);
        escape(s.value);
        continue;
      }
      if (s.kind === "call" && s.callee.kind === "function") {
        const params = paramsOf(s.callee.func);
        // a function that takes an object without its functions reads none of them
        s.args.forEach((a, i) => { const p = params[i]; if (p === undefined || holdsFunctions(p.variable.type)) escape(a); });
        continue;
      }
      eachExpression(s, escape);
    }
    if (f.result) escape(f.result);
  };
  body(func);
  // what a method does matters only if the method stays
  for (let changed = true; changed;) {
    changed = false;
    for (const [variable, f] of closures) {
      const owners = held.get(variable);
      if (!owners || ![...owners].some(({ root, field }) => escaped.has(root) || read.has(field))) continue;
      const before = escaped.size + read.size;
      body(f);
      changed = changed || escaped.size + read.size > before;
    }
  }
  const renamed = new Map<Var, Var>();
  let dropped = false;
  const each = (block: Block): Block => block.map((s): Stmt => {
    if (s.kind !== "let" || s.value.kind !== "struct" || !roots.has(s.variable) || escaped.has(s.variable)) return mapStmt(s, (e) => e, each);
    const fields = s.value.fields.filter((f) => !(f.value.kind === "var" && isFunction(f.value.variable) && !read.has(f.name)));
    if (fields.length === s.value.fields.length) return s;
    dropped = true;
    const { type } = s.variable;
    if (type.kind !== "struct" || type.isClass) return { ...s, value: { ...s.value, fields } };
    const kept = new Set(fields.map((f) => f.name));
    const variable = supply.like(s.variable, { type: withoutFields(type, (f) => isFunctionType(f.type) && !kept.has(f.name) && !stored.has(f.name), freshId()) });
    renamed.set(s.variable, variable);
    return { ...s, variable, value: { ...s.value, fields, type: variable.type } };
  });
  const result = each(func.body);
  if (!dropped) return func;
  return replaceVariables({ ...func, body: result }, (v) => { const to = renamed.get(v); return to && use(to); });
}

/** closures that are mentioned as fields of literals and nowhere else */
function heldByLiterals(func: Func, roots: ReadonlyMap<Var, Var>): ReadonlyMap<Var, readonly { readonly root: Var; readonly field: string }[]> {
  const held = new Map<Var, { root: Var; field: string }[]>();
  const elsewhere = new Set<Var>();
  const visit = (f: Func): void => {
    for (const s of statements(f.body)) {
      for (const e of expressions(s)) {
        if (s.kind === "let" && e.kind === "struct" && roots.has(s.variable)) {
          for (const x of e.fields) if (x.value.kind === "var" && isFunction(x.value.variable)) held.set(x.value.variable, [...(held.get(x.value.variable) ?? []), { root: s.variable, field: x.name }]);
          continue;
        }
        visitExpr(e, (x) => { if (x.kind === "var") elsewhere.add(x.variable); if (x.kind === "closure") visit(x.func); });
      }
    }
    if (f.result) visitExpr(f.result, (x) => { if (x.kind === "var") elsewhere.add(x.variable); });
  };
  visit(func);
  for (const v of elsewhere) held.delete(v);
  return held;
}

