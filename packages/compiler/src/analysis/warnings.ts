// Warnings for code that ends a derivative quietly (API §7): active values that are rounded, compared for equality, stored into
// integers, used as indices or trip counts; and results that depend on the inputs through branches alone.
import type { Block, Expr, Func, Stmt, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { blocks, declared, expressions, operands, statements } from "../ir/walk.ts";
import { activeIndex, activeTripCount, branchOnlyResult, integerArrayStore, operationKillsDerivative } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { ruleOf } from "../rules/table.ts";
import type { Activity } from "./activity.ts";
import { isSet } from "../ir/facts.ts";
import { VALUES_OF } from "./mutations.ts";

export function findWarnings(func: Func, activity: Activity): Finding[] {
  const found: Finding[] = [];
  for (const s of statements(func.body)) found.push(...warningsOf(s, activity));
  if (func.result && typeOf(func.result).kind === "real" && dependsByBranchesOnly(func, activity)) found.push(branchOnlyResult(func.origin.span, func.name));
  return found;
}

function warningsOf(s: Stmt, activity: Activity): Finding[] {
  const isVaried = (e: Expr): boolean => e.kind === "var" && activity.isVaried(e.variable);
  const holdsVaried = (e: Expr): boolean => e.kind === "var" && activity.holdsVaried(e.variable);
  const { span } = s.origin;
  switch (s.kind) {
    case "let": case "assign": {
      const e = s.value;
      if (e.kind === "load" && e.place.kind === "element" && isVaried(e.place.index)) return [activeIndex(span, nameOf(e.place.index))];
      if (e.kind === "copy" && isIntegers(typeOf(e)) && holdsVaried(e.source)) return [integerArrayStore(span, nameOfArray(typeOf(e)))];
      const rule = e.kind === "op" ? ruleOf(e.op) : undefined;
      // a test for absence, or for another kind of value, compares no numbers; nor did the user write what guards a slope
      const isKilled = e.kind === "op" && rule?.kind === "inert" && rule.warns !== null && s.variable.derived !== true && e.args.some(isVaried) && !(EQUALITIES.has(e.op) && e.args.some((a) => isOther(typeOf(a))));
      return isKilled ? [operationKillsDerivative(span, e.op, rule.warns)] : [];
    }
    case "store": {
      if (s.place.kind !== "element" || isSet(typeOf(s.place.base))) return [];
      const t = typeOf(s.place.base);
      const index = isVaried(s.place.index) ? [activeIndex(span, nameOf(s.place.index))] : [];
      return isIntegers(t) && isVaried(s.value) ? [...index, integerArrayStore(span, nameOfArray(t))] : index;
    }
    case "mutate": {
      const t = typeOf(s.array);
      const isStored = isIntegers(t) && s.args.some((a, i) => VALUES_OF[s.operation](i) && (isVaried(a) || holdsVaried(a)) || s.operation === "set" && holdsVaried(a));
      return isStored ? [integerArrayStore(span, nameOfArray(t))] : [];
    }
    case "loop": return s.header.kind === "counted" && isVaried(s.header.stop) ? [activeTripCount(span, nameOf(s.header.stop))] : [];
    default: return [];
  }
}

const EQUALITIES: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "Object.is"]);

/** surely no number */
const isOther = (t: Type): boolean => t.kind === "void" || t.kind === "string" || t.kind === "boolean" || t.kind === "bigint";

const isIntegers = (t: Type): boolean => t.kind === "array" && /^(Int|Uint)/.test(t.array);
const nameOfArray = (t: Type): string => (t.kind === "array" ? t.array : "");

const nameOf = (e: Expr): string => (e.kind === "var" ? e.variable.name : "it");

/** is the result without a derivative although the inputs decide about it? */
function dependsByBranchesOnly(func: Func, activity: Activity): boolean {
  if (func.result?.kind !== "var" || activity.isVaried(func.result.variable)) return false;
  const decided = new Set<Var>();
  const dependent = new Set<Var>();
  const depends = (e: Expr): boolean => (e.kind === "var" && (activity.isVaried(e.variable) || dependent.has(e.variable))) || operands(e).some(depends);
  const isDecided = (e: Expr): boolean => (e.kind === "var" && decided.has(e.variable)) || operands(e).some(isDecided);
  const visit = (block: Block): boolean => {
    let changed = false;
    const add = (into: Set<Var>, v: Var): void => { if (!into.has(v)) { into.add(v); changed = true; } };
    for (const s of block) {
      if (s.kind === "let" || s.kind === "assign") {
        if (depends(s.value)) add(dependent, s.variable);
        if (isDecided(s.value)) add(decided, s.variable);
      }
      if (s.kind === "if" && depends(s.test)) for (const v of variablesAssigned([s])) if (v.type.kind === "real") add(decided, v);
      if (s.kind === "loop" || s.kind === "if") for (const b of blocks(s)) if (visit(b)) changed = true;
      for (const e of expressions(s)) if (isDecided(e)) for (const v of declared(s)) add(decided, v);
    }
    return changed;
  };
  while (visit(func.body)) { /* to the fixpoint: loops carry */ }
  return decided.has(func.result.variable);
}
