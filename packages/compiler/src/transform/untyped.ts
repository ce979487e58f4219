// Values that go by a name without a type (`unknown`, `any`): a helper that is handed what was caught, say. Such a name has the type of its
// value where it stands for one; a test that tells what else it holds says nothing of where its numbers come from, so that is refused.
// Assumes the structured stage after inlining, before handlers are resolved: what one catches is told apart where it is thrown (catcher.ts). What is
// derived comes here again, with handlers that are.
// Guarantees that numbers come out of a value without a type only where the value was caught.
import type { Block, Expr, Func, Var } from "../ir/ir.ts";
import { isAtom, type Supply, typeOf, use } from "../ir/build.ts";
import { carriesNumbers, declarationsOf, isUntyped } from "../ir/facts.ts";
import { printType } from "../ir/print.ts";
import { mapStmt, statements, substituteExpr } from "../ir/walk.ts";
import { untypedAssertion } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";

export function typeNames(func: Func, { supply, report }: { readonly supply: Supply; readonly report: (finding: Finding) => void }): Func {
  if (![...statements(func.body)].some((s) => s.kind === "let" && (isUntyped(s.variable.type) || isUntyped(typeOf(s.value))))) return func;
  const typed = withTypes(func, supply);
  const caught = new Set<Var>();
  for (const s of statements(typed.body)) {
    if (s.kind === "try" && s.caught) caught.add(s.caught);
    else if (s.kind === "let" && isThrown(s.value)) caught.add(s.variable);
  }
  for (const s of statements(typed.body)) {
    if ((s.kind !== "let" && s.kind !== "store") || s.value.kind !== "var" || !isUntyped(s.value.variable.type) || caught.has(s.value.variable)) continue;
    const into = s.kind === "let" ? s.variable.type : declarationsOf(s.place).map((x) => x.type).find(carriesNumbers);
    if (into !== undefined && carriesNumbers(into)) report(untypedAssertion(s.origin.span, s.value.variable.type.text, printType(into)));
  }
  return typed;
}

/** out of a call whose exceptions are results already */
function isThrown(e: Expr): boolean {
  const holder = e.kind === "load" && e.place.kind === "field" ? typeOf(e.place.base) : null;
  return holder?.kind === "struct" && holder.isOutcome === true;
}

/** names for one value, as that value; where a variable may hold another by then, as a variable of its type */
function withTypes(func: Func, supply: Supply): Func {
  const known = new Map<Var, Expr>();
  const replace = (v: Var): Expr | undefined => known.get(v);
  const each = (block: Block): Block => block.flatMap((s): Block => {
    if (s.kind !== "let" || s.variable.mutable || !isUntyped(s.variable.type)) return [mapStmt(s, (e) => substituteExpr(e, replace), each)];
    const value = substituteExpr(s.value, replace);
    if (isAtom(value) && !(value.kind === "var" && value.variable.mutable)) {
      known.set(s.variable, value);
      return [];
    }
    const type = typeOf(value);
    if (isUntyped(type)) return [{ ...s, value }];
    const variable = supply.fresh(s.variable.name, type);
    known.set(s.variable, use(variable));
    return [{ ...s, variable, value }];
  });
  const body = each(func.body);
  return { ...func, body, result: func.result && substituteExpr(func.result, replace) };
}
