// Objects of classes that our own code makes: which of them somebody can tell from plain objects, so that they have to be real
// instances; and private storage of objects that were made elsewhere, which no code outside of their class reaches.
// Assumes the versioned stage and points-to sets over all functions given, of which the first is what is called from outside.
import { privateStorage } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { typeOf } from "../ir/build.ts";
import type { Block, Expr, Func, FuncId, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { isPrivateName } from "../ir/facts.ts";
import { eachExpression, expressions, mapOperands, mapStmt, statements, visitExpr, visitExpressions } from "../ir/walk.ts";
import type { Alias, ObjectId } from "./alias.ts";

const isInstanceType = (t: Type): boolean => t.kind === "struct" && t.isClass;

export const makesInstances = (func: Func): boolean => {
  let found = false;
  visitExpressions(func.body, (e) => { if (e.kind === "struct" && isInstanceType(e.type)) found = true; });
  if (func.result && func.result.kind === "struct" && isInstanceType(func.result.type)) found = true;
  return found;
};

/** marks the literals whose objects somebody outside can look at: results, what is stored outside, tested or handed to foreign code */
export function markInstances(func: Func, functions: readonly Func[], alias: Alias, functionOf: (id: FuncId) => Func | undefined): Func {
  const { shared, tested } = observed(functions, alias, functionOf);
  const mark = (e: Expr, variable: Var): Expr => {
    if (e.kind !== "struct" || !isInstanceType(e.type)) return e;
    const objects = [...alias.pointsTo({ kind: "var", variable })];
    return objects.some((o) => shared.has(o)) ? { ...e, instance: "shared" } : objects.some((o) => tested.has(o)) ? { ...e, instance: "tested" } : e;
  };
  const each = (block: Block): Block => block.map((s): Stmt => {
    const mapped = mapStmt(s, inLiterals, each);
    return mapped.kind === "let" || mapped.kind === "assign" ? { ...mapped, value: mark(mapped.value, mapped.variable) } : mapped;
  });
  return { ...func, body: each(func.body), result: func.result && inLiterals(func.result) };
}

const inLiterals = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: markTested(e.func) } : mapOperands(e, inLiterals));

/** A function literal, such as a pullback that repeats trips of the sweep: points-to does not look into it, so where it tests anything all that it makes are instances. */
function markTested(func: Func): Func {
  let tests = false;
  visitExpressions(func.body, (e) => { if (e.kind === "op" && e.op === "instanceof") tests = true; });
  const expr = (e: Expr): Expr => (tests && e.kind === "struct" && isInstanceType(e.type) ? { ...e, instance: "tested" } : e.kind === "closure" ? { ...e, func: markTested(e.func) } : mapOperands(e, expr));
  const each = (block: Block): Block => block.map((s) => mapStmt(s, expr, each));
  return { ...func, body: each(func.body), result: func.result && expr(func.result) };
}

/** Objects that others made. What the functions that the root calls are given comes from their calls, so that only its own parameters count. */
const isOutside = (o: ObjectId, root: Func | undefined): boolean =>
  o.origin !== "allocation" && (o.origin !== "parameter" || (root?.params.some((x) => x.variable === o.variable) ?? true));

interface Observed {
  readonly shared: ReadonlySet<ObjectId>;
  readonly tested: ReadonlySet<ObjectId>;
}

function observed(functions: readonly Func[], alias: Alias, functionOf: (id: FuncId) => Func | undefined): Observed {
  const [root] = functions;
  const roots: ObjectId[] = alias.objects.filter((o) => isOutside(o, root));
  const tested = new Set<ObjectId>();
  const take = (e: Expr): void => { roots.push(...alias.pointsTo(e)); };
  const expr = (e: Expr): void => visitExpr(e, (x) => {
    if (x.kind === "op" && x.op === "instanceof" && x.args[0]) for (const o of alias.pointsTo(x.args[0])) tested.add(o);
    // what a function literal mentions may be looked at whenever it is called
    if (x.kind !== "closure") return;
    const test = (y: Expr): void => { if (y.kind === "op" && y.op === "instanceof" && y.args[0]) for (const o of alias.pointsTo(y.args[0])) tested.add(o); };
    visitExpressions(x.func.body, test);
    if (x.func.result) take(x.func.result);
  });
  for (const f of functions) {
    if (f.result && f === root) take(f.result);
    for (const s of statements(f.body)) {
      eachExpression(s, expr);
      if (s.kind === "throw") take(s.value);
      const isForeign = s.kind === "call" && s.callee.kind !== "ruled" && !(s.callee.kind === "function" && functionOf(s.callee.func) !== undefined) && !(s.callee.kind === "external" && s.callee.name.startsWith("cotangent:"));
      if (isForeign) s.args.forEach(take);
    }
  }
  return { shared: alias.reach(roots), tested };
}

/** the object types that a type holds, at any depth */
export function structsIn(types: Iterable<Type>): ReadonlySet<StructType> {
  const found = new Set<StructType>();
  const visit = (t: Type): void => {
    switch (t.kind) {
      case "array": return visit(t.element);
      case "tuple": return t.elements.forEach(visit);
      case "map": visit(t.key); return visit(t.value);
      case "nullable": return visit(t.inner);
      case "union": return t.members.forEach(visit);
      case "struct":
        if (found.has(t)) return;
        found.add(t);
        for (const f of t.fields) visit(f.type);
        return;
      default: return;
    }
  };
  for (const t of types) visit(t);
  return found;
}

/**
 * The classes (by key) whose instances come from outside or go there: their types are written by name. Others never leave the
 * code, where they are plain objects; so are those with private storage, which only their class can make.
 */
export function sharedClasses(root: Func, functions: readonly Func[]): ReadonlySet<string> {
  const types: Type[] = [...root.params.map((p) => p.variable.type), root.resultType];
  const expr = (e: Expr): void => {
    if (e.kind === "load" && e.place.kind === "cell") types.push(e.place.cell.type);
    if (e.kind === "op" && e.op === "instanceof" && e.args[0]) types.push(typeOf(e.args[0]));
    if (e.kind === "struct" && e.instance !== undefined) types.push(e.type);
  };
  for (const f of functions) {
    const visit = (block: Block): void => {
      for (const s of statements(block)) {
        if (s.kind === "store" && s.place.kind === "cell") types.push(s.place.cell.type);
        if (s.kind === "call" && s.callee.kind === "external") types.push(...s.args.map(typeOf), ...(s.result ? [s.result.type] : []));
      }
    };
    visit(f.body);
    visitExpressions(f.body, (e) => { expr(e); if (e.kind === "closure") visit(e.func.body); });
  }
  return new Set([...structsIn(types)].flatMap((t) => (t.isClass && !t.fields.some((f) => isPrivateName(f.name)) ? t.lineage?.slice(0, 1) ?? [] : [])));
}

/** uses of `#x` of objects that the function, the first of these, and what it calls did not make themselves */
export function findPrivateStorage(functions: readonly Func[], alias: Alias): Finding[] {
  const found: Finding[] = [];
  for (const f of functions) {
    for (const s of statements(f.body)) {
      const places = [...(s.kind === "store" || s.kind === "accumulate" ? [s.place] : []), ...expressions(s).flatMap((e) => (e.kind === "load" ? [e.place] : []))];
      for (const p of places) {
        if (p.kind !== "field" || !isPrivateName(p.field)) continue;
        if ([...alias.pointsTo(p.base)].some((o) => isOutside(o, functions[0]))) found.push(privateStorage(s.origin.span, p.field.replace(/_\d+$/, "")));
      }
    }
  }
  return found;
}
