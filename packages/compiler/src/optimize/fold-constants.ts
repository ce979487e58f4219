// Folds constants and identities: what remains computes the same values with fewer operations.
// Assumes the versioned stage. Primal bits never change: identities hold for NaN, infinities and both zeros; those that forget the
// sign of a zero apply to derivative variables alone (`isDerivative`). Library functions stay: their digits are the engine's.
import type { Block, Expr, Func, Stmt, Type, Var } from "../ir/ir.ts";
import { asNothing, BOOLEAN, constant, isConst, op, typeOf, ZERO } from "../ir/build.ts";
import { assignedInClosures } from "../ir/variables.ts";
import { kept, mapOperands, mapStmt, substitute, visitStatements } from "../ir/walk.ts";
import { GrowingBlock } from "./growing-block.ts";
import { isZeroEntry } from "../rules/runtime.ts";
import { constantsAmong, holderOf, isArithmetic, isDerivative, isEntry, isRealTyped, sameExpr } from "../ir/facts.ts";
import { ObjectKinds } from "./object-kinds.ts";
import { possibleKinds, PrimitiveKinds } from "./primitive-kinds.ts";
import { type Constant, evaluate, NOT_CONSTANT } from "./evaluate.ts";

export function foldConstants(func: Func): Func {
  const folder = new Folder(func);
  const body = folder.settle(folder.block(func.body, false));
  const result = func.result && folder.atom(func.result);
  return body === func.body && result === func.result ? func : { ...func, body, result };
}

type Op = Expr & { readonly kind: "op" };

/** variables that are assigned constants alone, and other such variables: which */
function constantsOf(func: Func): Map<Var, ReadonlySet<unknown>> {
  const found = new Map<Var, Set<unknown>>();
  const others = assignedInClosures(func.body);
  const copies: (readonly [to: Var, from: Var])[] = [];
  visitStatements(func.body, (s) => {
    if ((s.kind !== "let" && s.kind !== "assign") || !s.variable.mutable) return;
    const { variable, value } = s;
    const values = found.get(variable) ?? new Set();
    found.set(variable, values);
    if (value.kind === "const") values.add(value.value);
    else if (value.kind === "var" && value.variable.mutable) copies.push([variable, value.variable]);
    else others.add(variable);
  });
  for (const v of others) found.delete(v);
  for (let isChanged = copies.length > 0; isChanged;) {
    isChanged = false;
    for (const [to, from] of copies) {
      const values = found.get(to);
      if (values === undefined) continue;
      const before = values.size;
      const given = found.get(from);
      if (given === undefined) found.delete(to);
      else for (const x of given) values.add(x);
      isChanged ||= given === undefined || values.size > before;
    }
  }
  return found;
}

class Folder {
  /** what operations define single variables, to see through operands */
  readonly #definitions = new Map<Var, Op>();
  readonly #replaced = new Map<Var, Expr>();
  /** outcomes of the tests around */
  readonly #known = new Map<Var, Expr>();
  /** what is made on the spot is not null */
  readonly #made = new Set<Var>();
  /** lengths are small integers: sums of them with integers are exact in any order */
  readonly #lengths = new Set<Var>();

  /** what joins of constants, and copies of such, may be */
  readonly #values: Map<Var, ReadonlySet<unknown>>;
  /** what tells one kind of object from others, where the object is made here: fields whose type has one value */
  readonly #kinds: ObjectKinds;
  /** how often each variable is assigned */
  readonly #assigned: ReadonlyMap<Var, number>;
  /** joins that are one constant or another, as a branch that is over decided */
  readonly #decided = new Map<Var, Decided>();
  readonly #primitives: PrimitiveKinds;

  constructor(func: Func) {
    this.#values = constantsOf(func);
    this.#kinds = new ObjectKinds(func);
    this.#primitives = new PrimitiveKinds(func);
    const assigned = new Map<Var, number>();
    visitStatements(func.body, (s) => { if (s.kind === "assign") assigned.set(s.variable, (assigned.get(s.variable) ?? 0) + 1); });
    this.#assigned = assigned;
  }

  settle(block: Block): Block {
    return this.#replaced.size === 0 ? block : substitute(block, (v) => this.#follow(v));
  }

  atom(e: Expr): Expr {
    return e.kind === "var" ? asNothing(this.#follow(e.variable), e.variable.type) ?? e : mapOperands(e, (x) => this.atom(x));
  }

  #follow(v: Var): Expr | undefined {
    const to = this.#replaced.get(v) ?? this.#known.get(v);
    return to?.kind === "var" ? this.#follow(to.variable) ?? to : to;
  }

  /** `isInner`: behind what leaves it nothing is needed; of a function's body the result is */
  block(block: Block, isInner = true): Block {
    const out = new GrowingBlock();
    for (const raw of block) {
      if (isInner && out.isOver) break;
      const s = mapStmt(raw, (e) => this.atom(e), (b) => b);
      switch (s.kind) {
        case "let": {
          const simpler = this.#simplify(s.value, isDerivative(s.variable));
          const value = isDerivative(s.variable) && isConst(simpler, -0) ? ZERO : simpler;
          if (value.kind === "length") this.#lengths.add(s.variable);
          if (value.kind === "var" && !s.variable.mutable && this.#values.has(value.variable)) this.#values.set(s.variable, this.#values.get(value.variable)!);
          // known to what follows at once, so that a chain of products of constants is folded in one walk
          if (value.kind === "const" && !s.variable.mutable) this.#replaced.set(s.variable, value);
          if (value.kind === "op" && !s.variable.mutable) this.#definitions.set(s.variable, value);
          if (!s.variable.mutable && isThere(value)) this.#made.add(s.variable);
          if (!s.variable.mutable) this.#noteKinds(s.variable, value);
          out.push(value === s.value ? s : { ...s, value });
          break;
        }
        case "if":
          if (s.test.kind === "const") this.#splice(s.test.value ? s.then : s.else, out);
          else {
            const then = this.#given(s.test, true, s.then);
            const otherwise = this.#given(s.test, false, s.else);
            out.push(then === s.then && otherwise === s.else ? s : { ...s, then, else: otherwise });
            this.#decide(s.test, then, otherwise, out);
          }
          break;
        case "loop":
          if (!runsNever(s)) {
            const body = this.block(s.body);
            out.push(body === s.body ? s : { ...s, body });
          }
          break;
        case "accumulate":
          // an adjoint that nothing is added to
          if (!isConst(s.value, 0) || isEntry(s.place) || holderOf(s.place)?.derivative !== true) out.push(s);
          break;
        case "call":
          if (!isZeroEntry(s)) out.push(s);
          break;
        default: out.push(mapStmt(s, (e) => e, (b) => this.block(b)));
      }
    }
    return kept(block, out.statements());
  }

  /** notes joins of the block that the branch sets to a constant, and nothing else does */
  #decide(test: Expr, then: Block, otherwise: Block, block: GrowingBlock): void {
    if (test.kind !== "var" || test.variable.mutable) return;
    for (const branch of [then, otherwise]) for (const s of branch) {
      if (s.kind !== "assign" || s.value.kind !== "const" || this.#assigned.get(s.variable) !== 1) continue;
      const declared = block.declaration(s.variable);
      if (declared?.value.kind !== "const") continue;
      this.#decided.set(s.variable, { test, values: branch === then ? [s.value.value, declared.value.value] : [declared.value.value, s.value.value] });
    }
  }

  /** of two joins that one branch decided: it decides what is computed of them */
  #together(e: Op, a: Expr, b: Expr): Expr | null {
    const [x, y] = [a, b].map((v) => (v.kind === "var" ? this.#decided.get(v.variable) : undefined));
    if (x === undefined || y === undefined || !sameExpr(x.test, y.test)) return null;
    const [then, otherwise] = [0, 1].map((i) => evaluate(e.op, [x.values[i], y.values[i]] as readonly Constant[]));
    return typeof then === "number" && typeof otherwise === "number" ? op("select", [x.test, constant(then), constant(otherwise)]) : null;
  }

  /** a branch, where the outcome of the test is known */
  #given(test: Expr, outcome: boolean, block: Block): Block {
    const learned = new Set<Var>();
    const before = new Map<Var, ReadonlySet<unknown> | undefined>();
    const learn = (e: Expr, value: boolean): void => {
      if (e.kind !== "var" || e.variable.mutable || this.#known.has(e.variable)) return;
      this.#known.set(e.variable, constant(value));
      learned.add(e.variable);
      const definition = this.#definitions.get(e.variable);
      if (definition?.op === "!") learn(definition.args[0]!, !value);
      if (definition?.op === (value ? "&&" : "||")) for (const a of definition.args) learn(a, value);
      if (definition?.op !== (value ? "===" : "!==")) return;
      // what is one text is none of the others
      const [told, text] = definition.args;
      if (told?.kind !== "var" || told.variable.mutable || text?.kind !== "const" || typeof text.value !== "string" || before.has(told.variable)) return;
      before.set(told.variable, this.#values.get(told.variable));
      this.#values.set(told.variable, new Set([text.value]));
    };
    learn(test, outcome);
    const folded = this.block(block);
    for (const v of learned) this.#known.delete(v);
    for (const [v, values] of before) {
      if (values === undefined) this.#values.delete(v);
      else this.#values.set(v, values);
    }
    return folded;
  }

  /** puts the branch that is taken in place of the `if`; joins that only it sets become what it sets */
  #splice(taken: Block, out: GrowingBlock): void {
    for (const s of this.block(taken)) {
      const declared = s.kind === "assign" ? out.declaration(s.variable) : null;
      if (s.kind === "assign" && declared !== null) {
        out.drop(declared);
        this.#replaced.set(s.variable, s.value);
      } else out.push(s);
    }
  }

  // ---------------------------------------------------------------------------------------------- expressions

  /** a test of a flag is a test of what set the flag */
  #truth(test: Expr): Expr {
    const flag = this.#definition(test, "select");
    return flag && isConst(flag.args[1]!, 1) && isConst(flag.args[2]!, 0) ? flag.args[0]! : test;
  }

  #areOpposites(a: Expr, b: Expr): boolean {
    const [notA, notB] = [this.#definition(a, "!"), this.#definition(b, "!")];
    return (notA !== null && sameExpr(notA.args[0]!, b)) || (notB !== null && sameExpr(notB.args[0]!, a));
  }

  #definition(e: Expr | undefined, name: string): Op | null {
    const value = e?.kind === "var" ? this.#definitions.get(e.variable) : undefined;
    return value?.op === name ? value : null;
  }

  #simplify(e: Expr, derivative: boolean): Expr {
    if (e.kind === "load") return this.#kinds.known(e) ?? e;
    // a set is united with itself
    if (e.kind === "runtime" && e.name === "unite" && sameExpr(e.args[1]!, e.args[2]!)) return e.args[1]!;
    if (e.kind !== "op") return e;
    const constants = e.args.map((a) => (a.kind === "const" ? a.value : NOT_CONSTANT));
    const folded = constants.includes(NOT_CONSTANT) ? null : evaluate(e.op, constants as readonly Constant[]);
    if (folded !== null) return constant(folded);
    const [a, b, c] = e.args;
    if (a === undefined) return e;
    if (e.op === "instanceof" && isPrimitive(typeOf(a))) return constant(false);
    if (e.op === "select" && b && c) return selection(e, this.#truth(a), b, c);
    if (b === undefined) return this.#unary(e, a);
    if ((e.op === "===" || e.op === "!==") && this.#primitives.isNoText(a, b)) return constant(e.op === "!==");
    if (e.op === "defaulted") return b.kind === "const" ? a : e;
    if (e.op === "&&" || e.op === "||") return this.#areOpposites(a, b) ? constant(e.op === "||") : lazy(e, a, b);
    if ((e.op === "===" || e.op === "!==") && b.kind === "const" && constantsAmong(a, (v) => this.#constants(v))?.includes(b.value) === false) return constant(e.op === "!==");
    return this.#together(e, a, b) ?? (isRealTyped(a, b) ? this.#binary(e, a, b, derivative) : e);
  }

  /** the constants that a variable is one of */
  #constants(v: Var): readonly unknown[] | null {
    const joined = this.#values.get(v);
    const choice = this.#definitions.get(v);
    return joined ? [...joined] : choice ? constantsAmong(choice, (x) => this.#constants(x)) : null;
  }

  /** what tells its kind, of an object and of what is read of it */
  #noteKinds(variable: Var, value: Expr): void {
    this.#kinds.note(variable, value);
    const values = value.kind === "load" ? this.#kinds.field(value) : value.kind === "op" && value.op === "typeof" ? possibleKinds(typeOf(value.args[0]!)) : undefined;
    if (values !== undefined) this.#values.set(variable, values);
  }

  #unary(e: Op, a: Expr): Expr {
    switch (e.op) {
      case "neg": {
        const inner = this.#definition(a, "neg");
        return inner ? inner.args[0]! : e;
      }
      case "!": {
        const inner = this.#definition(a, "!");
        if (inner) return inner.args[0]!;
        const comparison = this.#definition(a, "===") ?? this.#definition(a, "!==");
        return comparison ? op(comparison.op === "===" ? "!==" : "===", comparison.args, BOOLEAN) : e;
      }
      case "truthy": return typeOf(a).kind === "boolean" ? a : e;
      case "typeof": {
        const kind = this.#primitives.of(a);
        return kind === null ? e : constant(kind);
      }
      case "isNullish": return a.kind === "var" && this.#made.has(a.variable) ? constant(false) : e;
      default: return e;
    }
  }

  #binary(e: Op, a: Expr, b: Expr, derivative: boolean): Expr {
    switch (e.op) {
      case "+": return this.#sum(e, a, b, derivative);
      case "-": return this.#difference(e, a, b, derivative);
      case "*": return this.#product(e, a, b, derivative);
      case "/":
        if (isConst(b, 1)) return a;
        if (isConst(b, -1)) return op("neg", [a]);
        return derivative && isConst(a, 0) ? ZERO : e;
      case "**": return isConst(b, 1) ? a : e;
      // a guard knows its answer
      case "guarded*":
        if (a.kind !== "const") return e;
        return isConst(a, 0) ? ZERO : this.#product({ ...e, op: "*" }, a, b, derivative);
      default: return e;
    }
  }

  #sum(e: Op, a: Expr, b: Expr, derivative: boolean): Expr {
    if (isConst(b, -0) || (derivative && isConst(b, 0))) return a;
    if (isConst(a, -0) || (derivative && isConst(a, 0))) return b;
    const shifted = this.#shifted(a, b, 1);
    if (shifted) return shifted;
    const right = this.#definition(b, "neg");
    if (right) return op("-", [a, right.args[0]!]);
    const left = this.#definition(a, "neg");
    if (left) return op("-", [b, left.args[0]!]);
    if (b.kind === "const" && typeof b.value === "number" && b.value < 0) return op("-", [a, constant(-b.value)]);
    return e;
  }

  #difference(e: Op, a: Expr, b: Expr, derivative: boolean): Expr {
    if (isConst(b, 0)) return a;
    if (derivative && isConst(a, 0)) return op("neg", [b]);
    const shifted = this.#shifted(a, b, -1);
    if (shifted) return shifted;
    const right = this.#definition(b, "neg");
    if (right) return op("+", [a, right.args[0]!]);
    if (b.kind === "const" && typeof b.value === "number" && b.value < 0) return op("+", [a, constant(-b.value)]);
    return e;
  }

  /** `(length - 2) + 1` as `length - 1` */
  #shifted(a: Expr, b: Expr, sign: 1 | -1): Expr | null {
    const inner = this.#definition(a, "+") ?? this.#definition(a, "-");
    const [of, by] = inner?.args ?? [];
    if (!inner || of?.kind !== "var" || !this.#lengths.has(of.variable) || !isSmallInteger(by) || !isSmallInteger(b)) return null;
    const total = (inner.op === "+" ? by.value : -by.value) + sign * b.value;
    if (total === 0) return of;
    return total > 0 ? op("+", [of, constant(total)]) : op("-", [of, constant(-total)]);
  }

  #product(e: Op, a: Expr, b: Expr, derivative: boolean): Expr {
    if (isConst(a, 1)) return b;
    if (isConst(b, 1)) return a;
    if (isConst(a, -1)) return op("neg", [b]);
    if (isConst(b, -1)) return op("neg", [a]);
    if (derivative && (isConst(a, 0) || isConst(b, 0))) return ZERO;
    if (!derivative) return e;
    // a choice between one and zero is a choice between the other factor and zero
    return this.#masked(a, b) ?? this.#masked(b, a) ?? e;
  }

  #masked(mask: Expr, x: Expr): Expr | null {
    const choice = this.#definition(mask, "select");
    if (!choice) return null;
    const [test, a, b] = choice.args;
    if (!test || !a || !b) return null;
    if (isConst(a, 1) && isConst(b, 0)) return op("select", [test, x, ZERO]);
    if (isConst(a, 0) && isConst(b, 1)) return op("select", [test, ZERO, x]);
    return null;
  }
}

const isPrimitive = ({ kind }: Type): boolean => kind === "real" || kind === "boolean" || kind === "string" || kind === "bigint";

/** what is made on the spot, and what arithmetic gives */
const isThere = (e: Expr): boolean => e.kind === "struct" || e.kind === "array" || e.kind === "new" || e.kind === "copy" || (e.kind === "op" && e.type.kind === "real" && isArithmetic(e.op));

const isSmallInteger = (e: Expr | undefined): e is Expr & { readonly kind: "const"; readonly value: number } =>
  e?.kind === "const" && Number.isInteger(e.value) && Math.abs(Number(e.value)) < 1e6;

function selection(e: Op, test: Expr, a: Expr, b: Expr): Expr {
  if (test.kind === "const") return test.value ? a : b;
  if (test !== e.args[0]) return { ...e, args: [test, a, b] };
  if (a.kind === "var" && b.kind === "var" && a.variable === b.variable) return a;
  if (a.kind === "const" && b.kind === "const" && Object.is(a.value, b.value)) return a;
  if (isConst(a, true) && isConst(b, false)) return test;
  if (isConst(a, false) && isConst(b, true)) return op("!", [test], BOOLEAN);
  return e;
}

function lazy(e: Op, a: Expr, b: Expr): Expr {
  const and = e.op === "&&";
  if (a.kind === "const") return a.value === and ? b : a;
  if (sameExpr(a, b)) return a;
  // an operand is an atom: what is not needed is not evaluated either
  return b.kind !== "const" ? e : b.value === and ? a : typeOf(a).kind === "boolean" ? b : e;
}

// ------------------------------------------------------------------------------------------------- evaluation

/** what a join is where the test holds, and where it does not */
interface Decided {
  readonly test: Expr;
  readonly values: readonly [unknown, unknown];
}

function runsNever(s: Stmt & { readonly kind: "loop" }): boolean {
  if (s.header.kind !== "counted") return false;
  const { start, stop, compare } = s.header;
  if (start.kind !== "const" || stop.kind !== "const") return false;
  return evaluate(compare, [start.value, stop.value]) === false;
}
