// The Jacobian by columns, in forward mode: the function runs once, and beside each active number stand its derivatives with respect to all
// numbers of the input, a direction for each (*lanes*; transform/lanes.ts tells apart what runs once and what runs for each). What is written
// here is the text for one direction, number `lane`: its unit tangent, the sweep, and where its numbers go in the result.
// Assumes facts with respect to the given parameters. Guarantees code for `distribute`, and the result's shape and types as rows.ts makes them.
import type { Block, Expr, Func, Origin, Place, Request, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, element, isConst, keysOf, length, load, ONE, op, REAL, runtimeCall, store, STRING, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { isTupleOfNumbers } from "../ir/facts.ts";
import { mapStmt } from "../ir/walk.ts";
import { CompilerBug } from "../diagnostics/diagnostic.ts";
import { isNumber } from "./directions.ts";
import { numberOf } from "../rules/simplify.ts";
import { isDifferentiable, NULL, zeroLike } from "./companion.ts";
import { lanesOf } from "./lanes.ts";
import { requireDisjoint } from "./disjoint.ts";
import { partsOf, type Shaper } from "./shape.ts";
import { Tangent, type TangentShared } from "./tangent.ts";

/** the directions that are carried at once */
export interface Carried {
  readonly lane: Var;
  /** the function runs again for every so many; null where it runs once, for all */
  readonly atOnce: number | null;
}

/** The text for one direction; `carried`: for one of several, whose number is said by a statement that `takeCount` takes out again. */
export const deriveColumns = (func: Func, wrt: Request["wrt"], indices: readonly number[], carried: Carried | null, shared: TangentShared, shaper: Shaper): Func =>
  new ColumnWriter(func, wrt, indices, carried, shared, shaper).derive(func.result ?? UNDEFINED);

const COUNT = "requireLanes";

/** the function without the statement that says how many directions are carried at once, and the number */
export function takeCount(func: Func): { readonly func: Func; readonly count: Expr } {
  let count: Expr | undefined;
  const without = (block: Block): Block => block.flatMap((s) => {
    if (s.kind !== "call" || s.callee.kind !== "external" || s.callee.name !== `cotangent:${COUNT}`) return [mapStmt(s, (e) => e, without)];
    count = s.args[0];
    return [];
  });
  const body = without(func.body);
  if (count === undefined) throw new CompilerBug("columns", "no count of directions");
  return { func: { ...func, body }, count };
}

/** the directions that belong to one parameter */
interface Input {
  readonly variable: Var;
  /** a number, a list of nothing but numbers (as many as its type says, or as it has), anything else with numbers, or nothing that has a derivative */
  readonly form: "number" | "tuple" | "flat" | "structure" | "nothing";
  /** the number of the first direction */
  readonly first: Expr;
  /** flat: how many there are */
  readonly size: Expr;
  /** structure: zeros in the shape that the argument had at entry */
  readonly template: Expr;
}

/** a number that is counted in the text where it is constant, and when the code runs elsewhere */
interface Counter {
  at: Expr;
}

const isMutable = (e: Expr): boolean => e.kind === "var" && e.variable.mutable;

type Visit = (place: Place, index: Expr, out: Stmt[]) => void;

class ColumnWriter {
  readonly #func: Func;
  readonly #isSingle: boolean;
  readonly #indices: readonly number[];
  readonly #lane: Expr | null;
  readonly #atOnce: number | null;
  /** the number of the direction among all: a run for some of them starts at a later one */
  #column: Expr | null;
  /** where this run starts */
  #first: Expr | null = null;
  /** how many directions there are */
  #count: Expr = ZERO;
  readonly #shared: TangentShared;
  readonly #shaper: Shaper;
  readonly #origin: Origin;

  constructor(func: Func, wrt: Request["wrt"], indices: readonly number[], carried: Carried | null, shared: TangentShared, shaper: Shaper) {
    this.#func = func;
    this.#isSingle = typeof wrt === "number";
    this.#indices = indices;
    this.#lane = carried && use(carried.lane);
    this.#column = this.#lane;
    this.#atOnce = carried?.atOnce ?? null;
    this.#shared = shared;
    this.#shaper = shaper;
    this.#origin = func.origin;
  }

  derive(value: Expr): Func {
    const { supply } = this.#shared;
    const out: Stmt[] = [];
    requireDisjoint(this.#func, this.#indices, this.#shared.writes, supply, out);
    const counter: Counter = { at: ZERO };
    const inputs = this.#indices.map((i) => this.#input(this.#func.params[i]!.variable, counter, out));
    this.#count = isMutable(counter.at) ? this.#make("count", counter.at, out) : counter.at;
    const rows = this.#finished(this.#atOnce === null ? this.#run(value, inputs, this.#count, null, out) : this.#inParts(value, inputs, this.#atOnce, out), typeOf(value), inputs, out);
    return { ...this.#func, body: out, result: rows, resultType: typeOf(rows), resultText: null };
  }

  /** the sweep with tangents; gives rows in the order of directions, which are made here where there are none yet */
  #run(value: Expr, inputs: readonly Input[], lanes: Expr, rows: Var | null, out: Stmt[]): Expr {
    const { supply } = this.#shared;
    if (this.#lane) out.push(runtimeCall(COUNT, [lanes], this.#origin));
    const tangent = new Tangent(this.#shared);
    this.#seed(inputs, lanes, tangent, out);
    out.push(...supply.inLanes(() => {
      const swept = tangent.block(this.#func.body);
      return [...tangent.entries, ...swept];
    }));
    return this.#rows(value, tangent, inputs, rows, out);
  }

  /** a run for every so many directions: the first makes the rows */
  #inParts(value: Expr, inputs: readonly Input[], atOnce: number, out: Stmt[]): Expr {
    const { supply } = this.#shared;
    const first = supply.fresh("first", REAL);
    const body: Stmt[] = [];
    this.#first = use(first);
    const rest = this.#make("rest", op("-", [this.#count, this.#first]), body);
    const lanes = this.#make("lanes", op("Math.min", [constant(atOnce), rest]), body);
    this.#column = this.#make("column", op("+", [this.#first, this.#lane ?? ZERO]), body);
    const rows = supply.fresh("rows", this.#shaper.typeWith(typeOf(value), this.#rowType(inputs)), true);
    out.push(define(rows, UNDEFINED, this.#origin));
    this.#run(value, inputs, lanes, rows, body);
    // also where there are no directions, since there may be rows
    const stop = this.#make("stop", op("Math.max", [this.#count, ONE]), out);
    out.push({ kind: "loop", header: { kind: "counted", index: first, start: ZERO, stop, compare: "<", step: atOnce }, body, origin: this.#origin });
    return use(rows);
  }

  // ------------------------------------------------------------------------------------------------ input

  #input(variable: Var, counter: Counter, out: Stmt[]): Input {
    const t = variable.type;
    // what is counted further is another variable
    const first = isMutable(counter.at) ? this.#make("first", counter.at, out) : counter.at;
    counter.at = first;
    const none = { variable, first, size: ONE, template: UNDEFINED };
    if (!isDifferentiable(t)) return { ...none, form: "nothing" };
    if (isNumber(t)) {
      counter.at = this.#plus(first, ONE, out);
      return { ...none, form: "number" };
    }
    if (t.kind === "array" && t.element.kind === "real") {
      const size = this.#make("size", length(use(variable)), out);
      counter.at = this.#plus(first, size, out);
      return { ...none, form: "flat", size };
    }
    if (isTupleOfNumbers(t)) {
      counter.at = this.#plus(first, constant(t.elements.length), out);
      return { ...none, form: "tuple", size: constant(t.elements.length) };
    }
    const template = this.#make(`${variable.name}Zeros`, { kind: "zeros", like: use(variable), type: this.#shared.types.of(t) }, out);
    this.#eachNumber(t, template, counter, () => {}, out);
    return { ...none, form: "structure", template };
  }

  /** visits the numbers of something of the shape of a companion */
  #eachNumber(t: Type, whole: Expr, counter: Counter, visit: Visit, out: Stmt[]): void {
    const at = (type: Type, place: Place, body: Stmt[]): void => {
      if (!isDifferentiable(type)) return;
      const missable = type.kind === "nullable";
      if (isNumber(type) && !missable) {
        visit(place, counter.at, body);
        counter.at = this.#next(counter.at, body);
        return;
      }
      const held = this.#make("part", load(place, missable ? { kind: "nullable", inner: this.#shared.types.of(type.inner), nothing: type.nothing } : this.#shared.types.of(type), missable), body);
      if (!missable) return this.#eachNumber(type, held, counter, visit, body);
      this.#counting(counter, body);
      const present: Stmt[] = [];
      if (isNumber(type.inner)) at(type.inner, place, present);
      else this.#eachNumber(type.inner, this.#make("part", held, present, this.#shared.types.of(type.inner)), counter, visit, present);
      body.push(branch(this.#make("isMissing", op("isNullish", [held], BOOLEAN), body), [], present, this.#origin));
    };
    switch (t.kind) {
      case "array": this.#counting(counter, out); this.#loop(this.#make("count", length(whole), out), (i, body) => at(t.element, element(whole, i), body), out); return;
      case "map": {
        const key = t.container === "Object" ? STRING : t.key;
        const keys = this.#make("keys", keysOf(whole, key), out);
        this.#counting(counter, out);
        this.#loop(this.#make("count", length(keys), out), (i, body) => at(t.value, element(whole, this.#make("key", load(element(keys, i), key), body)), body), out);
        return;
      }
      case "tuple": case "struct":
        for (const x of partsOf(t)) at(x.optional && x.type.kind !== "nullable" ? { kind: "nullable", inner: x.type, nothing: ["undefined"] } : x.type, x.of(whole), out);
        return;
      case "nullable": {
        this.#counting(counter, out);
        const present: Stmt[] = [];
        this.#eachNumber(t.inner, this.#make("part", whole, present, this.#shared.types.of(t.inner)), counter, visit, present);
        out.push(branch(this.#make("isMissing", op("isNullish", [whole], BOOLEAN), out), [], present, this.#origin));
        return;
      }
      default: return;
    }
  }

  /** from here on the count is a variable: what follows runs an unknown number of times */
  #counting(counter: Counter, out: Stmt[]): void {
    if (isMutable(counter.at)) return;
    const at = this.#shared.supply.fresh("at", REAL, true);
    out.push(define(at, counter.at, this.#origin));
    counter.at = use(at);
  }

  #next(at: Expr, out: Stmt[]): Expr {
    if (at.kind !== "var" || !at.variable.mutable) return this.#plus(at, ONE, out);
    out.push(assign(at.variable, this.#make("next", op("+", [at, ONE]), out), this.#origin));
    return at;
  }

  /** the unit tangent of this direction */
  #seed(inputs: readonly Input[], count: Expr, tangent: Tangent, out: Stmt[]): void {
    for (const p of this.#func.params) {
      const v = p.variable;
      if (!tangent.isActive(use(v))) continue;
      const input = inputs.find((x) => x.variable === v);
      if (input?.form === "number") tangent.setDot(v, this.#unit(v, input, count, out));
      else if (input?.form === "tuple") tangent.setDot(v, this.#unitTuple(v, input, count, out));
      else {
        const dot = this.#own(`${v.name}Dot`, { kind: "zeros", like: use(v), type: this.#shared.types.of(v.type) }, out);
        tangent.setDot(v, dot);
        if (input) this.#seedInto(input, dot, inputs.every((x) => x === input || x.form === "nothing"), out);
      }
    }
  }

  /** 1 in one direction, 0 in the others */
  #unit(v: Var, { first }: Input, count: Expr, out: Stmt[]): Expr {
    if (this.#lane === null) return ONE;
    if (this.#atOnce !== null) return this.#make(`${v.name}Dot`, op("select", [this.#make("isOwn", op("===", [this.#column!, first], BOOLEAN), out), ONE, ZERO]), out);
    const all = this.#make(`${v.name}Dots`, { kind: "new", length: count, zeroed: true, type: lanesOf(REAL) }, out);
    out.push(store(element(all, first), ONE, this.#origin));
    return this.#make(`${v.name}Dot`, load(element(all, this.#lane), REAL), out);
  }

  #unitTuple(v: Var, { first, size }: Input, count: Expr, out: Stmt[]): Expr {
    const units = Array.from({ length: numberOf(size) ?? 0 }, (_, i) => this.#unit({ ...v, name: `${v.name}${i}` }, { variable: v, form: "number", first: this.#plus(first, constant(i), out), size: ONE, template: UNDEFINED }, count, out));
    return this.#own(`${v.name}Dot`, { kind: "array", type: this.#shared.types.of(v.type), elements: units.map((value) => ({ value, spread: false })) }, out);
  }

  #seedInto(input: Input, dot: Expr, isOnly: boolean, out: Stmt[]): void {
    const lane = this.#column;
    if (input.form === "structure") {
      this.#eachNumber(input.variable.type, dot, { at: input.first }, (place, index, body) => {
        if (lane === null) body.push(store(place, ONE, this.#origin));
        else body.push(branch(this.#make("isOwn", op("===", [lane, index], BOOLEAN), body), [store(place, ONE, this.#origin)], [], this.#origin));
      }, out);
      return;
    }
    if (input.form !== "flat" || lane === null) return;
    if (isOnly) {
      out.push(store(element(dot, lane), ONE, this.#origin));
      return;
    }
    const own = isConst(input.first, 0) ? lane : this.#make("own", op("-", [lane, input.first]), out);
    const isBelow = this.#make("isBelow", op("<", [own, input.size], BOOLEAN), out);
    const set = [store(element(dot, own), ONE, this.#origin)];
    if (isConst(input.first, 0)) out.push(branch(isBelow, set, [], this.#origin));
    else out.push(branch(this.#make("isOwn", op(">=", [own, ZERO], BOOLEAN), out), [branch(isBelow, set, [], this.#origin)], [], this.#origin));
  }

  // ------------------------------------------------------------------------------------------------ output

  /** the output's structure with what is known of the derivative of the number in place of each number: all of it, or entries in the order of directions */
  #rows(value: Expr, tangent: Tangent, inputs: readonly Input[], held: Var | null, out: Stmt[]): Expr {
    const t = typeOf(value);
    if (!isDifferentiable(t)) return constant(null);
    const dot = this.#tangentOf(value, tangent, out);
    const shaper = this.#shaper;
    const column = this.#column;
    if (column === null) {
      return shaper.build(t, { value, beside: dot, typeBeside: (x) => this.#shared.types.of(x), leafType: this.#derivativeType(inputs), leaf: (own, body) => this.#derivative(inputs, () => own, body) }, out);
    }
    const rowType = this.#rowType(inputs);
    const making: Stmt[] = [];
    const empty: Expr = rowType.kind === "tuple" ? { kind: "array", type: rowType, elements: rowType.elements.map(() => ({ value: ZERO, spread: false })) } : { kind: "new", length: this.#count, zeroed: true, type: rowType };
    const made = shaper.build(t, { value, beside: null, typeBeside: () => REAL, leafType: rowType, leaf: (_, body) => this.#make("row", empty, body) }, making);
    if (held === null) out.push(...making);
    else out.push(branch(this.#make("isFirst", op("===", [this.#first ?? ZERO, ZERO], BOOLEAN), out), [...making, assign(held, made, this.#origin)], [], this.#origin));
    const rows = held === null ? made : use(held);
    const stores: Stmt[] = [];
    shaper.visit(t, { value, rows, dot, rowType, later: stores, store: (row, own) => store(element(row, column), own, this.#origin) }, out);
    out.push(...stores);
    return rows;
  }

  #rowType(inputs: readonly Input[]): Type {
    return this.#isInOrder(inputs) ? this.#derivativeType(inputs) : { kind: "array", array: "Array", element: REAL };
  }

  /** with derivatives shaped as the input, where they are not yet */
  #finished(rows: Expr, t: Type, inputs: readonly Input[], out: Stmt[]): Expr {
    if (this.#lane === null || this.#isInOrder(inputs) || !isDifferentiable(t)) return rows;
    const typeInRows = (x: Type): Type => this.#shaper.typeWith(x, this.#rowType(inputs));
    return this.#shaper.build(t, {
      value: rows, typeOf: typeInRows, beside: rows, typeBeside: typeInRows, leafType: this.#derivativeType(inputs),
      leaf: (row, body) => this.#derivative(inputs, (index, at) => this.#make("entry", load(element(row, index), REAL), at), body),
    }, out);
  }

  /** are derivatives lists of as many numbers as there are directions? */
  #isInOrder(inputs: readonly Input[]): boolean {
    const [only] = inputs;
    return this.#isSingle ? only?.form === "flat" || only?.form === "tuple" : inputs.every((x) => x.form === "number");
  }

  #tangentOf(value: Expr, tangent: Tangent, out: Stmt[]): Expr {
    return tangent.isActive(value) ? tangent.dot(value) : this.#shared.supply.inLanes(() => zeroLike(value, this.#shared, out, this.#origin));
  }

  #derivativeType(inputs: readonly Input[]): Type {
    const parts = inputs.map((x) => this.#partType(x));
    return this.#isSingle ? parts[0] ?? NULL : { kind: "tuple", elements: parts };
  }

  #partType({ form, variable: { type } }: Input): Type {
    if (form === "nothing") return NULL;
    return type.kind === "array" && type.array === "Float32Array" ? { kind: "array", array: "Float32Array", element: REAL } : this.#shared.types.of(type);
  }

  /** shaped as the input; `entry`: the derivative with respect to a number of it */
  #derivative(inputs: readonly Input[], entry: (index: Expr, out: Stmt[]) => Expr, out: Stmt[]): Expr {
    const parts = inputs.map((x) => this.#part(x, entry, out));
    const [only] = parts;
    if (this.#isSingle) return only ?? constant(null);
    return this.#make("gradients", { kind: "array", type: this.#derivativeType(inputs), elements: parts.map((value) => ({ value, spread: false })) }, out);
  }

  #part(input: Input, entry: (index: Expr, out: Stmt[]) => Expr, out: Stmt[]): Expr {
    const type = this.#partType(input);
    const name = `${input.variable.name}Row`;
    switch (input.form) {
      case "nothing": return constant(null);
      case "number": return entry(input.first, out);
      case "tuple": {
        const elements = Array.from({ length: numberOf(input.size) ?? 0 }, (_, i) => ({ value: entry(this.#plus(input.first, constant(i), out), out), spread: false }));
        return this.#make(name, { kind: "array", type, elements }, out);
      }
      case "flat": {
        const made = this.#make(name, { kind: "new", length: input.size, zeroed: true, type }, out);
        this.#loop(input.size, (i, body) => body.push(store(element(made, i), entry(this.#plus(input.first, i, body), body), this.#origin)), out);
        return made;
      }
      case "structure": {
        const made = this.#make(name, { kind: "zeros", like: input.template, type }, out);
        this.#eachNumber(input.variable.type, made, { at: input.first }, (place, index, body) => { body.push(store(place, entry(index, body), this.#origin)); }, out);
        return made;
      }
    }
  }

  // ------------------------------------------------------------------------------------------------ text

  #loop(count: Expr, make: (index: Expr, body: Stmt[]) => void, out: Stmt[]): void {
    const index = this.#shared.supply.fresh("k", REAL);
    const body: Stmt[] = [];
    make(use(index), body);
    out.push({ kind: "loop", header: { kind: "counted", index, start: ZERO, stop: count, compare: "<", step: 1 }, body, origin: this.#origin });
  }

  #plus(a: Expr, b: Expr, out: Stmt[]): Expr {
    if (isConst(a, 0)) return b;
    if (a.kind === "const" && b.kind === "const") return constant(Number(a.value) + Number(b.value));
    return this.#make("at", op("+", [a, b]), out);
  }

  /** an object of which each direction has its own */
  #own(name: string, value: Expr, out: Stmt[]): Expr {
    return this.#shared.supply.inLanes(() => this.#make(name, value, out));
  }

  #make(name: string, value: Expr, out: Stmt[], type: Type = typeOf(value)): Expr {
    const made = this.#shared.supply.fresh(name, type);
    out.push(define(made, value, this.#origin));
    return use(made);
  }
}
