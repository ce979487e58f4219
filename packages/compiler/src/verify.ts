// The invariants of the IR, one named check per function. A violation is a defect of the pass that ran last.
import type { Block, Expr, Func, LoopHeader, Stmt, Var } from "./ir/ir.ts";
import { isAtom } from "./ir/build.ts";
import { blocks, declared, expressions, operands, statements } from "./ir/walk.ts";
import { CompilerBug } from "./diagnostics/diagnostic.ts";
import { ruleOf } from "./rules/table.ts";

export type Stage = "raw" | "structured" | "versioned" | "nested";

export function verify(func: Func, stage: Stage, pass: string): void {
  const fail = (message: string): never => { throw new CompilerBug(pass, `${func.name}: ${message}`); };
  statementsAreDistinct(func, fail);
  definedOnce(func, fail);
  definedBeforeUse(func, fail);
  onlyMutableAssigned(func, fail);
  if (stage === "nested") nothingFromOutside(func, new Set(), fail);
  if (stage === "structured" || stage === "versioned") exitsAreTail(func.body, false, fail);
  if (stage === "versioned") {
    operandsAreAtoms(func, fail);
    operationsHaveRules(func, fail);
    headersAreSettled(func, fail);
  }
}

type Fail = (message: string) => never;

/** no statement object stands in two places: facts hang on the object */
function statementsAreDistinct(func: Func, fail: Fail): void {
  const seen = new Set<Stmt>();
  for (const s of statements(func.body)) {
    if (seen.has(s)) fail(`one ${s.kind} stands in two places`);
    seen.add(s);
  }
}

/** every variable is declared once */
function definedOnce(func: Func, fail: Fail): void {
  const seen = new Set<Var>();
  const declare = (v: Var): void => {
    if (seen.has(v)) fail(`${v.name} (${v.id}) is declared twice`);
    seen.add(v);
  };
  for (const p of func.params) declare(p.variable);
  for (const s of statements(func.body)) for (const v of declared(s)) declare(v);
}

/** every variable is declared in an enclosing block before it is read; captured variables belong to an outer function */
function definedBeforeUse(func: Func, fail: Fail): void {
  const own = new Set<Var>(func.params.map((p) => p.variable));
  for (const s of statements(func.body)) for (const v of declared(s)) own.add(v);
  // what is visible where the walk stands: each block takes its own declarations back
  const scope = new Set<Var>(func.params.map((p) => p.variable));
  const check = (e: Expr): void => {
    if (e.kind === "var" && own.has(e.variable) && !scope.has(e.variable)) fail(`${e.variable.name} (${e.variable.id}) is used outside its scope`);
    for (const o of operands(e)) check(o);
  };
  const leave = (vars: readonly Var[]): void => { for (const v of vars) scope.delete(v); };
  /** returns what the block declares, still visible */
  const visit = (block: Block): Var[] => {
    const here: Var[] = [];
    const enter = (v: Var): void => { if (!scope.has(v)) { scope.add(v); here.push(v); } };
    for (const s of block) {
      if (s.kind === "loop" && s.header.kind === "general") { visitGeneral(s.header, s.body); continue; }
      for (const e of expressions(s)) check(e);
      if (s.kind === "assign" && own.has(s.variable) && !scope.has(s.variable)) fail(`${s.variable.name} is assigned outside its scope`);
      const start = here.length;
      for (const v of declared(s)) enter(v);
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
function nothingFromOutside(func: Func, around: ReadonlySet<Var>, fail: Fail): void {
  const own = new Set<Var>([...around, ...func.params.map((p) => p.variable)]);
  for (const s of statements(func.body)) for (const v of declared(s)) own.add(v);
  const check = (e: Expr): void => {
    if (e.kind === "var" && !own.has(e.variable)) fail(`${e.variable.name} (${e.variable.id}) is defined nowhere`);
    if (e.kind === "closure") nothingFromOutside(e.func, own, fail);
    for (const o of operands(e)) check(o);
  };
  for (const s of statements(func.body)) {
    if (s.kind === "assign" && !own.has(s.variable)) fail(`${s.variable.name} is assigned and defined nowhere`);
    for (const e of expressions(s)) check(e);
  }
  if (func.result) check(func.result);
}

/** only variables marked mutable are assigned */
function onlyMutableAssigned(func: Func, fail: Fail): void {
  for (const s of statements(func.body)) if (s.kind === "assign" && !s.variable.mutable) fail(`${s.variable.name} (${s.variable.id}) is assigned but not mutable`);
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
function operandsAreAtoms(func: Func, fail: Fail): void {
  for (const s of statements(func.body)) {
    const isDefinition = s.kind === "let" || s.kind === "assign";
    for (const e of expressions(s)) {
      if (!isDefinition && !isAtom(e)) fail(`an operand of ${s.kind} is not an atom`);
      for (const o of operands(e)) if (!isAtom(o) && !(e.kind === "runtime" && o.kind === "closure")) fail(`an operand of ${e.kind === "op" ? e.op : e.kind} is not an atom`);
    }
  }
}

/** every operation has a row */
function operationsHaveRules(func: Func, fail: Fail): void {
  for (const s of statements(func.body)) for (const e of expressions(s)) if (e.kind === "op" && ruleOf(e.op) === undefined) fail(`no rule for ${e.op}`);
}

/** loops are counted or repeat until a break */
function headersAreSettled(func: Func, fail: Fail): void {
  for (const s of statements(func.body)) if (s.kind === "loop" && s.header.kind === "general") fail("a general loop is left");
}
