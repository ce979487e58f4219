// How variables are declared: whether a type has to be written, and with what a variable starts that gets its value later.
// Assumes the nested stage.
import type { Block, Expr, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isSetLater, isTupleOfNumbers, present } from "../ir/facts.ts";
import { variablesRead } from "../ir/variables.ts";
import { blocks, statements } from "../ir/walk.ts";
import { isSameText } from "./typing.ts";

/** would TypeScript infer something else than `type`, or nothing useful, from the value? `shown` is what the value shows, as it is printed */
export function needsType(type: Type, value: Expr, shown: Type, isAssigned: boolean): boolean {
  if (isUnset(value) || (value.kind === "const" && value.value === null)) return true;
  if (value.kind === "array") return type.kind === "tuple" || isVague(value) || isLoose(type) || isPartial(type, value);
  if (value.kind === "new") return type.kind === "map" && type.container === "Object";
  if (value.kind === "struct") return type.kind === "map" || isVague(value) || isPartial(type, value) || (isAssigned && type.kind !== "struct");
  if (value.kind === "copy") return type.kind === "tuple";
  // a choice between literals shows what they show
  if (value.kind === "op" && value.op === "select" && value.args.slice(1).some((x) => (x.kind === "array" || x.kind === "struct") && needsType(present(type), x, shown, isAssigned))) return true;
  // written as a literal; for others the runtime says what they are
  if (value.kind === "zeros") return type.kind === "tuple" ? isTupleOfNumbers(type) : isAssigned && isLoose(type);
  if (!isAssigned) return false;
  // TypeScript would take the variable for one of the enumeration's members, and follow which
  if (value.kind === "const" && value.member !== undefined) return true;
  // what the first flag says of the second (`!a && a`) is the type that TypeScript infers
  if (value.kind === "op" && (value.op === "&&" || value.op === "||") && value.args.every(readsFlags)) return true;
  // a variable that starts as another one has the type of that one
  if (value.kind === "var" && type.kind !== "nullable" && type.kind !== "union" && isSameText(shown, type)) return false;
  return isLoose(type) || !isSameText(shown, type);
}

/** does a condition rest on variables that are true or false? */
const readsFlags = (e: Expr): boolean =>
  e.kind === "var" ? e.variable.type.kind === "boolean" : e.kind === "op" && (e.op === "!" || e.op === "&&" || e.op === "||") && e.args.some(readsFlags);

export const isUnset = (e: Expr): boolean => e.kind === "const" && e.value === undefined;

/** types that one value does not show */
const isLoose = (t: Type): boolean => t.kind === "nullable" || t.kind === "union" || t.kind === "tuple" || (t.kind === "array" && isLoose(t.element));

/** one of several literals: a literal alone shows that one, or all texts */
const isChoice = (t: Type): boolean => "literals" in t && (t.literals?.length ?? 0) > 1 && !(t.kind === "string" && t.enumeration?.members === null);

/** an empty array somewhere in a literal: its elements could be anything */
function isVague(e: Expr): boolean {
  if (e.kind === "array") return e.elements.length === 0 || e.elements.some((x) => isVague(x.value));
  return e.kind === "struct" && e.fields.some((f) => isVague(f.value));
}

/** an object somewhere in a literal that shows less than its type says, or more: another may be put in its place */
function isPartial(t: Type, value: Expr): boolean {
  if (value.kind === "array" && t.kind === "array") return value.elements.some((x) => !x.spread && isPartial(t.element, x.value));
  if ((value.kind === "var" || value.kind === "load") && t.kind === "struct") return typeOf(value).kind === "struct" && !isSameText(typeOf(value), t);
  if (value.kind === "op" && value.op === "select") return value.args.slice(1).some((x) => isPartial(t, x));
  if (value.kind !== "struct") return false;
  // of several, the one that it is written as
  const own = t.kind === "union" ? value.type : t;
  return own.kind === "struct" && own.fields.some((f) => {
    const shown = value.fields.find((x) => x.name === f.name);
    return f.optional || isLoose(f.type) || isChoice(f.type) || shown === undefined || isSetLater(f, shown.value) || isPartial(f.type, shown.value);
  });
}

/** something to start with where the type checker cannot see that the variable is set before it is read */
export function placeholder(t: Type): string | null {
  switch (t.kind) {
    case "real": return "0";
    case "boolean": return "false";
    case "string": return '""';
    default: return null;
  }
}

/** do all paths set the variable before they read it, in a way that the type checker sees? */
export function isSetFirst(v: Var, rest: Block): boolean {
  for (const s of rest) {
    if (s.kind === "assign" && s.variable === v) return !readsOwn(s, v);
    if (s.kind === "if" && !readsOwn({ ...s, then: [], else: [] }, v) && touches(s, v)) {
      return (isSetFirst(v, s.then) || ends(s.then)) && (isSetFirst(v, s.else) || ends(s.else));
    }
    if (touches(s, v)) return false;
  }
  return false;
}

const readsOwn = (s: Stmt, v: Var): boolean => variablesRead([s]).has(v);

function touches(s: Stmt, v: Var): boolean {
  if (readsOwn(s, v)) return true;
  for (const x of statements([s])) if (x.kind === "assign" && x.variable === v) return true;
  return false;
}

/** does no path come out at the end? */
export function ends(block: Block): boolean {
  const last = block.at(-1);
  if (!last) return false;
  if (last.kind === "throw" || last.kind === "exit") return true;
  return last.kind === "if" && blocks(last).every(ends);
}

/** an instance of one of several classes, out of a field whose declaration may name what they have in common */
export function holdsDescendant(v: Var, value: Expr, isNamed: (type: StructType) => boolean): boolean {
  const held = present(v.type);
  if (value.kind !== "load" || value.place.kind !== "field" || held.kind !== "union" || !held.members.some((x) => x.kind === "struct" && x.isClass)) return false;
  const owner = present(typeOf(value.place.base));
  return (owner.kind === "union" ? owner.members : [owner]).some((x) => x.kind === "struct" && isNamed(x));
}
