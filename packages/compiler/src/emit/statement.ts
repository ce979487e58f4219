// Statements as text: one line each where it fits, compound assignments where a person would write them, comments of the user
// before their statement, once.
// Assumes the nested stage and names for all variables.
import { CompilerBug } from "../diagnostics/diagnostic.ts";
import type { Block, Callee, Expr, Func, LoopHeader, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { isConst, load, op, typeOf, use } from "../ir/build.ts";
import { holderOf, isAbsent, isAsserted, isCommutative, isDerivative, isRealTyped, mapOf, negated, sameExpr } from "../ir/facts.ts";
import { operands, placeOperands } from "../ir/walk.ts";
import { runtimeParameters } from "../rules/runtime.ts";
import type { EmitContext } from "./context.ts";
import { ends, holdsDescendant, isSetFirst, isUnset, needsType, placeholder } from "./declaration.ts";
import { ExpressionPrinter } from "./expression.ts";
import { blank, type Doc, group, hard, indent, join, line, mark, softline } from "./layout.ts";
import { Fitting } from "./fitting.ts";
import { meet, withEmptied } from "./narrowing.ts";
import { numbersOf } from "./numbers.ts";
import { COMPOUND } from "./operators.ts";
import { isPresent } from "./shapes.ts";
import { turningPoint } from "./turn.ts";
import { isNarrowed } from "./typing.ts";

export class StatementPrinter {
  readonly #context: EmitContext;
  readonly #expressions: ExpressionPrinter;
  readonly #fitting: Fitting;
  /** function literals around */
  #depth = 0;

  constructor(context: EmitContext) {
    this.#context = context;
    this.#fitting = new Fitting(context);
    this.#expressions = new ExpressionPrinter(context, (e) => this.#arrow(e.func));
  }

  /** what stands between the braces of a function */
  body(func: Func): Doc {
    const turn = this.#depth === 0 ? turningPoint(func.body) : -1;
    this.#depth++;
    const lines = this.#lines(func.body, func.result);
    if (func.result) lines.push({ at: func.body.length, doc: this.#return(this.#fitting.fitted(func.result, func.resultType)) });
    this.#depth--;
    return lines.map(({ at, doc }, i) => [i === 0 ? "" : at === turn ? blank : hard, doc]);
  }

  #lines(block: Block, result: Expr | null = null): { at: number; doc: Doc }[] {
    return block.flatMap((s, at) => {
      const next = block[at + 1];
      if (this.#isPartOf(s, next, result)) return [];
      return [{ at, doc: [this.#comments(s), mark(s.origin.span), this.#statement(s, () => block.slice(at + 1))] }];
    });
  }

  /** a call whose result the next statement uses, and nothing else: it is printed there */
  #isPartOf(s: Stmt, next: Stmt | undefined, result: Expr | null): boolean {
    if ((s.kind !== "call" && s.kind !== "mutate") || !s.result || this.#context.uses.count(s.result) !== 1) return false;
    const values = next ? receivers(next) : result ? [result] : [];
    if (!values.some((e) => readsOf(e).includes(s.result!)) || (next && next.origin.comments.length > 0 && s.origin.comments.length > 0)) return false;
    // nothing that the call may change is read before it in the same statement
    if (values.some((e) => this.#mayChange(e, s.result!))) return false;
    this.#context.inlined.set(s.result, s.kind === "call" ? this.#call(s.callee, s.args) : this.#mutation(s));
    return true;
  }

  /** is there anything in the expression that the call might change, or that may not be evaluated at all? */
  #mayChange(e: Expr, result: Var): boolean {
    const each = (x: Expr): boolean => this.#mayChange(x, result);
    switch (e.kind) {
      case "const": case "function": return false;
      case "var": return this.#context.assigned.has(e.variable) && this.#context.uses.isCaptured(e.variable);
      case "op": return isLazy(e.op) || e.args.some(each);
      case "array": return e.elements.some((x) => x.spread || each(x.value));
      case "struct": return e.fields.some((f) => each(f.value));
      case "load": return e.place.kind !== "field" || e.place.base.kind !== "var" || e.place.base.variable !== result;
      default: return true;
    }
  }

  #block(block: Block): Doc {
    if (block.length === 0) return "{}";
    return ["{", indent(hard, join(hard, this.#lines(block).map((l) => l.doc))), hard, "}"];
  }

  #comments(s: Stmt): Doc {
    const { comments } = s.origin;
    if (comments.length === 0 || this.#context.commented.has(comments)) return "";
    this.#context.commented.add(comments);
    return comments.flatMap((c) => c.split("\n")).map((l): Doc => [l.startsWith("*") ? ` ${l}` : l, hard]);
  }

  // ---------------------------------------------------------------------------------------------- statements

  /** `rest`: what follows in its block */
  #statement(s: Stmt, rest: () => Block): Doc {
    switch (s.kind) {
      case "let": return this.#let(s.variable, s.value, rest);
      case "assign": {
        const value = this.#fitting.assigned(s.value, this.#context.typing.declared(s.variable));
        const doc: Doc = [this.#update(this.#name(s.variable), value, use(s.variable), isDerivative(s.variable)), this.#asserted(s.variable, s.value), ";"];
        this.#noteAssigned(s.variable, value, true);
        return doc;
      }
      case "store": {
        const value = this.#fitting.stored(s.value, s.place);
        const entry = s.place.kind === "element" ? this.#expressions.entry(s.place, this.#expressions.text(value)) : null;
        const doc: Doc = [entry ?? this.#update(this.#place(s.place, typeOf(s.value)), value, load(s.place, typeOf(s.value)), false), ";"];
        this.#context.narrowing.stored(s.place);
        if (isAbsent(s.value)) this.#context.narrowing.emptied(s.place, s.value.value === null ? "null" : "undefined");
        return doc;
      }
      case "accumulate": return [this.#accumulate(s.place, s.value), ";"];
      case "mutate": return [this.#bound(s.result), this.#mutation(s), ";"];
      case "call": return [this.#bound(s.result), this.#call(s.callee, s.args), ";"];
      case "if": return this.#if(s);
      case "loop": return this.#loop(s.header, s.body);
      case "block": return [`${s.target.label}: `, this.#block(s.body)];
      case "exit": {
        if (s.exit.kind !== "return") return `${s.exit.kind};`;
        return s.exit.value ? this.#return(s.exit.value) : "return;";
      }
      case "try": return this.#try(s);
      case "throw": return ["throw ", this.#expressions.text(s.value), ";"];
      case "pair":
        this.#context.found.runtime.add("pair");
        return ["pair", this.#expressions.list([s.reference, s.companion]), ";"];
    }
  }

  #name(v: Var): string {
    return this.#context.names.get(v) ?? v.name;
  }

  #place(p: Place, type: Type | null = null): Doc {
    return this.#expressions.place(p, false, type, true);
  }

  /** breaks after the sign where the value is a run of operators */
  #assignment(left: Doc, sign: string, value: Expr): Doc {
    if (!this.#expressions.isChain(value)) return [left, ` ${sign} `, this.#expressions.text(value)];
    return [left, ` ${sign}`, group(indent(line, group(this.#expressions.loose(value))))];
  }

  #return(value: Expr): Doc {
    if (isUnset(value)) return "return;";
    if (!this.#expressions.isChain(value) || (value.kind === "op" && value.op === "select")) return ["return ", this.#expressions.text(value), ";"];
    return group("return ", { kind: "either", broken: "(", flat: "" }, indent(softline, this.#expressions.loose(value)), softline, { kind: "either", broken: ")", flat: "" }, ";");
  }

  #let(v: Var, value: Expr, rest: () => Block): Doc {
    const { language, typing } = this.#context;
    const isAssigned = this.#context.assigned.has(v);
    const declared = typing.declared(v);
    const fitted = this.#fitting.assigned(value, declared);
    // where a test has shown that a value is not there, `!` leaves nothing that could be assigned
    const isBare = isAssigned && fitted.kind === "op" && fitted.op === "nonNull";
    // what it is told to be it is, however its value was narrowed on the way around
    const isTold = language === "ts" && typing.isCircular(v) && isNarrowed(declared) && (fitted.kind === "var" || fitted.kind === "load");
    const type = isTold ? null : typing.isCircular(v) || isBare || (isAssigned && fitted.kind === "length" && numbersOf(fitted, typing) !== null) || needsType(declared, value, typing.shown(fitted), isAssigned) || this.#context.buffers.changes(declared, value, isAssigned) ? this.#context.types.text(declared) : null;
    const shown = type === null && !isTold && language === "ts" ? this.#fitting.free(fitted) : fitted;
    if (isUnset(value) && isAssigned) return this.#unset(v, type, rest());
    const bare = `${isAssigned ? "let" : "const"} ${this.#name(v)}`;
    const head = type === null ? bare : language === "ts" ? `${bare}: ${type}` : `/** @type {${type}} */ ${bare}`;
    const doc: Doc = [this.#assignment(head, "=", shown), isTold ? ` as ${this.#context.types.text(declared)}` : this.#asserted(v, value), ";"];
    this.#noteAssigned(v, shown, type !== null);
    return doc;
  }

  /** TypeScript narrows a variable of several types to that of its value */
  #noteAssigned(v: Var, value: Expr, isDeclared: boolean): void {
    const { typing, narrowing } = this.#context;
    const isThere = isDeclared && typing.declared(v).kind === "nullable" && value.kind !== "const" && (narrowing.has(value) || isPresent(typing.shown(value)));
    narrowing.assigned(v, isThere);
  }

  /** what was caught is known by tests that the type checker does not see; what a field of a base class or an interface holds, by the whole program */
  #asserted(v: Var, value: Expr): string {
    return this.#context.language === "ts" && (isAsserted(v, value) || holdsDescendant(v, value, (x) => this.#context.types.isNamed(x))) ? ` as ${this.#context.types.text(v.type)}` : "";
  }

  #unset(v: Var, type: string | null, rest: Block): Doc {
    const name = this.#name(v);
    const declared = this.#context.typing.declared(v);
    const sees = isSetFirst(v, rest) || (declared.kind === "nullable" && declared.nothing.includes("undefined"));
    const start = sees ? null : placeholder(v.type);
    if (start !== null) return `let ${name} = ${start};`;
    return this.#context.language === "js" || type === null ? `let ${name};` : `let ${name}${sees || v.type.kind === "void" ? "" : "!"}: ${type};`;
  }

  /** `x = x + e` as `x += e` */
  #update(left: Doc, value: Expr, target: Expr, derivative: boolean): Doc {
    const change = changeOf(value, target, derivative);
    if (!change || !this.#fitting.isChangeable(target)) return this.#assignment(left, "=", value);
    if (change.op === "+" && isConst(change.by, 1)) return [left, "++"];
    if (change.op === "-" && isConst(change.by, 1)) return [left, "--"];
    return this.#assignment(this.#changed(left, target), change.op === "concat" ? "+=" : `${change.op}=`, change.op === "concat" ? change.by : this.#fitting.operand(change.by));
  }

  /** reading and writing an element in one: it is there */
  #changed(left: Doc, target: Expr): Doc {
    return target.kind === "load" ? this.#expressions.place(target.place, !this.#context.narrowing.has(target), target.type, true) : left;
  }

  /** what is added to an entry of a map starts from nothing where there is none */
  #accumulateEntry(place: Place & { readonly kind: "element" }, value: Expr): Doc {
    const minus = negated(value, true);
    const read = this.#expressions.place(place, false);
    const holder = holderOf(place);
    // a derivative that nothing is added to is 0 where there was none
    const sum: Doc = isConst(value, 0) && holder !== null && isDerivative(holder) ? [read, " ?? 0"] : group("(", read, " ?? 0)", minus ? " - " : " + ", this.#expressions.operand(minus ?? value));
    return this.#expressions.entry(place, sum) ?? [this.#place(place), " = ", sum];
  }

  #accumulate(place: Place, value: Expr): Doc {
    if (place.kind === "element" && mapOf(typeOf(place.base)) !== null) return this.#accumulateEntry(place, value);
    const left = this.#expressions.place(place, !this.#context.narrowing.has(load(place, typeOf(value))), typeOf(value), true);
    const minus = negated(value, true);
    return this.#assignment(left, minus ? "-=" : "+=", this.#fitting.operand(minus ?? value));
  }

  #bound(v: Var | null): Doc {
    return v && this.#context.names.has(v) && this.#context.read.has(v) ? `const ${this.#name(v)} = ` : "";
  }

  #mutation(s: Stmt & { readonly kind: "mutate" }): Doc {
    const array = this.#expressions.holder(s.array);
    const t = typeOf(s.array);
    if (s.operation === "length") return [array, ".length = ", s.args.map((a) => this.#expressions.text(a))];
    const map = mapOf(t);
    if (s.operation === "delete" && (map === null || map.container === "Object")) {
      const property = s.args.map((a) => this.#expressions.property(s.array, a));
      for (const a of s.args) if (a.kind === "const") this.#context.narrowing.emptied({ kind: "field", base: s.array, field: String(a.value) }, "undefined");
      return ["delete ", property];
    }
    const call: Doc = [array, `.${s.operation}`, this.#expressions.list(s.args.map((x, i) => this.#fitting.entering(s, x, i)))];
    const isThere = s.result && (s.operation === "pop" || s.operation === "shift") && s.result.type.kind !== "nullable" && this.#context.language === "ts" && this.#context.read.has(s.result);
    return isThere ? [call, "!"] : call;
  }

  #callee(c: Callee): Doc {
    switch (c.kind) {
      case "function":
        this.#context.found.functions.add(c.func);
        return this.#context.functionName(c.func);
      case "value": return this.#expressions.head(c.value);
      case "external": {
        if (c.name.startsWith("cotangent:")) {
          const name = c.name.slice("cotangent:".length);
          this.#context.found.runtime.add(name);
          return name;
        }
        if (!c.cell) return c.name;
        this.#context.found.cells.add(c.cell);
        const member = c.name.indexOf(".");
        return (c.name.startsWith("new ") ? "new " : "") + this.#context.cellName(c.cell) + (member > 0 ? c.name.slice(member) : "");
      }
      case "ruled": throw new CompilerBug("emit", `a call of ${c.name} with its rule`);
    }
  }

  /** methods of inert values (a leading dot) have their receiver as first argument */
  #call(c: Callee, args: readonly Expr[]): Doc {
    const [receiver, ...others] = args;
    const types = c.kind === "function" ? this.#context.parametersOf(c.func) : c.kind === "external" ? runtimeParameters(c.name) : [];
    if (c.kind === "external" && c.name.startsWith(".") && receiver) return [this.#expressions.head(receiver), this.#callee(c), this.#expressions.list(others)];
    return [this.#callee(c), c.kind === "external" && c.spreads === true && receiver ? ["(...", this.#expressions.head(receiver), ")"] : this.#expressions.list(args, types)];
  }

  // ---------------------------------------------------------------------------------------------- control

  #if(s: Stmt & { readonly kind: "if" }): Doc {
    const { narrowing } = this.#context;
    const test = this.#expressions.test(s.test);
    const before = narrowing.facts;
    narrowing.assume(s.test, true);
    const head: Doc = [group("if (", indent(softline, test), softline, ") "), this.#block(s.then)];
    const after = ends(s.then) ? null : narrowing.facts;
    narrowing.facts = before;
    narrowing.assume(s.test, false);
    const other = this.#else(s.else);
    narrowing.facts = meet(after, ends(s.else) ? null : narrowing.facts);
    return [head, other];
  }

  #else(block: Block): Doc {
    if (block.length === 0) return "";
    const [only] = block;
    if (block.length === 1 && only?.kind === "if" && (only.origin.comments.length === 0 || this.#context.commented.has(only.origin.comments))) return [" else ", mark(only.origin.span), this.#if(only)];
    return [" else ", this.#block(block)];
  }

  #loop(header: LoopHeader, body: Block): Doc {
    const { narrowing } = this.#context;
    narrowing.forget(header.kind === "general" ? [...header.before, ...body, ...header.update] : body);
    const { facts } = narrowing;
    const doc = this.#repeated(header, body);
    narrowing.facts = header.kind === "counted" || (header.kind === "while" && header.testFirst) ? facts : withEmptied(facts, body);
    return doc;
  }

  #repeated(header: LoopHeader, body: Block): Doc {
    switch (header.kind) {
      case "counted": return [group("for (", indent(softline, this.#counted(header)), softline, ") "), this.#block(body)];
      case "forever": return ["for (;;) ", this.#block(body)];
      case "while": {
        const test = group("while (", indent(softline, this.#expressions.test(header.test)), softline, ")");
        if (header.testFirst) this.#context.narrowing.assume(header.test, true);
        return header.testFirst ? [test, " ", this.#block(body)] : ["do ", this.#block(body), " ", test, ";"];
      }
      case "general": return ["for (;;) ", this.#block([...header.before, ...body, ...header.update])];
    }
  }

  #counted(h: LoopHeader & { readonly kind: "counted" }): Doc {
    const name = this.#name(h.index);
    const step = Math.abs(h.step) === 1 ? `${name}${h.step > 0 ? "++" : "--"}` : `${name} ${h.step > 0 ? "+=" : "-="} ${Math.abs(h.step)}`;
    return [`let ${name} = `, this.#expressions.text(h.start), ";", line, this.#expressions.text(op(h.compare, [use(h.index), h.stop])), ";", line, step];
  }

  #try(s: Stmt & { readonly kind: "try" }): Doc {
    const caught = s.caught && this.#context.read.has(s.caught) ? `catch (${this.#name(s.caught)}) ` : "catch ";
    const { narrowing } = this.#context;
    narrowing.forget([s]);
    const { facts } = narrowing;
    const part = (block: Block): Doc => { narrowing.facts = facts; return this.#block(block); };
    const doc: Doc = ["try ", part(s.body), s.handler ? [" ", caught, part(s.handler)] : "", s.finalizer ? [" finally ", part(s.finalizer)] : ""];
    narrowing.facts = facts;
    return doc;
  }

  // ---------------------------------------------------------------------------------------------- function literals

  /** written out where a literal alone would be taken for something else */
  #resultType(func: Func): string {
    const { language, types } = this.#context;
    const isPlain = func.result === null || ["real", "boolean", "string"].includes(func.resultType.kind);
    return language === "js" || isPlain ? "" : `: ${func.resultText ?? types.text(func.resultType)}`;
  }

  #arrow(func: Func): Doc {
    const { narrowing } = this.#context;
    const outside = narrowing.facts;
    narrowing.enterClosure();
    const doc = this.#literal(func);
    narrowing.facts = outside;
    return doc;
  }

  #literal(func: Func): Doc {
    const head: Doc = [group("(", indent(softline, join([",", line], func.params.map((p) => parameter(p, this.#context))), trailingComma(func)), softline, ")"), this.#resultType(func), " => "];
    if (func.body.length === 0 && func.result) return [head, func.result.kind === "struct" ? ["(", this.#expressions.text(func.result), ")"] : this.#expressions.text(func.result)];
    return [head, "{", indent(hard, this.body(func)), hard, "}"];
  }
}

/** after the last of several lines of parameters; a rest parameter allows none */
export const trailingComma = (func: Func): Doc => ({ kind: "either", broken: func.params.at(-1)?.rest ? "" : ",", flat: "" });

/** the expressions of a statement that are evaluated in place, once, with no effect before them */
function receivers(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case "let": case "assign": case "throw": return [s.value];
    case "store": return [s.value, ...placeOperands(s.place)];
    case "exit": return s.exit.kind === "return" && s.exit.value ? [s.exit.value] : [];
    case "if": return [s.test];
    default: return [];
  }
}

const readsOf = (e: Expr): readonly Var[] => (e.kind === "var" ? [e.variable] : e.kind === "closure" ? [] : operands(e).flatMap(readsOf));

const isLazy = (name: string): boolean => name === "select" || name === "&&" || name === "||" || name === "??";

export function parameter(p: Func["params"][number], context: EmitContext): Doc {
  const name = `${p.rest ? "..." : ""}${context.names.get(p.variable) ?? p.name}`;
  return context.language === "ts" ? `${name}${p.optional ? "?" : ""}: ${p.typeText ?? context.types.text(p.variable.type)}` : name;
}

/** how a value changes the variable or place that it is assigned to */
function changeOf(value: Expr, target: Expr, derivative: boolean): { readonly op: string; readonly by: Expr } | null {
  if (value.kind !== "op" || !COMPOUND.has(value.op)) return null;
  const [a, b] = value.args;
  if (!a || !b || value.args.length !== 2) return null;
  if (sameExpr(a, target)) return { op: value.op, by: b };
  if (!isRealTyped(a, b)) return null;
  if (isCommutative(value.op) && sameExpr(b, target)) return { op: value.op, by: a };
  // sums of contributions have no order
  return derivative ? sumChange(value, target) : null;
}

/** `((x + a) - b)` as a change of x by `a - b` */
function sumChange(value: Expr, target: Expr): { readonly op: "+" | "-"; readonly by: Expr } | null {
  if (value.kind !== "op" || (value.op !== "+" && value.op !== "-")) return null;
  const [a, b] = value.args;
  if (!a || !b) return null;
  if (sameExpr(a, target)) return { op: value.op, by: b };
  const inner = sumChange(a, target);
  if (!inner) return null;
  if (inner.op === "+") return { op: "+", by: op(value.op, [inner.by, b]) };
  return { op: "-", by: op(value.op === "+" ? "-" : "+", [inner.by, b]) };
}
