// Small facts about types, names and operations that optimization and emission both ask for.
// Assumes nothing of the stage. Answers are exact or on the safe side.
import type { Cell, Expr, Field, Func, MapType, Origin, Place, Stmt, StructType, Type, Var } from "./ir.ts";
import { constant, isConst, op, REAL, typeOf } from "./build.ts";
import { printConstant, printType } from "./print.ts";
import { operands } from "./walk.ts";

/** a map, set or record, behind null as well */
export function mapOf(t: Type): MapType | null {
  return t.kind === "map" ? t : t.kind === "nullable" ? mapOf(t.inner) : null;
}

/** a set, behind null as well: every element is its own key */
export const isSet = (t: Type): boolean => mapOf(t)?.container.endsWith("Set") ?? false;

/** is the place an entry of a map? There may be none: a companion lacks those to which nothing was added */
export const isEntry = (p: Place): boolean => p.kind === "element" && mapOf(typeOf(p.base)) !== null;

/** is the place one of a few that its object has by its type: a field, also by a name that is known at run time only, or a position of a tuple? */
export const isPart = (p: Place): boolean => p.kind === "field" || (p.kind === "element" && hasParts(typeOf(p.base)));

const hasParts = (t: Type): boolean => t.kind === "struct" || t.kind === "tuple" || (t.kind === "nullable" && hasParts(t.inner));

type Tuple = Type & { readonly kind: "tuple" };

/** a tuple of other elements, as long as this one may be */
export const tupleLike = ({ optional }: Tuple, elements: readonly Type[]): Tuple => ({ kind: "tuple", elements, ...(optional === undefined ? {} : { optional }) });

/** may there be no element at this position? */
export const mayBeLeftOut = (t: Tuple, index: number): boolean => index >= t.elements.length - (t.optional ?? 0);

/** numbers, as many in every value of the type */
export const isTupleOfNumbers = (t: Type): t is Tuple => t.kind === "tuple" && t.optional === undefined && t.elements.length > 0 && t.elements.every((x) => x.kind === "real");

/** the type of a value that is there */
export const present = (t: Type): Type => (t.kind === "nullable" ? t.inner : t);

export const withoutUndefined = (t: Type): Type => (t.kind !== "nullable" || !t.nothing.includes("undefined") ? t : t.nothing.length === 1 ? t.inner : { ...t, nothing: ["null"] });

/** the type with undefined: of an element that may be absent */
export function orUndefined(type: Type): Type {
  if (type.kind === "void" || type.kind === "opaque") return type;
  if (type.kind !== "nullable") return { kind: "nullable", inner: type, nothing: ["undefined"] };
  return type.nothing.includes("undefined") ? type : { ...type, nothing: [...type.nothing, "undefined"] };
}

/** what an array or tuple is declared to hold at a position */
export const heldAt = (t: Type, index: number): Type | undefined => (t.kind === "array" ? t.element : t.kind === "tuple" ? t.elements[index] : t.kind === "nullable" ? heldAt(t.inner, index) : undefined);

export const fieldOf = (t: Type, name: string): Field | undefined => (t.kind === "struct" ? t.fields.find((f) => f.name === name) : undefined);

/** the objects that a value of the type may be, as far as their fields are declared */
export const structsOf = (t: Type): readonly StructType[] => (t.kind === "struct" ? [t] : t.kind === "nullable" ? structsOf(t.inner) : t.kind === "union" ? t.members.flatMap(structsOf) : []);

/** what classes call `#x`: no key of their instances, and a property of the literals that stand for them */
export const isPrivateName = (field: string): boolean => field.startsWith("#");

/** the private names in objects of a type */
export const privateNames = (t: Type): readonly string[] => [...new Set(structsOf(t).flatMap((x) => x.fields.map((f) => f.name).filter(isPrivateName)))];

/** how the types of what a place may be in declare it; nothing where they do not name it */
export function declarationsOf(p: Place): readonly Pick<Field, "type" | "optional">[] {
  const certain = (types: readonly Type[]): readonly Pick<Field, "type" | "optional">[] => types.map((type) => ({ type, optional: false }));
  if (p.kind === "cell") return certain([p.cell.type]);
  const type = typeOf(p.base);
  const base = type.kind === "nullable" ? type.inner : type;
  return (base.kind === "union" ? base.members : [base]).flatMap((x) => {
    // a name that is known at run time may be that of any field
    const name = p.kind === "field" ? p.field : p.index.kind === "const" ? p.index.value : null;
    if (x.kind === "struct") return x.fields.filter((f) => name === null || f.name === name);
    if (x.kind === "map") return certain([x.value]);
    if (p.kind === "field") return [];
    if (x.kind === "tuple") return x.elements.flatMap((t, i) => (p.index.kind === "const" && !isConst(p.index, i) ? [] : [{ type: t, optional: mayBeLeftOut(x, i) }]));
    return x.kind === "array" ? certain([x.element]) : [];
  });
}

/** a type that says nothing about a value */
export const isUntyped = (t: Type): t is Type & { readonly kind: "opaque"; readonly text: "any" | "unknown" } => t.kind === "opaque" && (t.text === "any" || t.text === "unknown");

/** what `typeof` says of values of a type, once they are there; null where that is more than one word, or an object's */
export const primitiveOf = ({ kind }: Type): string | null => (kind === "real" ? "number" : kind === "string" || kind === "boolean" || kind === "bigint" ? kind : null);

/** may numbers be in there that a derivative is wanted of? */
export function carriesNumbers(type: Type): boolean {
  switch (type.kind) {
    case "boolean": case "string": case "bigint": case "void": case "opaque": return false;
    case "nullable": return carriesNumbers(type.inner);
    case "union": return type.members.some(carriesNumbers);
    default: return true;
  }
}

/** has a value of no type inside, where numbers are expected: a type that contains itself without an object in between cannot be written down */
export function isVagueInside(type: Type, expected: Type): boolean {
  const [own, to] = [present(type), present(expected)];
  const isVague = (x: Type, wanted: Type): boolean => (isUntyped(x) ? carriesNumbers(wanted) && !isUntyped(wanted) : isVagueInside(x, wanted));
  if (own.kind === "union") return own.members.some(isUntyped) && carriesNumbers(to) && (to.kind === "union" ? to.members : [to]).some((x) => carriesNumbers(x) && !own.members.some((y) => sameType(x, y)));
  if (own.kind === "array" && to.kind === "array") return isVague(own.element, to.element);
  if (own.kind === "tuple" && to.kind === "tuple") return own.elements.some((x, i) => { const wanted = to.elements[i]; return wanted !== undefined && isVague(x, wanted); });
  // the entries of a record have companions under their keys, the fields of an object have one each
  if (own.kind === "map" && own.container === "Object" && to.kind === "struct") return to.fields.length > 0;
  return own.kind === "map" && to.kind === "map" && isVague(own.value, to.value);
}

/** the type of what a function returns: what it asserts to be there is */
export function returnedType({ result, resultType }: Func): Type {
  const type: Type = result === null ? { kind: "void" } : typeOf(result);
  return type.kind === "nullable" && resultType.kind !== "nullable" && carriesNumbers(resultType) ? type.inner : type;
}

/** may a value of the type be an object that somebody else can reach? */
export function isReferenceType(t: Type): boolean {
  switch (t.kind) {
    case "real": case "boolean": case "string": case "bigint": case "void": return false;
    case "nullable": return isReferenceType(t.inner);
    case "union": return t.members.some(isReferenceType);
    default: return true;
  }
}

/** does a variable have a type although its value has none? What was caught is known by tests alone. */
export function isAsserted(v: Var, value: Expr): boolean {
  const from = typeOf(value);
  return value.kind === "var" && from.kind === "opaque" && from.text === "unknown" && !isUntyped(v.type);
}

/** the types of what a value of the type is made of */
export function partsOf(t: Type): readonly Type[] {
  switch (t.kind) {
    case "array": return [t.element];
    case "tuple": return t.elements;
    case "map": return [t.value];
    case "nullable": return [t.inner];
    case "union": return t.members;
    case "struct": return t.fields.map((f) => f.type);
    default: return [];
  }
}

/** is a type such, or that of something that its values refer to? */
export function holds(t: Type, isSuch: (t: Type) => boolean, seen: Set<Type> = new Set()): boolean {
  if (isSuch(t)) return true;
  // a structure may refer to itself
  if (t.kind === "struct") {
    if (seen.has(t)) return false;
    seen.add(t);
  }
  return partsOf(t).some((x) => holds(x, isSuch, seen));
}

const isFunction = (t: Type): boolean => t.kind === "function";

/** may a function stand in a value of the type, or in what it refers to? */
export const holdsFunctions = (t: Type): boolean => holds(t, isFunction);

/** In derivative code zero has no sign and sums have no order, so that identities hold there which change bits of a primal. */
export const isDerivative = (v: Var): boolean => v.derivative === true;

/** the variable through which a place is reached: `rows` of `rows[i].x`; null for a module variable and for what a call hands out */
export function holderOf(place: Place): Var | null {
  if (place.kind === "cell") return null;
  for (let base = place.base; ;) {
    if (base.kind === "var") return base.variable;
    if (base.kind !== "load" || base.place.kind === "cell") return null;
    base = base.place.base;
  }
}

/** a variable that no person named */
export const isTemporary = (v: Var): boolean => v.name === "";

/** which module variable it is */
/** what a variable is called that holds it */
export const shortName = ({ name }: Cell): string => name.slice(name.lastIndexOf(".") + 1);

export const cellKey = (cell: Cell): string => `${cell.file}#${cell.name}`;

/** names that lowering gives to the results of operations */
export const OPERATION_NAMES: ReadonlySet<string> = new Set([
  "", "sum", "difference", "product", "quotient", "remainder", "power", "negated", "isLess", "isAtMost", "isGreater", "isAtLeast", "isEqual", "isDifferent",
  "isSet", "isMissing", "isZero", "test", "not", "both", "either", "kind", "exists", "isInstance", "bits", "shifted", "text", "isArray", "chosen",
]);

/** the name of a comparison that derivative code makes */
export const nameOfTest = ({ op: name, args: [, b] }: Expr & { readonly kind: "op" }): string => (name === "===" && b !== undefined && isConst(b, 0) ? "isZero" : "test");

/** a declaration that stands in the source: its origin is the name there, while that of a temporary is an expression */
export function isUserDeclared(s: Stmt): boolean {
  if (s.kind !== "let" || OPERATION_NAMES.has(s.variable.name)) return false;
  if (s.value.kind === "load" && s.variable.name.endsWith("Element")) return false;
  // a variable of a module where it is mentioned
  if (s.value.kind === "load" && s.value.place.kind === "cell" && shortName(s.value.place.cell) === s.variable.name) return false;
  const { start, end } = s.origin.span;
  return end - start === s.variable.name.length;
}

/** do the two come from different places of the source? What comes from none belongs to everything. */
export function isApart(a: Origin, b: Origin): boolean {
  if (a.span.start === a.span.end || b.span.start === b.span.end) return false;
  return a.span.file !== b.span.file || a.span.end <= b.span.start || b.span.end <= a.span.start;
}

/** operations with effects or with another result each time: never merged, moved or dropped */
const IMPURE_OPS: ReadonlySet<string> = new Set(["Math.random", "Date.now", "performance.now", "Date", "new Date"]);
export const isImpureOp = (name: string): boolean => IMPURE_OPS.has(name);

/** operations that ask which keys an object has now */
const KEY_TESTS: ReadonlySet<string> = new Set(["in", ".has", "Object.hasOwn", ".hasOwnProperty"]);
export const asksForKey = (name: string): boolean => KEY_TESTS.has(name);

/** fresh objects: each evaluation makes another one */
export function allocates(e: Expr): boolean {
  switch (e.kind) {
    case "array": case "struct": case "new": case "copy": case "view": case "keys": case "zeros": case "closure": case "derivative": return true;
    case "runtime": return isReferenceType(e.type);
    case "op": return isImpureOp(e.op) || isReferenceType(e.type) && !isChoice(e.op);
    default: return false;
  }
}

const isChoice = (name: string): boolean => name === "select" || name === "&&" || name === "||" || name === "??";

/** operations on numbers: their operands are there, also where the type checker does not see it */
export const isArithmetic = (name: string): boolean => ["+", "-", "*", "/", "%", "**", "neg", "<", "<=", ">", ">="].includes(name) || name.startsWith("Math.");

/** structural equality of types, without looking into declared object types */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "array": return b.kind === "array" && a.array === b.array && sameType(a.element, b.element);
    case "tuple": return b.kind === "tuple" && a.optional === b.optional && sameTypes(a.elements, b.elements);
    case "struct": return b.kind === "struct" && a.id === b.id;
    case "map": return b.kind === "map" && a.container === b.container && sameType(a.key, b.key) && sameType(a.value, b.value);
    case "function": return b.kind === "function" && sameTypes(a.params, b.params) && sameType(a.result, b.result);
    case "nullable": return b.kind === "nullable" && sameType(a.inner, b.inner) && a.nothing.length === b.nothing.length && a.nothing.every((x) => b.nothing.includes(x));
    case "union": return b.kind === "union" && a.members.length === b.members.length && a.members.every((x) => b.members.some((y) => sameType(x, y)));
    case "opaque": return b.kind === "opaque" && a.text === b.text;
    default: return a.kind === b.kind;
  }
}

/** the type of a number that is of one of these types: one of a few where all of them are */
export function oneOfNumbers(types: readonly Type[]): Type {
  const literals = types.map((t) => (t.kind === "real" ? t.literals : undefined));
  return literals.includes(undefined) ? REAL : { kind: "real", literals: [...new Set(literals.flatMap((x) => x ?? []))] };
}

const sameTypes = (a: readonly Type[], b: readonly Type[]): boolean => a.length === b.length && a.every((t, i) => sameType(t, b[i]!));

/** what stands in a field until it gets what its type says: an object that knows what holds it is made after that */
export const isSetLater = ({ type, optional }: Field, value: Expr): boolean =>
  value.kind === "const" && value.value === undefined && !optional && type.kind !== "nullable" && type.kind !== "void" && type.kind !== "opaque";

/** null or undefined, as a constant */
export const isAbsent = (e: Expr): e is Expr & { readonly kind: "const"; readonly value: null | undefined } => e.kind === "const" && (e.value === null || e.value === undefined);

/** are both sides numbers? */
export const isRealTyped = (...es: readonly Expr[]): boolean => es.every((e) => typeOf(e).kind === "real");

export const isCommutative = (name: string): boolean => name === "+" || name === "*" || name === "===" || name === "!==" || name === "&" || name === "|" || name === "^";

/** structural equality of expressions; fresh objects are never equal */
export function sameExpr(a: Expr, b: Expr): boolean {
  if (a === b) return !allocates(a);
  switch (a.kind) {
    case "const": return b.kind === "const" && Object.is(a.value, b.value);
    case "var": return b.kind === "var" && a.variable === b.variable;
    case "op": return b.kind === "op" && a.op === b.op && !isImpureOp(a.op) && sameExprs(a.args, b.args);
    case "length": return b.kind === "length" && sameExpr(a.array, b.array);
    case "load": return b.kind === "load" && samePlace(a.place, b.place);
    case "function": return b.kind === "function" && a.func === b.func;
    default: return false;
  }
}

const sameExprs = (a: readonly Expr[], b: readonly Expr[]): boolean => a.length === b.length && a.every((e, i) => sameExpr(e, b[i]!));

export function samePlace(a: Place, b: Place): boolean {
  switch (a.kind) {
    case "element": return b.kind === "element" && sameExpr(a.base, b.base) && sameExpr(a.index, b.index);
    case "field": return b.kind === "field" && a.field === b.field && sameExpr(a.base, b.base);
    case "cell": return b.kind === "cell" && a.cell.name === b.cell.name && a.cell.file === b.cell.file;
  }
}

/** a text that is the same for the same expressions, and for no others */
export function keyOf(e: Expr): string {
  switch (e.kind) {
    case "const": return `${typeof e.value} ${printConstant(e.value)}`;
    case "var": return `#${e.variable.id}`;
    case "load": return `load ${placeKey(e.place)}`;
    case "op": return `${e.op}(${e.args.map(keyOf).join()})`;
    case "length": return `length(${keyOf(e.array)})`;
    case "runtime": return `${e.name}(${e.args.map(keyOf).join()})`;
    case "function": return `function ${e.func}`;
    case "new": return `new ${printType(e.type)}(${keyOf(e.length)})`;
    default: return `${e.kind}(${operands(e).map(keyOf).join()})`;
  }
}

function placeKey(p: Place): string {
  switch (p.kind) {
    case "element": return `${keyOf(p.base)}[${keyOf(p.index)}]`;
    case "field": return `${keyOf(p.base)}.${p.field}`;
    case "cell": return `cell ${p.cell.file}#${p.cell.name}`;
  }
}

/** an expression whose negative is exactly `e`, if one reads better than `e` does; in derivative code zeros have no sign */
export function negated(e: Expr, derivative = false): Expr | null {
  if (e.kind === "const") return typeof e.value === "number" && (e.value < 0 || Object.is(e.value, -0)) ? constant(-e.value) : null;
  if (e.kind !== "op") return null;
  const [a, b, c] = e.args;
  if (e.op === "neg") return a ?? null;
  if (e.op === "select" && derivative && b && c && isConst(b, 0)) {
    const other = negated(c);
    return other && { ...e, args: [a!, b, other] };
  }
  if ((e.op !== "*" && e.op !== "/") || !a || !b) return null;
  const left = negated(a);
  if (left) return isConst(left, 1) && e.op === "*" ? b : op(e.op, [left, b]);
  const right = negated(b);
  return right ? op(e.op, [a, right]) : null;
}

/** the constants that a value is one of, where it is a choice between such; null where it may be something else */
export function constantsAmong(e: Expr, of: (v: Var) => readonly unknown[] | null): readonly unknown[] | null {
  if (e.kind === "const") return [e.value];
  if (e.kind === "var") return of(e.variable);
  if (e.kind !== "op" || (e.op !== "select" && !(e.op in COMBINED))) return null;
  const [a, b] = e.args.slice(-2);
  const left = a ? constantsAmong(a, of) : null;
  const right = left && b ? constantsAmong(b, of) : null;
  if (!left || !right) return null;
  if (e.op === "select") return [...left, ...right];
  const numbers = (all: readonly unknown[]): boolean => all.every((x) => typeof x === "number");
  const combine = COMBINED[e.op];
  if (combine === undefined || !numbers(left) || !numbers(right) || left.length * right.length > MOST_CONSTANTS) return null;
  return left.flatMap((x) => right.map((y) => combine(x as number, y as number)));
}

const MOST_CONSTANTS = 8;
const COMBINED: Readonly<Record<string, (a: number, b: number) => number>> = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b };
