// The generic traversals of the IR: children, maps and folds over expressions and statements. Everything that does not
// depend on what a kind means goes through here, so that a new kind is answered once.
import type { Block, Callee, Exit, Expr, LoopHeader, Place, Stmt, Var } from "./ir.ts";
import { asNothing } from "./build.ts";

// ---------------------------------------------------------------------------------------------------- expressions

// most expressions are variables and constants, and are visited often: one list for all of them
const NONE: readonly Expr[] = [];

export function placeOperands(p: Place): readonly Expr[] {
  switch (p.kind) {
    case "element": return [p.base, p.index];
    case "field": return [p.base];
    case "cell": return NONE;
  }
}

/** the direct operands of an expression, in evaluation order; bodies of closures are not operands */
export function operands(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "const": case "var": case "function": case "closure": return NONE;
    case "op": case "runtime": return e.args;
    case "load": return placeOperands(e.place);
    case "length": return [e.array];
    case "keys": return [e.of];
    case "array": return e.elements.map((x) => x.value);
    case "struct": return e.fields.map((f) => f.value);
    case "new": return [e.length];
    case "copy": case "view": return [e.source, ...(e.start ? [e.start] : []), ...(e.end ? [e.end] : [])];
    case "zeros": return [e.like];
    case "derivative": return [e.target];
  }
}

/** calls `visit` for the direct operands, in evaluation order: as `operands`, and makes no list of them. Most walks of the compiler end here. */
export function eachOperand(e: Expr, visit: (e: Expr) => void): void {
  switch (e.kind) {
    case "const": case "var": return;
    case "load":
      if (e.place.kind !== "cell") visit(e.place.base);
      if (e.place.kind === "element") visit(e.place.index);
      return;
    default: for (const x of operands(e)) visit(x);
  }
}

/** the list itself where `f` changes nothing */
export function mapList<T>(list: readonly T[], f: (x: T) => T): readonly T[] {
  for (let i = 0; i < list.length; i++) {
    const to = f(list[i]!);
    if (to === list[i]) continue;
    const made = list.slice(0, i);
    made.push(to);
    for (i++; i < list.length; i++) made.push(f(list[i]!));
    return made;
  }
  return list;
}

export function mapPlace(p: Place, f: (e: Expr) => Expr): Place {
  switch (p.kind) {
    case "element": {
      const [base, index] = [f(p.base), f(p.index)];
      return base === p.base && index === p.index ? p : { kind: "element", base, index };
    }
    case "field": {
      const base = f(p.base);
      return base === p.base ? p : { kind: "field", base, field: p.field };
    }
    case "cell": return p;
  }
}

const mapValue = <T extends { readonly value: Expr }>(x: T, f: (e: Expr) => Expr): T => {
  const value = f(x.value);
  return value === x.value ? x : { ...x, value };
};

/** replaces the direct operands; the expression itself where none changes */
export function mapOperands(e: Expr, f: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case "const": case "var": case "function": case "closure": return e;
    case "op": {
      const args = mapList(e.args, f);
      return args === e.args ? e : { kind: "op", op: e.op, args, type: e.type };
    }
    case "runtime": {
      const args = mapList(e.args, f);
      return args === e.args ? e : { ...e, args };
    }
    case "load": {
      const place = mapPlace(e.place, f);
      return place === e.place ? e : { kind: "load", place, mayMiss: e.mayMiss, type: e.type };
    }
    case "length": {
      const array = f(e.array);
      return array === e.array ? e : { kind: "length", array };
    }
    case "keys": {
      const of = f(e.of);
      return of === e.of ? e : { ...e, of };
    }
    case "array": {
      const elements = mapList(e.elements, (x) => mapValue(x, f));
      return elements === e.elements ? e : { ...e, elements };
    }
    case "struct": {
      const fields = mapList(e.fields, (x) => mapValue(x, f));
      return fields === e.fields ? e : { ...e, fields };
    }
    case "new": {
      const length = f(e.length);
      return length === e.length ? e : { ...e, length };
    }
    case "copy": case "view": {
      const [source, start, end] = [f(e.source), e.start && f(e.start), e.end && f(e.end)];
      return source === e.source && start === e.start && end === e.end ? e : { ...e, source, start, end };
    }
    case "zeros": {
      const like = f(e.like);
      return like === e.like ? e : { ...e, like };
    }
    case "derivative": {
      const target = f(e.target);
      return target === e.target ? e : { ...e, target };
    }
  }
}

/** visits an expression and all its operands, and bodies of closures through `inClosure` */
export function visitExpr(e: Expr, visit: (e: Expr) => void): void {
  const each = (x: Expr): void => {
    visit(x);
    eachOperand(x, each);
  };
  each(e);
}

// ---------------------------------------------------------------------------------------------------- statements

const calleeOperands = (c: Callee): readonly Expr[] => (c.kind === "value" ? [c.value, ...(c.method ? [c.method.receiver] : [])] : []);

const exitOperands = (e: Exit): readonly Expr[] => (e.kind === "return" && e.value ? [e.value] : NONE);

function headerOperands(h: LoopHeader): readonly Expr[] {
  switch (h.kind) {
    case "general": return h.test ? [h.test] : [];
    case "counted": return [h.start, h.stop];
    case "forever": return NONE;
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
    case "block": case "try": return NONE;
    case "exit": return exitOperands(s.exit);
    case "throw": return [s.value];
    case "pair": return [s.reference, s.companion];
  }
}

/** calls `visit` for what `expressions` lists, and makes no list of it */
export function eachExpression(s: Stmt, visit: (e: Expr) => void): void {
  switch (s.kind) {
    case "let": case "assign": visit(s.value); return;
    case "if": visit(s.test); return;
    default: for (const x of expressions(s)) visit(x);
  }
}

const NO_BLOCKS: readonly Block[] = [];

/** the blocks of a statement, in the order of their text; a general header's blocks included */
export function blocks(s: Stmt): readonly Block[] {
  switch (s.kind) {
    case "if": return [s.then, s.else];
    case "loop": return s.header.kind === "general" ? [s.header.before, s.body, s.header.update] : [s.body];
    case "block": return [s.body, s.landing];
    case "try": return [s.body, ...(s.handler ? [s.handler] : []), ...(s.finalizer ? [s.finalizer] : [])];
    default: return NO_BLOCKS;
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
    case "general": {
      const [before, test, update] = [mapped(h.before, g), h.test && f(h.test), mapped(h.update, g)];
      return before === h.before && test === h.test && update === h.update ? h : { ...h, before, test, update };
    }
    case "counted": {
      const [start, stop] = [f(h.start), f(h.stop)];
      return start === h.start && stop === h.stop ? h : { ...h, start, stop };
    }
    case "forever": return h;
    case "while": {
      const test = f(h.test);
      return test === h.test ? h : { ...h, test };
    }
  }
}

function mapCallee(c: Callee, f: (e: Expr) => Expr): Callee {
  if (c.kind !== "value") return c;
  const called = mapValue(c, f);
  if (!c.method) return called;
  const receiver = f(c.method.receiver);
  return receiver === c.method.receiver ? called : { ...called, method: { ...c.method, receiver } };
}

/** the block itself where `g` makes one with the same statements */
function mapped(block: Block, g: (b: Block) => Block): Block {
  return kept(block, g(block));
}

/** the block as it was, where the one made of it has the same statements */
export const kept = (before: Block, after: Block): Block => (after.length === before.length && after.every((s, i) => s === before[i]) ? before : after);

/** replaces the direct expressions with `f` and the blocks with `g`; the statement itself where nothing changes */
export function mapStmt(s: Stmt, f: (e: Expr) => Expr, g: (b: Block) => Block): Stmt {
  switch (s.kind) {
    case "let": case "assign": {
      const value = f(s.value);
      return value === s.value ? s : { kind: s.kind, variable: s.variable, value, origin: s.origin };
    }
    case "throw": {
      const value = f(s.value);
      return value === s.value ? s : { ...s, value };
    }
    case "store": case "accumulate": {
      const [place, value] = [mapPlace(s.place, f), f(s.value)];
      return place === s.place && value === s.value ? s : { kind: s.kind, place, value, origin: s.origin };
    }
    case "mutate": {
      const [array, args] = [f(s.array), mapList(s.args, f)];
      return array === s.array && args === s.args ? s : { ...s, array, args };
    }
    case "call": {
      const callee = mapCallee(s.callee, f);
      const args = mapList(s.args, f);
      return callee === s.callee && args === s.args ? s : { ...s, callee, args };
    }
    case "if": {
      const [test, then, otherwise] = [f(s.test), mapped(s.then, g), mapped(s.else, g)];
      return test === s.test && then === s.then && otherwise === s.else ? s : { kind: "if", test, then, else: otherwise, origin: s.origin };
    }
    case "loop": {
      const [header, body] = [mapHeader(s.header, f, g), mapped(s.body, g)];
      return header === s.header && body === s.body ? s : { ...s, header, body };
    }
    case "block": {
      const [body, landing] = [mapped(s.body, g), mapped(s.landing, g)];
      return body === s.body && landing === s.landing ? s : { ...s, body, landing };
    }
    case "exit": {
      if (s.exit.kind !== "return" || !s.exit.value) return s;
      const value = f(s.exit.value);
      return value === s.exit.value ? s : { ...s, exit: { ...s.exit, value } };
    }
    case "try": {
      const [body, handler, finalizer] = [mapped(s.body, g), s.handler && mapped(s.handler, g), s.finalizer && mapped(s.finalizer, g)];
      return body === s.body && handler === s.handler && finalizer === s.finalizer ? s : { ...s, body, handler, finalizer };
    }
    case "pair": {
      const [reference, companion] = [f(s.reference), f(s.companion)];
      return reference === s.reference && companion === s.companion ? s : { ...s, reference, companion };
    }
  }
}

/** calls `visit` for every statement of a block, outer before inner, in the order of the text; bodies of closures are left out */
export function visitStatements(block: Block, visit: (s: Stmt) => void): void {
  for (const s of block) {
    visit(s);
    switch (s.kind) {
      case "if": visitStatements(s.then, visit); visitStatements(s.else, visit); break;
      case "loop": case "block": case "try": for (const inner of blocks(s)) visitStatements(inner, visit); break;
      default: break;
    }
  }
}

/** what `visitStatements` visits */
export function statements(block: Block): readonly Stmt[] {
  const found: Stmt[] = [];
  visitStatements(block, (s) => found.push(s));
  return found;
}

/** calls `visit` for every expression of a block, operands included; bodies of closures are visited too, at any depth: `visit` need not look into them */
export function visitExpressions(block: Block, visit: (e: Expr) => void): void {
  const each = (e: Expr): void => {
    visit(e);
    if (e.kind === "closure") {
      visitExpressions(e.func.body, visit);
      if (e.func.result) each(e.func.result);
      return;
    }
    eachOperand(e, each);
  };
  visitStatements(block, (s) => { eachExpression(s, each); });
}

/** replaces variables by expressions everywhere in a block, bodies of closures included; declarations and assignments keep theirs */
export function substitute(block: Block, replace: (v: Var) => Expr | undefined): Block {
  const expr = (e: Expr): Expr => substituteExpr(e, replace);
  const each = (b: Block): Block => mapList(b, (s) => mapStmt(s, expr, each));
  return each(block);
}

/** the same in an expression */
export function substituteExpr(e: Expr, replace: (v: Var) => Expr | undefined): Expr {
  if (e.kind === "var") return asNothing(replace(e.variable), e.variable.type) ?? e;
  if (e.kind !== "closure") return mapOperands(e, (x) => substituteExpr(x, replace));
  const [body, result] = [substitute(e.func.body, replace), e.func.result && substituteExpr(e.func.result, replace)];
  return body === e.func.body && result === e.func.result ? e : { ...e, func: { ...e.func, body, result } };
}
