// Counts loops: a loop that goes on while a counter is below a bound which no trip changes becomes a counted loop, however it was written.
// Assumes the versioned stage. What the bound is computed from moves before the loop, where the first test stood.
import type { Block, Expr, Func, LoopHeader, Ruled, Stmt, Var } from "../ir/ir.ts";
import { constant, define, op, REAL, type Supply, use } from "../ir/build.ts";
import { isImpureOp } from "../ir/facts.ts";
import { variablesDeclared } from "../ir/variables.ts";
import { expressions, kept, mapStmt, operands, statements } from "../ir/walk.ts";
import { analyzeIntegers, type Integers } from "../analysis/integer.ts";
import { loopHead } from "../analysis/loop-head.ts";
import { type Step, stepsOf } from "../analysis/steps.ts";
import { Memory } from "./memory.ts";
import { throughClosures } from "./rewrite.ts";

type Let = Stmt & { readonly kind: "let" };
type Loop = Stmt & { readonly kind: "loop" };
type Counted = LoopHeader & { readonly kind: "counted" };

/** `isHarmless`: does a function with a rule change nothing that there was before? */
export function countLoops(root: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply): Func {
  return throughClosures(root, (func) => countOwn(func, isHarmless, supply));
}

function countOwn(func: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply): Func {
  let current = func;
  // bounds of inner loops say which stores lengthen no array
  for (;;) {
    if (!statements(current.body).some(isForever)) return current;
    const counter = new Counter(current, isHarmless, supply);
    const body = kept(current.body, counter.block(current.body));
    if (body === current.body) return current;
    current = { ...current, body };
  }
}

const isForever = (s: Stmt): s is Loop => s.kind === "loop" && s.header.kind === "forever";

/** a loop that goes on while a counter compares with something */
interface Candidate {
  readonly before: readonly Let[];
  readonly test: Var;
  readonly body: Block;
  readonly step: Step;
  readonly compare: Counted["compare"];
  readonly stop: Expr;
  /** what is added to the counter before it is compared */
  readonly offset: number;
}

type Comparison = Pick<Candidate, "compare" | "stop" | "offset">;

class Counter {
  readonly #memory: Memory;
  readonly #integers: Integers;
  readonly #supply: Supply;
  readonly #definitions = new Map<Var, Expr>();
  readonly #own: ReadonlySet<Var>;
  readonly #candidates: ReadonlyMap<Loop, readonly Candidate[]>;

  constructor(func: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply) {
    const starts = new Map<Var, Expr>();
    for (const s of statements(func.body)) if (s.kind === "let") (s.variable.mutable ? starts : this.#definitions).set(s.variable, s.value);
    this.#integers = analyzeIntegers([func]);
    this.#supply = supply;
    this.#own = variablesDeclared(func.body);
    this.#candidates = new Map(statements(func.body).filter(isForever).map((s) => [s, this.#candidatesOf(s)]));
    const below = new Map([...this.#candidates.values()].flat().flatMap((x) => { const limit = this.#limitOf(x, starts); return limit === null ? [] : [[x.step.snapshot, limit]]; }));
    this.#memory = new Memory(func, { below, isHarmless });
  }

  #candidatesOf(loop: Loop): readonly Candidate[] {
    const head = loopHead(loop);
    if (head === null || head.test.test.kind !== "var") return [];
    const { variable: test } = head.test.test;
    const { then: body } = head.test;
    const value = this.#definitions.get(test);
    if (value?.kind !== "op" || statements(body).some((s) => expressions(s).some((e) => reads(e, test)))) return [];
    return stepsOf(loop).flatMap((step) => { const found = this.#compared(value.op, value.args, step); return found === null ? [] : [{ ...found, step, test, body, before: head.before }]; });
  }

  /** what the counter stays below while the loop goes on */
  #limitOf({ compare, stop, offset, step }: Candidate, starts: ReadonlyMap<Var, Expr>): Expr | null {
    if (compare === "<" && offset === 0) return stop;
    const start = starts.get(step.join);
    const first = start?.kind === "var" ? this.#definitions.get(start.variable) : start;
    const isLast = step.by < 0 && first?.kind === "op" && first.op === "-" && first.args[1]?.kind === "const" && Number(first.args[1].value) > 0;
    return isLast ? first.args[0]! : null;
  }

  block(block: Block): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      const inner = mapStmt(s, (e) => e, (b) => this.block(b));
      // what stands inside was changed: what is known of the loop is not known of this text
      out.push(...((inner === s && isForever(s) ? this.#counted(s, out) : null) ?? [inner]));
    }
    return out;
  }

  #counted(loop: Loop, out: readonly Stmt[]): Block | null {
    for (const x of this.#candidates.get(loop) ?? []) {
      const bound = this.#bound(x, loop);
      if (bound === null) continue;
      const moved = new Set<Stmt>(bound);
      const { hoisted, stop } = this.#stop(x, loop);
      const { hoisted: entered, start } = this.#start(x.step.join, out, loop);
      const rest = x.before.filter((s) => !moved.has(s) && s.variable !== x.step.snapshot && s.variable !== x.test);
      const header: Counted = { kind: "counted", index: x.step.snapshot, start, stop, compare: x.compare, step: x.step.by };
      return [...bound, ...hoisted, ...entered, { ...loop, header, body: [...rest, ...x.body] }];
    }
    return null;
  }

  /** the test as a comparison of the counter with something else */
  #compared(name: string, args: readonly Expr[], { snapshot, by }: Step): Comparison | null {
    const up = by > 0;
    const [left, right] = args;
    if (left === undefined || right === undefined) return null;
    const atLeft = this.#offset(left, snapshot);
    const atRight = this.#offset(right, snapshot);
    const found = atLeft === null ? { sign: FLIPPED[name], offset: atRight, stop: left } : { sign: name, offset: atLeft, stop: right };
    if (found.offset === null || found.sign === undefined) return null;
    const compare = COMPARES.find((x) => x === found.sign) ?? (/^!==?$/.test(found.sign) ? (up ? "<" : ">") : null);
    if (compare === null || (compare === "<" || compare === "<=") !== up) return null;
    // `i + c < n` is `i < n - c` where n is a whole number
    return found.offset === 0 || this.#integers.isInteger(found.stop) ? { compare, stop: found.stop, offset: found.offset } : null;
  }

  /** 0 for the counter, c for `counter + c` and -c for `counter - c`; null for anything else */
  #offset(e: Expr, snapshot: Var): number | null {
    if (e.kind === "var") {
      const value = this.#definitions.get(e.variable);
      return e.variable === snapshot ? 0 : value === undefined ? null : this.#offset(value, snapshot);
    }
    if (e.kind !== "op" || (e.op !== "+" && e.op !== "-")) return null;
    const [base, amount] = e.args;
    const isCounter = base?.kind === "var" && this.#offset(base, snapshot) === 0;
    if (!isCounter || amount?.kind !== "const" || !Number.isInteger(amount.value)) return null;
    return e.op === "+" ? Number(amount.value) : -Number(amount.value);
  }

  /** the statements of the head from which the bound is computed; null where a trip may change it */
  #bound({ stop, before }: Candidate, loop: Loop): readonly Let[] | null {
    const inside = variablesDeclared([loop]);
    // what is captured may be assigned by anybody
    const changes = (v: Var): boolean => this.#memory.writes(loop).variables.has(v) || (v.mutable && !this.#own.has(v));
    const needed = new Set<Var>();
    const need = (e: Expr): boolean => {
      if (e.kind === "closure") return false;
      if (e.kind !== "var") return operands(e).every(need);
      if (!inside.has(e.variable)) return !changes(e.variable);
      const found = before.find((s) => s.variable === e.variable);
      if (found === undefined || this.#memory.isMutable(e.variable) || isImpure(found.value) || this.#memory.disturbs(loop, this.#memory.reads(found.value))) return false;
      needed.add(e.variable);
      return need(found.value);
    };
    return need(stop) ? before.filter((s) => needed.has(s.variable)) : null;
  }

  #stop({ stop, offset }: Candidate, { origin }: Loop): { readonly hoisted: Block; readonly stop: Expr } {
    const isFixed = stop.kind !== "var" || !this.#memory.isMutable(stop.variable);
    if (offset === 0 && isFixed) return { hoisted: [], stop };
    const moved = this.#supply.fresh("stop", REAL);
    return { hoisted: [define(moved, offset === 0 ? stop : op("-", [stop, constant(offset)]), origin)], stop: use(moved) };
  }

  /** what the counter is when the loop begins */
  #start(join: Var, before: readonly Stmt[], { origin }: Loop): { readonly hoisted: Block; readonly start: Expr } {
    const declared = before.findLast((s) => s.kind === "let" && s.variable === join);
    if (declared?.kind === "let" && (declared.value.kind === "const" || (declared.value.kind === "var" && !this.#memory.isMutable(declared.value.variable)))) return { hoisted: [], start: declared.value };
    const start = this.#supply.like(join, { mutable: false });
    return { hoisted: [define(start, use(join), origin)], start: use(start) };
  }
}

const COMPARES: readonly Counted["compare"][] = ["<", "<=", ">", ">="];
const FLIPPED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "!==": "!==", "!=": "!=" };

const isImpure = (e: Expr): boolean => (e.kind === "op" && isImpureOp(e.op)) || operands(e).some(isImpure);

const reads = (e: Expr, v: Var): boolean => (e.kind === "var" ? e.variable === v : operands(e).some((x) => reads(x, v)));
