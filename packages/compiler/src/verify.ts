// The invariants of the IR, one named check per function. A violation is a defect of the pass that ran last.
import type { Block, Expr, Func, LoopHeader, Stmt, Var } from "./ir/ir.ts";
import { isAtom } from "./ir/build.ts";
import { blocks, declared, eachExpression, eachOperand, expressions, operands, statements } from "./ir/walk.ts";
import { CompilerBug } from "./diagnostics/diagnostic.ts";
import { ruleOf } from "./rules/table.ts";

export type Stage = "raw" | "structured" | "versioned" | "nested";

export function verify(func: Func, stage: Stage, pass: string): void {
  const fail = (message: string): never => { throw new CompilerBug(pass, `${func.name}: ${message}`); };
  // one list and one table for all checks: this runs after each stage, on programs of any size
  const all = statements(func.body);
  const own = definedOnce(func, all, fail);
  statementsAreDistinct(all, fail);
  definedBeforeUse(func, own, fail);
  onlyMutableAssigned(all, fail);
  if (stage === "nested") nothingFromOutside(func, all, (v) => own.has(v), fail);
  if (stage === "structured" || stage === "versioned") exitsAreTail(func.body, false, fail);
  if (stage === "versioned") {
    operandsAreAtoms(all, fail);
    operationsHaveRules(all, fail);
    headersAreSettled(all, fail);
  }
}

type Fail = (message: string) => never;

/** no statement object stands in two places: facts hang on the object */
function statementsAreDistinct(all: readonly Stmt[], fail: Fail): void {
  const seen = new Set<Stmt>();
  for (const s of all) {
    if (seen.has(s)) fail(`one ${s.kind} stands in two places`);
    seen.add(s);
  }
}

/** every variable is declared once; returns the function's own, with whether they are visible before its body */
function definedOnce({ params }: Func, all: readonly Stmt[], fail: Fail): Map<Var, boolean> {
  const own = new Map<Var, boolean>();
  const declare = (v: Var, isVisible: boolean): void => {
    if (own.has(v)) fail(`${v.name} (${v.id}) is declared twice`);
    own.set(v, isVisible);
  };
  for (const p of params) declare(p.variable, true);
  for (const s of all) for (const v of declared(s)) declare(v, false);
  return own;
}

/** every variable is declared in an enclosing block before it is read; captured variables belong to an outer function */
function definedBeforeUse(func: Func, visible: Map<Var, boolean>, fail: Fail): void {
  const check = (e: Expr): void => {
    if (e.kind === "var" && visible.get(e.variable) === false) fail(`${e.variable.name} (${e.variable.id}) is used outside its scope`);
    eachOperand(e, check);
  };
  // each block takes its own declarations back
  const leave = (vars: readonly Var[]): void => { for (const v of vars) visible.set(v, false); };
  /** returns what the block declares, still visible */
  const visit = (block: Block): Var[] => {
    const here: Var[] = [];
    for (const s of block) {
      if (s.kind === "loop" && s.header.kind === "general") { visitGeneral(s.header, s.body); continue; }
      eachExpression(s, check);
      if (s.kind === "assign" && visible.get(s.variable) === false) fail(`${s.variable.name} is assigned outside its scope`);
      const start = here.length;
      for (const v of declared(s)) { visible.set(v, true); here.push(v); }
      for (const b of blocks(s)) leave(visit(b));
      if (s.kind === "loop") leave(here.splice(start));
    }
    return here;
  };
  const visitGeneral = (header: LoopHeader & { readonly kind: "general" }, body: Block): void => {
    const before = visit(header.before);
    if (header.test) check(header.test);
    if (!header.testFirst) leave(before);
    const inside = visit(body);
    leave(visit(header.update));
    leave(inside);
    leave(before);
  };
  visit(func.body);
  if (func.result) check(func.result);
}

/** what is emitted stands on its own: its variables are its own, those of function literals the functions' around them */
function nothingFromOutside(func: Func, all: readonly Stmt[], isKnown: (v: Var) => boolean, fail: Fail): void {
  const check = (e: Expr): void => {
    if (e.kind === "var" && !isKnown(e.variable)) fail(`${e.variable.name} (${e.variable.id}) is defined nowhere`);
    if (e.kind === "closure") inside(e.func);
    eachOperand(e, check);
  };
  const inside = (f: Func): void => {
    const body = statements(f.body);
    const own = new Set<Var>([...f.params.map((p) => p.variable), ...body.flatMap(declared)]);
    nothingFromOutside(f, body, (v) => own.has(v) || isKnown(v), fail);
  };
  for (const s of all) {
    if (s.kind === "assign" && !isKnown(s.variable)) fail(`${s.variable.name} is assigned and defined nowhere`);
    eachExpression(s, check);
  }
  if (func.result) check(func.result);
}

/** only variables marked mutable are assigned */
function onlyMutableAssigned(all: readonly Stmt[], fail: Fail): void {
  for (const s of all) if (s.kind === "assign" && !s.variable.mutable) fail(`${s.variable.name} (${s.variable.id}) is assigned but not mutable`);
}

/** `break` stands in tail position of its loop; nothing else exits */
function exitsAreTail(block: Block, inLoopTail: boolean, fail: Fail): void {
  block.forEach((s, i) => {
    const isLast = i === block.length - 1;
    if (s.kind === "block") fail("a labelled block is left");
    if (s.kind === "exit" && (s.exit.kind !== "break" || !isLast || !inLoopTail)) fail(`${s.exit.kind} is not a tail break`);
    for (const b of blocks(s)) exitsAreTail(b, s.kind === "loop" ? b === s.body : inLoopTail && isLast && (s.kind === "if" || s.kind === "try"), fail);
  });
}

/** operands are variables or constants */
function operandsAreAtoms(all: readonly Stmt[], fail: Fail): void {
  for (const s of all) {
    const isDefinition = s.kind === "let" || s.kind === "assign";
    for (const e of expressions(s)) {
      if (!isDefinition && !isAtom(e)) fail(`an operand of ${s.kind} is not an atom`);
      for (const o of operands(e)) if (!isAtom(o) && !(e.kind === "runtime" && o.kind === "closure")) fail(`an operand of ${e.kind === "op" ? e.op : e.kind} is not an atom`);
    }
  }
}

/** every operation has a row */
function operationsHaveRules(all: readonly Stmt[], fail: Fail): void {
  for (const s of all) for (const e of expressions(s)) if (e.kind === "op" && ruleOf(e.op) === undefined) fail(`no rule for ${e.op}`);
}

/** loops are counted or repeat until a break */
function headersAreSettled(all: readonly Stmt[], fail: Fail): void {
  for (const s of all) if (s.kind === "loop" && s.header.kind === "general") fail("a general loop is left");
}
