// Writes out what only differentiation tells apart, once, after the last one. `guarded*`, the product of an adjoint and a singular partial:
// `a === 0 ? 0 : a / q`. A choice has no slope in `a` where `a` is 0, and the product has one. `defaulted`: the default.
// Versioned to versioned. Looks through the definition of the partial, so that `a / q` is written and not `a * (1 / q)`.
import { define, type Supply, typeOf, use } from "../ir/build.ts";
import { nameOfTest } from "../ir/facts.ts";
import type { Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { mapOperands, operands, statements } from "../ir/walk.ts";
import { negate, writtenGuard } from "../rules/simplify.ts";
import { mapBlocks } from "./rewrite.ts";

export function writeGuards(func: Func, supply: Supply): Func {
  const definitions = new Map<Var, Expr>();
  let isThere = false;
  for (const s of statements(func.body)) {
    isThere ||= s.kind === "assign" && isDefaulted(s.value);
    if (s.kind !== "let" || s.variable.mutable) continue;
    definitions.set(s.variable, s.value);
    isThere ||= isGuarded(s.value) || isDefaulted(s.value);
  }
  if (!isThere) return func;
  const partialOf = (e: Expr): Expr => {
    const known = e.kind === "var" ? definitions.get(e.variable) : undefined;
    if (known === undefined || !isMovable(known)) return e;
    const [a, b] = operands(known);
    return isGuarded(known) && a !== undefined && b !== undefined ? writtenGuard(a, b) : known;
  };
  /** an adjoint and its negative are zero together: the sign goes to the product */
  const guard = (a: Expr, b: Expr): Expr => {
    const known = a.kind === "var" ? definitions.get(a.variable) : undefined;
    const [x] = known?.kind === "op" && known.op === "neg" && isMovable(known) ? known.args : [];
    return x === undefined ? writtenGuard(a, partialOf(b)) : writtenGuard(x, negate(partialOf(b)));
  };
  return { ...func, body: mapBlocks(func.body, (block) => block.flatMap((s) => written(s, guard, supply))) };
}

const isGuarded = (e: Expr): boolean => e.kind === "op" && e.op === "guarded*";

const isDefaulted = (e: Expr): e is Expr & { readonly kind: "op" } => e.kind === "op" && e.op === "defaulted";

/** products, quotients, negatives and choices of values that are what they were */
const isMovable = (e: Expr): boolean =>
  e.kind === "op" && ["neg", "*", "/", "select", "guarded*"].includes(e.op) && e.args.every((a) => a.kind === "const" || (a.kind === "var" && !a.variable.mutable));

function written(s: Stmt, guard: (a: Expr, b: Expr) => Expr, supply: Supply): readonly Stmt[] {
  if ((s.kind === "let" || s.kind === "assign") && isDefaulted(s.value)) return [{ ...s, value: s.value.args[0]! }];
  if ((s.kind !== "let" && s.kind !== "assign") || s.value.kind !== "op" || !isGuarded(s.value)) return [s];
  const [a, b] = s.value.args;
  if (a === undefined || b === undefined) return [s];
  const before: Stmt[] = [];
  const value = flattened(guard(a, b), before, s.variable.name, s.origin, supply);
  return [...before, { ...s, value }];
}

/** an expression whose operands are atoms; what they were made of goes before */
function flattened(e: Expr, before: Stmt[], name: string, origin: Origin, supply: Supply): Expr {
  return mapOperands(e, (operand) => {
    if (operands(operand).length === 0) return operand;
    const value = flattened(operand, before, name, origin, supply);
    const isTest = value.kind === "op" && value.type.kind === "boolean";
    const variable = supply.fresh(isTest ? nameOfTest(value) : name, typeOf(value));
    before.push(define(variable, value, origin));
    return use(variable);
  });
}
