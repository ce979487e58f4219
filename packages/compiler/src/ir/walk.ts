// The generic traversals of the IR: children, maps and folds over expressions and statements. Everything that does not
// depend on what a kind means goes through here, so that a new kind is answered once.
import type { Block, Callee, Exit, Expr, LoopHeader, Place, Stmt, Var } from "./ir.ts";

// ---------------------------------------------------------------------------------------------------- expressions

export function placeOperands(p: Place): readonly Expr[] {
  switch (p.kind) {
    case "element": return [p.base, p.index];
    case "field": return [p.base];
    case "cell": return [];
  }
}

/** the direct operands of an expression, in evaluation order; bodies of closures are not operands */
export function operands(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "const": case "var": case "function": case "closure": return [];
    case "op": case "runtime": return e.args;
    case "load": return placeOperands(e.place);
    case "length": return [e.array];
    case "array": return e.elements.map((x) => x.value);
    case "struct": return e.fields.map((f) => f.value);
    case "new": return [e.length];
    case "copy": return [e.source, ...(e.start ? [e.start] : []), ...(e.end ? [e.end] : [])];
    case "zeros": return [e.like];
    case "derivative": return [e.target];
  }
}

export function mapPlace(p: Place, f: (e: Expr) => Expr): Place {
  switch (p.kind) {
    case "element": return { ...p, base: f(p.base), index: f(p.index) };
    case "field": return { ...p, base: f(p.base) };
    case "cell": return p;
  }
}

/** replaces the direct operands */
export function mapOperands(e: Expr, f: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case "const": case "var": case "function": case "closure": return e;
    case "op": case "runtime": return { ...e, args: e.args.map(f) };
    case "load": return { ...e, place: mapPlace(e.place, f) };
    case "length": return { ...e, array: f(e.array) };
    case "array": return { ...e, elements: e.elements.map((x) => ({ ...x, value: f(x.value) })) };
    case "struct": return { ...e, fields: e.fields.map((x) => ({ ...x, value: f(x.value) })) };
    case "new": return { ...e, length: f(e.length) };
    case "copy": return { ...e, source: f(e.source), start: e.start && f(e.start), end: e.end && f(e.end) };
    case "zeros": return { ...e, like: f(e.like) };
    case "derivative": return { ...e, target: f(e.target) };
  }
}

/** visits an expression and all its operands, and bodies of closures through `inClosure` */
export function visitExpr(e: Expr, visit: (e: Expr) => void): void {
  visit(e);
  for (const o of operands(e)) visitExpr(o, visit);
}

// ---------------------------------------------------------------------------------------------------- statements

const calleeOperands = (c: Callee): readonly Expr[] => (c.kind === "value" ? [c.value] : []);
const exitOperands = (e: Exit): readonly Expr[] => (e.kind === "return" && e.value ? [e.value] : []);

function headerOperands(h: LoopHeader): readonly Expr[] {
  switch (h.kind) {
    case "general": return h.test ? [h.test] : [];
    case "counted": return [h.start, h.stop];
    case "forever": return [];
    case "while": return [h.test];
  }
}

/** the expressions that stand directly in a statement, not in its blocks */
export function expressions(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case "let": case "assign": return [s.value];
    case "store": case "accumulate": return [...placeOperands(s.place), s.value];
    case "mutate": return [s.array, ...s.args];
    case "call": return [...calleeOperands(s.callee), ...s.args];
    case "if": return [s.test];
    case "loop": return headerOperands(s.header);
    case "block": return [];
    case "exit": return exitOperands(s.exit);
    case "try": return [];
    case "throw": return [s.value];
    case "pair": return [s.reference, s.companion];
  }
}

/** the blocks of a statement, in the order of their text; a general header's blocks included */
export function blocks(s: Stmt): readonly Block[] {
  switch (s.kind) {
    case "if": return [s.then, s.else];
    case "loop": return s.header.kind === "general" ? [s.header.before, s.body, s.header.update] : [s.body];
    case "block": return [s.body];
    case "try": return [s.body, ...(s.handler ? [s.handler] : []), ...(s.finalizer ? [s.finalizer] : [])];
    default: return [];
  }
}

/** the variables that a statement itself declares (not those inside its blocks) */
export function declared(s: Stmt): readonly Var[] {
  switch (s.kind) {
    case "let": return [s.variable];
    case "mutate": case "call": return s.result ? [s.result] : [];
    case "loop": return s.header.kind === "counted" ? [s.header.index] : [];
    case "try": return s.caught ? [s.caught] : [];
    default: return [];
  }
}

function mapHeader(h: LoopHeader, f: (e: Expr) => Expr, g: (b: Block) => Block): LoopHeader {
  switch (h.kind) {
    case "general": return { ...h, before: g(h.before), test: h.test && f(h.test), update: g(h.update) };
    case "counted": return { ...h, start: f(h.start), stop: f(h.stop) };
    case "forever": return h;
    case "while": return { ...h, test: f(h.test) };
  }
}

/** replaces the direct expressions with `f` and the blocks with `g` */
export function mapStmt(s: Stmt, f: (e: Expr) => Expr, g: (b: Block) => Block): Stmt {
  switch (s.kind) {
    case "let": case "assign": case "throw": return { ...s, value: f(s.value) };
    case "store": case "accumulate": return { ...s, place: mapPlace(s.place, f), value: f(s.value) };
    case "mutate": return { ...s, array: f(s.array), args: s.args.map(f) };
    case "call": return { ...s, callee: s.callee.kind === "value" ? { ...s.callee, value: f(s.callee.value) } : s.callee, args: s.args.map(f) };
    case "if": return { ...s, test: f(s.test), then: g(s.then), else: g(s.else) };
    case "loop": return { ...s, header: mapHeader(s.header, f, g), body: g(s.body) };
    case "block": return { ...s, body: g(s.body) };
    case "exit": return s.exit.kind === "return" && s.exit.value ? { ...s, exit: { ...s.exit, value: f(s.exit.value) } } : s;
    case "try": return { ...s, body: g(s.body), handler: s.handler && g(s.handler), finalizer: s.finalizer && g(s.finalizer) };
    case "pair": return { ...s, reference: f(s.reference), companion: f(s.companion) };
  }
}

/** every statement of a block, outer before inner, in the order of the text; bodies of closures are left out */
export function* statements(block: Block): Generator<Stmt> {
  for (const s of block) {
    yield s;
    for (const b of blocks(s)) yield* statements(b);
  }
}

/** calls `visit` for every expression of a block, operands included; bodies of closures are visited too */
export function visitExpressions(block: Block, visit: (e: Expr) => void): void {
  const each = (e: Expr): void => {
    visit(e);
    if (e.kind === "closure") {
      visitExpressions(e.func.body, visit);
      if (e.func.result) visitExpr(e.func.result, each);
      return;
    }
    for (const o of operands(e)) each(o);
  };
  for (const s of statements(block)) for (const e of expressions(s)) each(e);
}

/** the variables that a block reads, bodies of closures included */
export function variablesRead(block: Block): Set<Var> {
  const found = new Set<Var>();
  visitExpressions(block, (e) => { if (e.kind === "var") found.add(e.variable); });
  return found;
}

/** the variables that a block assigns (declarations do not count), bodies of closures included */
export function variablesAssigned(block: Block): Set<Var> {
  const found = new Set<Var>();
  const visit = (b: Block): void => {
    for (const s of statements(b)) {
      if (s.kind === "assign") found.add(s.variable);
      for (const e of expressions(s)) visitExpr(e, (x) => { if (x.kind === "closure") visit(x.func.body); });
    }
  };
  visit(block);
  return found;
}

/** the variables that a block declares, at any depth */
export function variablesDeclared(block: Block): Set<Var> {
  const found = new Set<Var>();
  for (const s of statements(block)) for (const v of declared(s)) found.add(v);
  return found;
}

/** replaces variables by expressions everywhere in a block, bodies of closures included; declarations and assignments keep theirs */
export function substitute(block: Block, replace: (v: Var) => Expr | undefined): Block {
  const expr = (e: Expr): Expr => {
    if (e.kind === "var") return replace(e.variable) ?? e;
    if (e.kind === "closure") return { ...e, func: { ...e.func, body: each(e.func.body), result: e.func.result && expr(e.func.result) } };
    return mapOperands(e, expr);
  };
  const each = (b: Block): Block => b.map((s) => mapStmt(s, expr, each));
  return each(block);
}
