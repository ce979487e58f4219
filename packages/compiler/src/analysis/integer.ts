// Which numbers are surely integers: decides how a counted loop is run backwards and whether a trip count can size a tape as it is.
import type { Expr, Func, Var } from "../ir/ir.ts";
import { statements } from "../ir/walk.ts";

export interface Integers {
  isInteger(e: Expr): boolean;
  /** surely an integer that is not negative */
  isCount(e: Expr): boolean;
}

const INTEGER_OPS = new Set(["Math.floor", "Math.ceil", "Math.round", "Math.trunc", "Math.clz32", "Math.imul", "Math.sign", "&", "|", "^", "<<", ">>", ">>>", "~"]);
const CLOSED_OPS = new Set(["+", "-", "*", "neg", "%", "Math.max", "Math.min", "Math.abs"]);

export function analyzeIntegers(functions: readonly Func[]): Integers {
  const definitions = new Map<Var, Expr>();
  const counters = new Map<Var, Expr>();
  for (const f of functions) {
    for (const s of statements(f.body)) {
      if (s.kind === "let" && !s.variable.mutable) definitions.set(s.variable, s.value);
      if (s.kind === "loop" && s.header.kind === "counted") counters.set(s.header.index, s.header.start);
    }
  }
  const isInteger = (e: Expr, depth = 0): boolean => {
    if (depth > 20) return false;
    switch (e.kind) {
      case "const": return typeof e.value === "number" && Number.isInteger(e.value);
      case "length": return true;
      case "op": return INTEGER_OPS.has(e.op) || (CLOSED_OPS.has(e.op) && e.args.every((a) => isInteger(a, depth + 1)));
      case "var": {
        const start = counters.get(e.variable);
        if (start) return isInteger(start, depth + 1);
        const value = definitions.get(e.variable);
        return value !== undefined && isInteger(value, depth + 1);
      }
      default: return false;
    }
  };
  const isCount = (e: Expr, depth = 0): boolean => {
    if (depth > 20) return false;
    switch (e.kind) {
      case "const": return typeof e.value === "number" && Number.isInteger(e.value) && e.value >= 0;
      case "length": return true;
      case "op": return (e.op === "+" || e.op === "*") && e.args.every((a) => isCount(a, depth + 1));
      case "var": { const value = definitions.get(e.variable); return value !== undefined && isCount(value, depth + 1); }
      default: return false;
    }
  };
  return { isInteger: (e) => isInteger(e), isCount: (e) => isCount(e) };
}
