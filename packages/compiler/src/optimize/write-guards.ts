// Writes out `guarded*`, the product of an adjoint and a singular partial: `a === 0 ? 0 : a / q`. Runs once, after the last
// differentiation: a choice has no slope in `a` where `a` is 0, and the product has one.
// Versioned to versioned. Looks through the definition of the partial, so that `a / q` is written and not `a * (1 / q)`.
import { define, type Supply, typeOf, use } from "../ir/build.ts";
import type { Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { mapOperands, operands, statements } from "../ir/walk.ts";
import { writtenGuard } from "../rules/simplify.ts";
import { mapBlocks } from "./rewrite.ts";

export function writeGuards(func: Func, supply: Supply): Func {
  const definitions = new Map<Var, Expr>();
  let isThere = false;
  for (const s of statements(func.body)) {
    if (s.kind !== "let" || s.variable.mutable) continue;
    definitions.set(s.variable, s.value);
    isThere ||= isGuarded(s.value);
  }
  if (!isThere) return func;
  const partialOf = (e: Expr): Expr => {
    const known = e.kind === "var" ? definitions.get(e.variable) : undefined;
    if (known === undefined || !isMovable(known)) return e;
    const [a, b] = operands(known);
    return isGuarded(known) && a !== undefined && b !== undefined ? writtenGuard(a, b) : known;
  };
  return { ...func, body: mapBlocks(func.body, (block) => block.flatMap((s) => written(s, partialOf, supply))) };
}

const isGuarded = (e: Expr): boolean => e.kind === "op" && e.op === "guarded*";

/** products, quotients and choices of values that are what they were */
const isMovable = (e: Expr): boolean =>
  e.kind === "op" && ["*", "/", "select", "guarded*"].includes(e.op) && e.args.every((a) => a.kind === "const" || (a.kind === "var" && !a.variable.mutable));

function written(s: Stmt, partialOf: (e: Expr) => Expr, supply: Supply): readonly Stmt[] {
  if ((s.kind !== "let" && s.kind !== "assign") || s.value.kind !== "op" || !isGuarded(s.value)) return [s];
  const [a, b] = s.value.args;
  if (a === undefined || b === undefined) return [s];
  const before: Stmt[] = [];
  const value = flattened(writtenGuard(a, partialOf(b)), before, s.variable.name, s.origin, supply);
  return [...before, { ...s, value }];
}

/** an expression whose operands are atoms; what they were made of goes before */
function flattened(e: Expr, before: Stmt[], name: string, origin: Origin, supply: Supply): Expr {
  return mapOperands(e, (operand) => {
    if (operands(operand).length === 0) return operand;
    const value = flattened(operand, before, name, origin, supply);
    const isTest = typeOf(value).kind === "boolean";
    const variable = supply.fresh(isTest ? "test" : name, typeOf(value));
    before.push(define(variable, value, origin));
    return use(variable);
  });
}
