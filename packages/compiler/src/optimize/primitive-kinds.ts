// What `typeof` says of variables that may hold values of several types, where all that they are assigned is of one kind.
// Assumes that nothing but the function itself assigns its variables; those that closures assign have no kind. Types are not believed:
// what is read of an array, and what came in, may be missing whatever its type says.
import type { Expr, Func, Type, Var } from "../ir/ir.ts";
import { isArithmetic } from "../ir/facts.ts";
import { statements } from "../ir/walk.ts";
import { assignedInClosures } from "./rewrite.ts";

type Kinds = ReadonlySet<string | null>;

const UNKNOWN: Kinds = new Set([null]);

export function primitiveKinds(func: Func): (e: Expr) => string | null {
  const assigned = new Map<Var, Expr[]>();
  for (const s of statements(func.body)) if (s.kind === "let" || s.kind === "assign") assigned.set(s.variable, [...(assigned.get(s.variable) ?? []), s.value]);
  for (const v of assignedInClosures(func)) assigned.delete(v);
  const kinds = (e: Expr, open: ReadonlySet<Var>): Kinds => {
    if (e.kind === "const") return new Set([e.value === null ? "object" : typeof e.value]);
    if (e.kind === "op") return e.op === "select" ? new Set([...kinds(e.args[1]!, open), ...kinds(e.args[2]!, open)]) : new Set([made(e.op, e.type)]);
    if (e.kind !== "var") return UNKNOWN;
    // a variable that is asked about while it is looked at says nothing new
    if (open.has(e.variable)) return new Set();
    const values = assigned.get(e.variable);
    if (values === undefined) return UNKNOWN;
    // the declaration of what branches assign holds nothing yet
    const counted = values.filter((x) => !e.variable.mutable || x.kind !== "const" || x.value !== undefined);
    return new Set(counted.flatMap((x) => [...kinds(x, new Set([...open, e.variable]))]));
  };
  return (e) => {
    const [first = null, ...others] = kinds(e, new Set());
    return others.length === 0 ? first : null;
  };
}

/** of what an operation makes */
const made = (name: string, type: Type): string | null => (isArithmetic(name) && type.kind === "real" ? "number" : type.kind === "boolean" && !["&&", "||", "??"].includes(name) ? "boolean" : null);
