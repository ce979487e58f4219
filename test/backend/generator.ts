// Random functions in the versioned stage: straight lines, branches, loops of all kinds with joins and snapshots, loads, stores,
// accumulations, local arrays. Indices stay in range, loops end. The same seed makes the same function.
import type { Block, Expr, Func, Origin, Stmt, Var } from "../../packages/compiler/src/ir/ir.ts";
import { BOOLEAN, length, load } from "../../packages/compiler/src/ir/build.ts";
import type { Random } from "../harness/random.ts";
import { $, at, dot, EFFECT, FLOATS, num, NUMBERS, ops, POINT, ROWS, Writer } from "./writing.ts";

/** every array of a generated function has this many elements */
export const SIZE = 4;

interface Scope {
  readonly reals: readonly Expr[];
  readonly booleans: readonly Var[];
  /** variables that hold an index in range */
  readonly indices: readonly Var[];
  readonly arrays: readonly Var[];
  readonly matrices: readonly Var[];
  readonly points: readonly Var[];
  /** a function that has effects and returns a number */
  readonly effect: Var;
}

/** joins of the constructs around, and what ends the block at hand */
type End = (scope: Scope) => Block;

export interface Flavor {
  /** names of values: some end in Bar, where sums have no order and zeros no sign */
  readonly names: readonly string[];
  /** only derivative code accumulates */
  readonly accumulates: boolean;
}

export class Generator {
  readonly w: Writer = new Writer();
  readonly #random: Random;
  readonly #flavor: Flavor;
  #budget = 60;

  constructor(random: Random, flavor: Flavor) {
    this.#random = random;
    this.#flavor = flavor;
  }

  func(): Func {
    const { w } = this;
    const [a, b] = [w.variable("a"), w.variable("b")];
    const [x, y] = [w.variable("x", FLOATS), w.variable("y", NUMBERS)];
    const [m, o, effect] = [w.variable("m", ROWS), w.variable("o", POINT), w.variable("effect", EFFECT)];
    const scope: Scope = { reals: [$(a), $(b)], booleans: [], indices: [], arrays: [x, y], matrices: [m], points: [o], effect };
    const made = this.#block(scope, 3);
    const result = this.#real(made.scope);
    return w.func("generated", [a, b, x, y, m, o, effect], made.block, result);
  }

  #name(): string {
    return this.#random.pick(this.#flavor.names);
  }

  #real(scope: Scope): Expr {
    return this.#random.chance(0.15) ? num(this.#random.pick([0, 1, -1, 2, 0.5, 3, -0])) : this.#random.pick(scope.reals);
  }

  #index(scope: Scope): Expr {
    return scope.indices.length > 0 && this.#random.chance(0.75) ? $(this.#random.pick(scope.indices)) : num(this.#random.below(SIZE));
  }

  #block(scope: Scope, depth: number, end: End = () => []): { block: Block; scope: Scope } {
    const out: Stmt[] = [];
    let inner = scope;
    const count = 2 + this.#random.below(5);
    for (let i = 0; i < count; i++) {
      const made = this.#statement(inner, depth);
      out.push(...made.block);
      inner = made.scope;
    }
    return { block: [...out, ...end(inner)], scope: inner };
  }

  #statement(scope: Scope, depth: number): { block: Block; scope: Scope } {
    const random = this.#random;
    this.#budget--;
    const nested = depth > 0 && this.#budget > 0;
    const dice = random.uniform();
    if (nested && dice < 0.12) return this.#if(scope, depth);
    if (nested && dice < 0.27) return this.#counted(scope, depth);
    if (nested && dice < 0.33) return this.#forever(scope, depth);
    if (dice < 0.35) return this.#call(scope);
    if (dice < 0.45) return this.#memory(scope);
    if (dice < 0.5) return this.#test(scope);
    if (dice < 0.55) return this.#allocation(scope);
    return this.#operation(scope);
  }

  #define(scope: Scope, value: Expr, origin?: Origin): { block: Block; scope: Scope } {
    const v = this.w.variable(this.#name());
    return { block: [this.w.let(v, value, origin)], scope: { ...scope, reals: [...scope.reals, $(v)] } };
  }

  #operation(scope: Scope): { block: Block; scope: Scope } {
    const random = this.#random;
    const a = this.#real(scope);
    const b = this.#real(scope);
    const [array] = [random.pick(scope.arrays)];
    const test = scope.booleans.length > 0 ? $(random.pick(scope.booleans)) : null;
    const values: readonly (() => Expr)[] = [
      () => ops("+", a, b), () => ops("+", a, b), () => ops("-", a, b), () => ops("*", a, b), () => ops("*", a, b), () => ops("/", a, b), () => ops("neg", a),
      () => ops("Math.abs", a), () => ops("Math.max", a, b), () => ops("Math.sin", a), () => at(array, this.#index(scope)), () => at(array, this.#index(scope)), () => length($(array)),
      () => load(dot($(random.pick(scope.points)), random.pick(["p", "q"])), { kind: "real" }),
      () => (test ? ops("select", test, a, b) : ops("+", a, b)),
    ];
    return this.#define(scope, random.pick(values)());
  }

  #test(scope: Scope): { block: Block; scope: Scope } {
    const random = this.#random;
    const v = this.w.variable("test", BOOLEAN);
    const known = scope.booleans.length > 0 && random.chance(0.4) ? $(random.pick(scope.booleans)) : null;
    const value = known ? (random.chance(0.5) ? ops("!", known) : ops(random.pick(["&&", "||"]), known, $(random.pick(scope.booleans)))) : ops(random.pick(["<", "<=", ">", "===", "!=="]), this.#real(scope), this.#real(scope));
    return { block: [this.w.let(v, value)], scope: { ...scope, booleans: [...scope.booleans, v] } };
  }

  #memory(scope: Scope): { block: Block; scope: Scope } {
    const random = this.#random;
    const array = random.pick(scope.arrays);
    const index = this.#index(scope);
    const value = this.#real(scope);
    const { w } = this;
    const origin = w.statement();
    if (random.chance(0.2)) return { block: [{ kind: "store", place: dot($(random.pick(scope.points)), random.pick(["p", "q"])), value, origin }], scope };
    if (random.chance(0.1)) return { block: [{ kind: "store", place: { kind: "element", base: $(random.pick(scope.matrices)), index }, value: $(random.pick(scope.arrays.filter((v) => v.type === NUMBERS))), origin }], scope };
    if (random.chance(0.1)) return { block: [{ kind: "mutate", operation: "fill", array: $(array), args: [value], result: null, origin }], scope };
    return { block: [random.chance(0.6) || !this.#flavor.accumulates ? this.w.store(array, index, value) : this.w.add(array, index, value)], scope };
  }

  #call(scope: Scope): { block: Block; scope: Scope } {
    const result = this.w.variable(this.#name());
    const call: Stmt = { kind: "call", callee: { kind: "value", value: $(scope.effect) }, args: [this.#real(scope)], result, origin: this.w.statement() };
    return { block: [call], scope: { ...scope, reals: [...scope.reals, $(result)] } };
  }

  #allocation(scope: Scope): { block: Block; scope: Scope } {
    const random = this.#random;
    if (random.chance(0.25)) {
      const point = this.w.variable("point", POINT);
      const fields = [{ name: "p", value: this.#real(scope) }, { name: "q", value: this.#real(scope) }];
      return { block: [this.w.let(point, { kind: "struct", fields, type: POINT })], scope: { ...scope, points: [...scope.points, point] } };
    }
    if (random.chance(0.4)) {
      const row = this.w.variable("row", NUMBERS);
      return { block: [this.w.let(row, at(random.pick(scope.matrices), this.#index(scope), NUMBERS))], scope: { ...scope, arrays: [...scope.arrays, row] } };
    }
    const type = random.pick([FLOATS, NUMBERS]);
    const v = this.w.variable("local", type);
    const value: Expr = random.chance(0.6)
      ? { kind: "new", length: num(SIZE), zeroed: true, type }
      : { kind: "copy", source: $(random.pick(scope.arrays.filter((x) => x.type === type))), start: null, end: null, type };
    return { block: [this.w.let(v, value)], scope: { ...scope, arrays: [...scope.arrays, v] } };
  }

  // ---------------------------------------------------------------------------------------------- joins

  #joins(scope: Scope): { joins: Var[]; declare: Block } {
    const joins = Array.from({ length: this.#random.below(4) }, () => this.w.join(this.#name()));
    return { joins, declare: joins.map((j) => this.w.let(j, this.#real(scope))) };
  }

  #assigns(joins: readonly Var[], scope: Scope): Block {
    return joins.flatMap((j) => (this.#random.chance(0.75) ? [this.w.set(j, this.#real(scope))] : []));
  }

  #if(scope: Scope, depth: number): { block: Block; scope: Scope } {
    const tested = this.#test(scope);
    const test = tested.scope.booleans.at(-1)!;
    const { joins, declare } = this.#joins(scope);
    const end: End = (s) => this.#assigns(joins, s);
    const then = this.#block(tested.scope, depth - 1, end).block;
    const otherwise = this.#random.chance(0.6) ? this.#block(tested.scope, depth - 1, end).block : [];
    return { block: [...tested.block, ...declare, this.w.if(test, then, otherwise)], scope: { ...tested.scope, reals: [...tested.scope.reals, ...joins.map($)] } };
  }

  #snapshots(joins: readonly Var[], scope: Scope): { block: Block; scope: Scope } {
    const snapshots = joins.map((j) => this.w.variable(j.name));
    return { block: snapshots.map((s, i) => this.w.let(s, $(joins[i]!))), scope: { ...scope, reals: [...scope.reals, ...snapshots.map($)] } };
  }

  #counted(scope: Scope, depth: number): { block: Block; scope: Scope } {
    const { joins, declare } = this.#joins(scope);
    const index = this.w.variable(this.#random.pick(["i", "j"]));
    const inner = this.#snapshots(joins, { ...scope, indices: [...scope.indices, index], reals: [...scope.reals, $(index)] });
    const end: End = (s) => this.#assigns(joins, s);
    const body = this.#random.chance(0.25) ? this.#leaving(inner.scope, depth - 1, end) : this.#block(inner.scope, depth - 1, end).block;
    const down = this.#random.chance(0.3);
    const loop = down ? this.w.down(index, num(SIZE - 1), num(0), [...inner.block, ...body]) : this.w.for(index, num(0), num(this.#random.pick([SIZE, SIZE, 1, 0])), [...inner.block, ...body]);
    return { block: [...declare, loop], scope: { ...scope, reals: [...scope.reals, ...joins.map($)] } };
  }

  /** a body that may break at its end */
  #leaving(scope: Scope, depth: number, end: End): Block {
    const made = this.#block(scope, depth);
    const tested = this.#test(made.scope);
    const test = tested.scope.booleans.at(-1)!;
    const rest = this.#block(tested.scope, depth - 1, end).block;
    const leave = [...end(tested.scope), this.w.break()];
    return [...made.block, ...tested.block, this.#random.chance(0.5) ? this.w.if(test, leave, rest) : this.w.if(test, rest, leave)];
  }

  /** an endless loop with a counter, so that it ends */
  #forever(scope: Scope, depth: number): { block: Block; scope: Scope } {
    const { w } = this;
    const { joins, declare } = this.#joins(scope);
    const count = w.join("count");
    const [now, next, test] = [w.variable("count"), w.variable("count"), w.variable("test", BOOLEAN)];
    const inner = this.#snapshots(joins, { ...scope, reals: [...scope.reals, $(now)], indices: [...scope.indices, now] });
    const end: End = (s) => [...this.#assigns(joins, s), w.let(next, ops("+", $(now), num(1))), w.set(count, $(next))];
    const body = this.#block(inner.scope, depth - 1, end).block;
    const head = [w.let(now, $(count)), w.let(test, ops("<", $(now), num(SIZE - 1)))];
    const first = this.#random.chance(0.5);
    const before = first ? [] : this.#block({ ...inner.scope, indices: scope.indices, reals: inner.scope.reals.filter((e) => e.kind !== "var" || e.variable !== now) }, 0).block;
    const loop = w.forever([...inner.block, ...before, ...head, w.if(test, body, [...this.#assigns(joins, inner.scope), w.break()])]);
    return { block: [...declare, w.let(count, num(0)), loop], scope: { ...scope, reals: [...scope.reals, ...joins.map($), $(count)] } };
  }
}
