// Defunctionalization (Reynolds 1972): what is left of function values becomes data. A value that can be one of several functions is the
// name of the function, or a record of its name and of what it captures; a call of it tests the name and calls the function itself,
// which takes what it captures as parameters. What follows sees objects, branches and calls, and needs to know nothing of functions.
// Functions of the caller stay as they are; where they join others they travel in the record under `given`.
import type { Block, Expr, Func, Origin, Param, Place, Stmt, StructType, Type, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, element, FALSE, field, load, op, parameterOf, store, STRING, type Supply, TRUE, typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { holdsFunctions, isAbsent } from "../../ir/facts.ts";
import { mapOperands, mapPlace, mapStmt } from "../../ir/walk.ts";
import { walked } from "../../ir/walkable.ts";
import { comparedFunctions, escapingFunction, unknownGenerator } from "../../diagnostics/catalog.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { everyArgument } from "../rest.ts";
import { Ahead, type Waiting } from "./ahead.ts";
import { ELEMENTS } from "./classes.ts";
import { GIVEN, inOrder, NAME, type Representation, Representations } from "./representation.ts";
import { analyzeFlow, type Flow, type FunctionClass, placeKey } from "./flow.ts";
import { type Alternative, isFunctionType, World, type WorldContext } from "./world.ts";

export interface Converted {
  readonly root: Func;
  /** functions that the root calls now, by their new ids */
  readonly functions: readonly Func[];
  readonly findings: readonly Finding[];
}

export function defunctionalize(root: Func, context: WorldContext): Converted {
  const world = new World(root, context);
  const flow = analyzeFlow(world);
  const findings = flow.escaped.map((origin) => escapingFunction(origin.span));
  if (findings.length > 0) return { root, functions: [], findings };
  const converter = new Converter(world, flow, context);
  const converted = converter.root(root);
  const functions = world.alternatives.flatMap((a) => (a.func ? [converter.alternative(a, a.func)] : []));
  return { root: converted, functions, findings: converter.findings };
}

class Converter {
  readonly findings: Finding[] = [];
  readonly #world: World;
  readonly #flow: Flow;
  readonly #supply: Supply;
  readonly #freshId: () => number;
  readonly #data: Representations;
  readonly #functionOf: WorldContext["functionOf"];
  readonly #ahead: Ahead;
  /** what is put into literals behind the declaration of a variable */
  readonly #due = new Map<Var, Stmt[]>();

  constructor(world: World, flow: Flow, context: WorldContext) {
    this.#world = world;
    this.#flow = flow;
    this.#supply = context.supply;
    this.#freshId = context.freshId;
    this.#data = new Representations(flow, context);
    this.#functionOf = context.functionOf;
    this.#ahead = new Ahead(world, flow);
  }

  root(func: Func): Func {
    const tail: Stmt[] = [];
    const body = this.#block(func.body);
    // functions of the program that escape are refused; what came in from outside goes out as it is
    const result = func.result && this.#plain(func.result, tail, func.origin);
    return { ...func, body: [...body, ...tail], result };
  }

  alternative(a: Alternative, func: Func): Func {
    const kept = func.params.filter((p) => !this.#isDropped(p));
    const params = kept.map((p): Param => this.#paramOf(p));
    const captured = this.#flow.captured(a).map((k) => parameterOf(this.#data.variable(a.slots[k]!.variable)));
    const tail: Stmt[] = [];
    const body = this.#block(func.body);
    const holds = holdsFunctions(func.resultType);
    const result = func.result && (holds ? this.#value(func.result, this.#flow.resultOf(a), tail, func.origin) : this.#plain(func.result, tail, func.origin));
    const resultType = holds ? this.#data.type(func.resultType, this.#flow.resultOf(a)) : func.resultType;
    return { ...func, name: a.tag, params: [...params, ...captured], body: [...body, ...tail], result, resultType, resultText: holds ? null : func.resultText };
  }

  #paramOf(p: Param): Param {
    const variable = this.#data.variable(p.variable);
    return variable === p.variable ? p : { ...p, variable, typeText: null };
  }

  /** a parameter that is always the same function */
  #isDropped(p: Param): boolean {
    return p.variable.type.kind === "function" && this.#flow.isStatic(this.#flow.classOf(p.variable));
  }

  // ---------------------------------------------------------------------------------------------- values

  /** an atom on its way to a place of the class */
  #value(e: Expr, into: FunctionClass, out: Stmt[], origin: Origin, place: Type | null = null): Expr {
    const known = this.#world.known(e);
    if (known) return this.#made(known.alternative, known.atoms, into, out, origin);
    if (e.kind !== "var") return e;
    const how = this.#flow.isForeign(e) && isFunctionType(e.variable.type) ? this.#data.representation(into) : null;
    return how?.kind === "record" ? this.#given(e.variable, how.type, place, out, origin) : use(this.#data.variable(e.variable));
  }

  /** a function of the caller among others; what is absent stays absent */
  #given(v: Var, type: StructType, place: Type | null, out: Stmt[], origin: Origin): Expr {
    const wrapped = this.#supply.fresh(v.name, type);
    const literal: Expr = { kind: "struct", type, fields: [{ name: NAME, value: constant(GIVEN) }, { name: GIVEN, value: use(v) }] };
    if (v.type.kind !== "nullable" || place?.kind === "function") {
      out.push(define(wrapped, literal, origin));
      return use(wrapped);
    }
    const result = this.#supply.fresh(v.name, { ...v.type, inner: type }, true);
    const isMissing = this.#supply.fresh("isMissing", BOOLEAN);
    out.push(define(result, UNDEFINED, origin), define(isMissing, op("isNullish", [use(v)], BOOLEAN), origin));
    out.push(branch(use(isMissing), [], [define(wrapped, literal, origin), assign(result, use(wrapped), origin)], origin));
    const settled = this.#supply.like(result, { mutable: false });
    out.push(define(settled, use(result), origin));
    return use(settled);
  }

  #made(a: Alternative, atoms: readonly Expr[], into: FunctionClass, out: Stmt[], origin: Origin): Expr {
    const how = this.#data.representation(into);
    if (how.kind !== "record") return constant(a.tag);
    const fields = how.isNamed ? [{ name: NAME, value: constant(a.tag) as Expr }] : [];
    for (const k of this.#flow.captured(a)) fields.push({ name: how.fieldOf.get(a.slots[k]!.variable)!, value: this.#slotValue(a, k, atoms[k]!, out, origin) });
    const variable = this.#supply.fresh(a.tag, how.type);
    out.push(define(variable, { kind: "struct", type: how.type, fields }, origin));
    return use(variable);
  }

  #slotValue(a: Alternative, k: number, atom: Expr, out: Stmt[], origin: Origin): Expr {
    const { variable } = a.slots[k]!;
    return holdsFunctions(variable.type) ? this.#value(atom, this.#flow.classOf(variable), out, origin) : this.#plain(atom, out, origin);
  }

  /** an expression that is no function value itself */
  #plain(e: Expr, out: Stmt[], origin: Origin): Expr {
    if (e.kind === "var") return use(this.#data.variable(e.variable));
    if (e.kind === "op") return this.#operation(e, out, origin);
    if (e.kind === "closure") return { ...e, func: { ...this.root(e.func), params: e.func.params.map((p) => this.#paramOf(p)) } };
    if (e.kind === "load") return { ...e, place: this.#place(e.place, out, origin) };
    return mapOperands(e, (x) => this.#plain(x, out, origin));
  }

  #place(p: Place, out: Stmt[], origin: Origin): Place {
    return mapPlace(p, (x) => this.#plain(x, out, origin));
  }

  /** tests of function values */
  #operation(e: Expr & { readonly kind: "op" }, out: Stmt[], origin: Origin): Expr {
    const isValue = (x: Expr): boolean => this.#world.known(x) !== null || (x.kind === "var" && isFunctionType(x.variable.type));
    if (!e.args.some(isValue)) return mapOperands(e, (x) => this.#plain(x, out, origin));
    const [a, b] = e.args;
    if (e.args.every((x) => x.kind === "var" && this.#flow.isForeign(x))) return e;
    const known = a !== undefined && this.#world.known(a) !== null;
    switch (e.op) {
      case "isNullish": return known ? FALSE : mapOperands(e, (x) => this.#plain(x, out, origin));
      case "truthy": return known ? TRUE : mapOperands(e, (x) => this.#plain(x, out, origin));
      case "typeof": return this.#typeof(a!, out, origin);
      case "===": case "==": case "!==": case "!=": {
        if (a === undefined || b === undefined || (!isAbsent(a) && !isAbsent(b))) break;
        const other = isAbsent(a) ? b : a;
        if (this.#world.known(other)) return constant(e.op.startsWith("!"));
        return mapOperands(e, (x) => this.#plain(x, out, origin));
      }
      default: break;
    }
    this.findings.push(comparedFunctions(origin.span));
    return UNDEFINED;
  }

  #typeof(e: Expr, out: Stmt[], origin: Origin): Expr {
    if (e.kind !== "var" || e.variable.type.kind !== "nullable" || this.#world.known(e)) return constant("function");
    const isMissing = this.#supply.fresh("isMissing", BOOLEAN);
    out.push(define(isMissing, op("isNullish", [use(this.#data.variable(e.variable))], BOOLEAN), origin));
    return op("select", [use(isMissing), constant("undefined"), constant("function")], STRING);
  }

  // ---------------------------------------------------------------------------------------------- statements

  #block(block: Block): Block {
    return this.#ahead.each(block, (s) => [...this.#statement(s), ...(s.kind === "let" ? this.#due.get(s.variable) ?? [] : [])]);
  }

  #statement(s: Stmt): Block {
    const out: Stmt[] = [];
    const { origin } = s;
    switch (s.kind) {
      case "let": case "assign": {
        if (this.#world.isHolder(s.variable)) return [];
        const waiting = s.kind === "let" ? this.#ahead.waiting(s.value) : [];
        if (waiting.length > 0 && s.kind === "let") return this.#tied(s, waiting);
        const value = this.#definition(s.variable, s.value, out, origin);
        return [...out, { ...s, variable: this.#data.variable(s.variable), value }];
      }
      case "store": {
        const place = this.#place(s.place, out, origin);
        const base = s.place.kind !== "cell" && s.place.base.kind === "var" ? s.place.base.variable : null;
        const value = base && holdsFunctions(typeOf(s.value)) ? this.#value(s.value, this.#flow.classOf(base).part(placeKey(s.place)), out, origin) : this.#plain(s.value, out, origin);
        return [...out, { ...s, place, value }];
      }
      case "mutate": {
        const array = s.array.kind === "var" && holdsFunctions(s.array.variable.type) ? this.#flow.classOf(s.array.variable).part(ELEMENTS) : null;
        const args = s.args.map((a) => (array && holdsFunctions(typeOf(a)) && s.operation !== "set" ? this.#value(a, array, out, origin) : this.#plain(a, out, origin)));
        return [...out, { ...s, array: this.#plain(s.array, out, origin), args, result: s.result && this.#data.variable(s.result) }];
      }
      case "call": return this.#call(s);
      default: {
        const mapped = mapStmt(s, (e) => this.#plain(e, out, origin), (b) => this.#block(b));
        return [...out, mapped];
      }
    }
  }

  /** an object or an array that is there before the functions that it holds are put in */
  #tied(s: Stmt & { readonly kind: "let" }, waiting: readonly Waiting[]): Block {
    const { origin, variable, value: literal } = s;
    const before: Stmt[] = [];
    const isLate = (key: string | number): boolean => waiting.some((x) => x.key === key);
    const bare: Expr = literal.kind === "struct" ? { ...literal, fields: literal.fields.map((f) => (isLate(f.name) ? { ...f, value: UNDEFINED } : f)) }
      : literal.kind === "array" ? { ...literal, elements: literal.elements.map((x, i) => (isLate(i) ? { ...x, value: UNDEFINED } : x)) } : literal;
    const value = this.#definition(variable, bare, before, origin);
    const object = this.#data.variable(variable);
    for (const { key, value: given, behind } of waiting) {
      const due = this.#due.get(behind) ?? [];
      this.#due.set(behind, due);
      const held = this.#value(given, this.#flow.classOf(variable).part(typeof key === "string" ? key : ELEMENTS), due, origin);
      due.push(store(typeof key === "string" ? field(use(object), key) : element(use(object), constant(key)), held, origin));
    }
    return [...before, { ...s, variable: object, value }];
  }

  #definition(v: Var, e: Expr, out: Stmt[], origin: Origin): Expr {
    if (!holdsFunctions(v.type) || this.#flow.isForeign(use(v))) return this.#plain(e, out, origin);
    const at = this.#flow.classOf(v);
    const type = this.#data.type(typeOf(e).kind === "void" ? v.type : typeOf(e), at);
    switch (e.kind) {
      case "load": return { ...e, place: this.#place(e.place, out, origin), type };
      case "array": return { ...e, type, elements: e.elements.map((x) => ({ ...x, value: x.spread ? this.#plain(x.value, out, origin) : this.#value(x.value, at.part(ELEMENTS), out, origin) })) };
      case "struct": return { ...e, type, fields: e.fields.map((f) => ({ ...f, value: holdsFunctions(typeOf(f.value)) ? this.#value(f.value, at.part(f.name), out, origin) : this.#plain(f.value, out, origin) })) };
      case "op": return { ...e, type, args: e.args.map((a) => (holdsFunctions(typeOf(a)) ? this.#value(a, at, out, origin) : this.#plain(a, out, origin))) };
      case "copy": case "new": case "zeros": case "runtime": return { ...mapOperands(e, (x) => this.#plain(x, out, origin)), type } as Expr;
      default: return this.#value(e, at, out, origin, v.type);
    }
  }

  // ---------------------------------------------------------------------------------------------- calls

  #call(s: Call): Block {
    const { callee } = s;
    const result = s.result && this.#data.variable(s.result);
    const named = callee.kind === "function" ? this.#world.functionNamed(callee.func) : undefined;
    if (named?.func) return this.#apply(named, [], s, result);
    if (callee.kind !== "value") return this.#plainCall(s, result);
    const value = callee.value.kind === "derivative" ? callee.value.target : callee.value;
    const known = this.#world.known(value);
    if (known) return this.#apply(known.alternative, known.atoms, s, result);
    if (value.kind !== "var") return this.#plainCall(s, result);
    if (this.#flow.isForeign(value)) {
      if (walked(value.variable.type) !== null) this.findings.push(unknownGenerator(s.origin.span));
      return this.#plainCall(s, result);
    }
    // generators run once, where they are consumed: which one it is must be known
    if (walked(value.variable.type) !== null) this.findings.push(unknownGenerator(s.origin.span));
    const at = this.#flow.classOf(value.variable);
    const how = this.#data.representation(at);
    return how.kind === "foreign" ? this.#plainCall(s, result) : this.#dispatch(s, value.variable, at, how, result);
  }

  #plainCall(s: Call, result: Var | null): Block {
    const out: Stmt[] = [];
    const args = s.args.map((a) => this.#plain(a, out, s.origin));
    if (s.callee.kind !== "value") return [...out, { ...s, args, result }];
    const { method } = s.callee;
    if (method) return [...out, { ...s, callee: { kind: "external", name: `.${method.name}`, cell: null }, args: [this.#plain(method.receiver, out, s.origin), ...args], result }];
    return [...out, { ...s, callee: { kind: "value", value: this.#plain(s.callee.value, out, s.origin) }, args, result }];
  }

  /** a call of one function, with what it captures behind its arguments */
  #apply(a: Alternative, atoms: readonly Expr[], s: Call, result: Var | null): Block {
    const out: Stmt[] = [];
    const captured = this.#flow.captured(a).map((k) => this.#slotValue(a, k, atoms[k]!, out, s.origin));
    return [...out, ...this.#applyTo(a, captured, s, result)];
  }

  #applyTo(a: Alternative, captured: readonly Expr[], s: Call, result: Var | null): Block {
    const out: Stmt[] = [];
    const { origin } = s;
    const callee = s.callee.kind === "value" && s.callee.value.kind === "derivative" ? s.callee.value : null;
    if (callee) {
      const func = this.#target(a, captured);
      const type: Type = { kind: "function", params: func.params.map((p) => p.variable.type), result: func.resultType };
      const target = this.#supply.fresh(a.tag, type);
      out.push(define(target, { kind: "closure", func, type }, origin));
      return [...out, { ...s, callee: { kind: "value", value: { ...callee, target: use(target) } }, args: s.args.map((x) => this.#plain(x, out, origin)), result }];
    }
    const taken = (a.func ?? this.#functionOf(a.id))?.params ?? [];
    const passed = everyArgument(taken, s.args, this.#supply, out, origin);
    const args = taken.flatMap((p, i): Expr[] => {
      if (a.func && this.#isDropped(p)) return [];
      const given = passed[i]!;
      return [a.func && holdsFunctions(p.variable.type) ? this.#value(given, this.#flow.classOf(p.variable), out, origin) : this.#plain(given, out, origin)];
    });
    return [...out, { ...s, callee: { kind: "function", func: a.id }, args: [...args, ...captured], result }];
  }

  /** a function as the target of a marker, which takes a literal */
  #target(a: Alternative, captured: readonly Expr[]): Func {
    const from = a.func ?? this.#functionOf(a.id)!;
    const params = from.params.map((p): Param => ({ ...p, variable: this.#supply.like(p.variable, { mutable: false }) }));
    const result = from.resultType.kind === "void" ? null : this.#supply.fresh("value", from.resultType);
    const body: Stmt[] = [{ kind: "call", callee: { kind: "function", func: a.id }, args: [...params.map((p) => use(p.variable)), ...captured], result, origin: from.origin }];
    return { ...from, id: `${from.id}$target${this.#freshId()}`, params, body, result: result && use(result) };
  }

  // ---------------------------------------------------------------------------------------------- calls of one of several

  /** tests which function it is, and calls that */
  #dispatch(s: Call, v: Var, at: FunctionClass, how: Exclude<Representation, { readonly kind: "foreign" }>, result: Var | null): Block {
    const holder = this.#data.variable(v);
    const arms = this.#armsOf(at, holder, how, s);
    const mayBeAbsent = v.type.kind === "nullable" || at.content.absent || arms.length === 0;
    if (arms.length === 1 && !mayBeAbsent) return arms[0]!.run(result);
    const { origin } = s;
    const joined = result && this.#supply.like(result, { mutable: true });
    const run = (arm: Arm): Block => {
      if (!result || !joined) return arm.run(null);
      const own = this.#supply.like(result);
      return [...arm.run(own), assign(joined, use(own), origin)];
    };
    const last = mayBeAbsent ? this.#notAFunction(holder, origin) : run(arms.at(-1)!);
    const chain = this.#chain(mayBeAbsent ? arms : arms.slice(0, -1), last, holder, how, mayBeAbsent, run, origin);
    return [...(joined ? [define(joined, UNDEFINED, origin)] : []), ...chain, ...(result && joined ? [define(result, use(joined), origin)] : [])];
  }

  #armsOf(at: FunctionClass, holder: Var, how: Exclude<Representation, { readonly kind: "foreign" }>, s: Call): Arm[] {
    const { origin } = s;
    const { alternatives, unknown } = at.content;
    const read = (name: string, type: Type, out: Stmt[], like: string): Expr => {
      const variable = this.#supply.fresh(like, type);
      out.push(define(variable, load(field(use(holder), name), type), origin));
      return use(variable);
    };
    const arms = inOrder(alternatives).map((a): Arm => ({ tag: a.tag, run: (result) => {
      const out: Stmt[] = [];
      const captured = how.kind === "name" ? [] : this.#flow.captured(a).map((k) => {
        const slot = this.#data.variable(a.slots[k]!.variable);
        return read(how.fieldOf.get(a.slots[k]!.variable)!, slot.type, out, slot.name);
      });
      return [...out, ...this.#applyTo(a, captured, s, result)];
    } }));
    if (unknown === null) return arms;
    return [...arms, { tag: GIVEN, run: (result) => {
      const out: Stmt[] = [];
      const given = read(GIVEN, unknown, out, holder.name);
      return [...out, ...this.#plainCall({ ...s, callee: { kind: "value", value: given } }, result)];
    } }];
  }

  /** `if (kind === "a") … else if (kind === "b") … else last`; whether it is absent is asked first, which is known where it was asked before */
  #chain(arms: readonly Arm[], last: Block, holder: Var, how: Exclude<Representation, { readonly kind: "foreign" }>, mayBeAbsent: boolean, run: (arm: Arm) => Block, origin: Origin): Block {
    if (mayBeAbsent && arms.length > 0) {
      const isMissing = this.#supply.fresh("isMissing", BOOLEAN);
      const present = this.#chain(arms.slice(0, -1), run(arms.at(-1)!), holder, how, false, run, origin);
      return [define(isMissing, op("isNullish", [use(holder)], BOOLEAN), origin), branch(use(isMissing), last, present, origin)];
    }
    if (arms.length === 0) return last;
    const out: Stmt[] = [];
    let name: Expr = use(holder);
    if (how.kind === "record") {
      const kind = this.#supply.fresh("kind", STRING);
      out.push(define(kind, load(field(use(holder), NAME), STRING), origin));
      name = use(kind);
    }
    let rest = last;
    for (const arm of [...arms].reverse()) {
      const is = this.#supply.fresh("isEqual", BOOLEAN);
      rest = [define(is, op("===", [name, constant(arm.tag)], BOOLEAN), origin), branch(use(is), run(arm), rest, origin)];
    }
    return [...out, ...rest];
  }

  #notAFunction(holder: Var, origin: Origin): Block {
    const error = this.#supply.fresh("error", { kind: "opaque", text: "TypeError" });
    return [
      { kind: "call", callee: { kind: "external", name: "new TypeError", cell: null }, args: [constant(`${holder.name === "" ? "this" : holder.name} is not a function`)], result: error, origin },
      { kind: "throw", value: use(error), origin },
    ];
  }
}

type Call = Stmt & { readonly kind: "call" };

interface Arm {
  readonly tag: string;
  /** the call of this function, its result in the variable */
  readonly run: (result: Var | null) => Block;
}
