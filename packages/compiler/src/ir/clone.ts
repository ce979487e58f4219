// Clones blocks and functions with fresh variables for everything that they declare; other variables are replaced as told.
import type { Block, Expr, Func, Stmt, Var } from "./ir.ts";
import { type Supply, use } from "./build.ts";
import { readInside } from "./variables.ts";
import { declared, mapOperands, mapStmt } from "./walk.ts";

export type Renaming = Map<Var, Expr>;

/** clones; on return `renaming` also maps every variable that the block declares, and `trace` every clone to its statement */
export function cloneBlock(block: Block, renaming: Renaming, supply: Supply, trace?: Map<Stmt, Stmt>): Block {
  const ahead = namedAhead(block);
  for (const v of ahead) renamed(v, renaming, supply);
  return block.map((s) => {
    const clone = cloneStmt(s, renaming, supply, trace, ahead);
    trace?.set(clone, s);
    return clone;
  });
}

const NONE: ReadonlySet<Var> = new Set();

/** variables of a block that function literals mention before they are declared: methods name the object that will hold them */
function namedAhead(block: Block): ReadonlySet<Var> {
  if (!block.some((s) => s.kind === "let" && s.value.kind === "closure")) return NONE;
  const mentioned = new Set<Var>();
  const found = new Set<Var>();
  for (const s of block) {
    if (s.kind === "let" && mentioned.has(s.variable)) found.add(s.variable);
    if (s.kind === "let" && s.value.kind === "closure") for (const v of readInside(s.value.func)) mentioned.add(v);
  }
  return found;
}

export function cloneExpr(e: Expr, renaming: Renaming, supply: Supply): Expr {
  if (e.kind === "var") return renaming.get(e.variable) ?? e;
  if (e.kind === "closure") return { ...e, func: cloneFunc(e.func, renaming, supply) };
  return mapOperands(e, (x) => cloneExpr(x, renaming, supply));
}

export function cloneFunc(func: Func, renaming: Renaming, supply: Supply): Func {
  const params = func.params.map((p) => ({ ...p, variable: renamed(p.variable, renaming, supply) }));
  const body = cloneBlock(func.body, renaming, supply);
  return { ...func, params, body, result: func.result && cloneExpr(func.result, renaming, supply) };
}

function renamed(v: Var, renaming: Renaming, supply: Supply): Var {
  const fresh = supply.like(v);
  renaming.set(v, use(fresh));
  return fresh;
}

function cloneStmt(s: Stmt, renaming: Renaming, supply: Supply, trace: Map<Stmt, Stmt> | undefined, ahead: ReadonlySet<Var>): Stmt {
  // a counted header's start and stop are read before its index exists; a recursive closure reads the variable that holds it; a handler what it caught
  const early = s.kind === "let" && s.value.kind === "closure";
  const rename = (v: Var): Var => { const to = renaming.get(v); return to?.kind === "var" ? to.variable : v; };
  if (early || s.kind === "loop" || s.kind === "try") for (const v of declared(s)) renamed(v, renaming, supply);
  // a clone is an object of its own, also where no variable changes: facts hang on statements
  const mapped = { ...mapStmt(s, (e) => cloneExpr(e, renaming, supply), (b) => cloneBlock(b, renaming, supply, trace)) };
  if (!early && s.kind !== "loop" && s.kind !== "try") for (const v of declared(s)) if (!ahead.has(v)) renamed(v, renaming, supply);
  switch (mapped.kind) {
    case "let": case "assign": return { ...mapped, variable: rename(mapped.variable) };
    case "mutate": case "call": return mapped.result ? { ...mapped, result: rename(mapped.result) } : mapped;
    case "loop": return mapped.header.kind === "counted" ? { ...mapped, header: { ...mapped.header, index: rename(mapped.header.index) } } : mapped;
    case "try": return mapped.caught ? { ...mapped, caught: rename(mapped.caught) } : mapped;
    default: return mapped;
  }
}
