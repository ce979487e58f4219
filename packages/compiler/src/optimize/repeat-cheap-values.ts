// Repeats cheap values instead of naming them: `i + 1`, the length of an array that never grows. Sharing found them, readers do not
// want to look them up. What the user named stays named.
// Assumes the versioned stage or coalesced code; runs right before nesting.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { mapStmt, operands, statements } from "../ir/walk.ts";
import { isDerivative, isUserDeclared } from "../ir/facts.ts";
import { Memory } from "./memory.ts";
import { findOwnership } from "./ownership.ts";
import { replaceVariables } from "./rewrite.ts";
import { countUses } from "../ir/uses.ts";

export function repeatCheapValues(func: Func): Func {
  const memory = new Memory(func);
  const uses = countUses(func);
  const repeated = new Map<Var, Expr>();
  const starts = loopStarts(func);
  const ownership = findOwnership(func);
  const isLeftAlone = (e: Expr): boolean => {
    const root = ownership.rootOf(e);
    return root === null ? func.params.some((p) => e.kind === "var" && p.variable === e.variable && p.enclosing !== true) : !ownership.returned.has(root);
  };
  // closures run later, when callers may have written to anything but arguments
  const lasts = (v: Var, value: Expr): boolean => value.kind !== "length" || !uses.isCaptured(v) || isLeftAlone(value.array);
  const isStable = (e: Expr): boolean => {
    const reads = memory.reads(e);
    return reads.variables.size === 0 && (reads.places.length === 0 || !func.body.some((s) => memory.disturbs(s, reads)));
  };
  for (const s of statements(func.body)) {
    if (s.kind !== "let" || s.variable.mutable || memory.isMutable(s.variable) || isDerivative(s.variable) || (isUserDeclared(s) && !starts.has(s.variable))) continue;
    if ((uses.count(s.variable) < 2 && !isConstant(s.value)) || !isCheap(s.value) || !isStable(s.value) || !lasts(s.variable, s.value)) continue;
    if (operands(s.value).some((e) => e.kind === "var" && repeated.has(e.variable))) continue;
    repeated.set(s.variable, s.value);
  }
  if (repeated.size === 0) return func;
  const drop = (b: Block): Block => b.flatMap((s): Stmt[] => (s.kind === "let" && repeated.has(s.variable) ? [] : [mapStmt(s, (e) => e, drop)]));
  return replaceVariables({ ...func, body: drop(func.body) }, (v) => repeated.get(v));
}

/** a constant of a module, or a class, goes by its own name */
const isConstant = (e: Expr): boolean => e.kind === "load" && e.place.kind === "cell" && !e.place.cell.mutable;

function isCheap(e: Expr): boolean {
  if (isConstant(e)) return true;
  if (e.kind === "length") return e.array.kind === "var";
  if (e.kind !== "op") return false;
  const [a, b] = e.args;
  if (e.op === "neg") return a?.kind === "var";
  // quotients of constants, which stay as they were written
  if (e.args.length === 2 && a?.kind === "const" && b?.kind === "const") return true;
  if (e.op !== "+" && e.op !== "-") return false;
  return a?.kind === "var" && a.variable.type.kind === "real" && b?.kind === "const" && Number.isInteger(b.value);
}

/** variables that the user knows as the index of a loop, before it starts */
function loopStarts(func: Func): Set<Var> {
  const found = new Set<Var>();
  for (const s of statements(func.body)) {
    if (s.kind !== "loop" || s.header.kind !== "counted" || s.header.start.kind !== "var") continue;
    if (s.header.start.variable.name === s.header.index.name) found.add(s.header.start.variable);
  }
  return found;
}
