// Counts loops: a loop that goes on while a counter is below a bound which no trip changes becomes a counted loop, however it was written.
// Assumes the versioned stage. What the bound is computed from moves before the loop, where the first test stood.
import type { Block, Expr, Func, LoopHeader, Ruled, Stmt, Var } from "../ir/ir.ts";
import { constant, define, op, REAL, type Supply, use } from "../ir/build.ts";
import { isImpureOp } from "../ir/facts.ts";
import { expressions, kept, mapStmt, operands, statements, variablesDeclared } from "../ir/walk.ts";
import { analyzeIntegers, type Integers } from "../analysis/integer.ts";
import { type Step, stepsOf } from "../analysis/steps.ts";
import { Memory } from "./memory.ts";
import { throughClosures } from "./rewrite.ts";

type Let = Stmt & { readonly kind: "let" };
type Loop = Stmt & { readonly kind: "loop" };
type Counted = LoopHeader & { readonly kind: "counted" };

/** `isHarmless`: does a function with a rule change nothing that there was before? */
export function countLoops(root: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply): Func {
  return throughClosures(root, (func) => counted(func, isHarmless, supply));
}

function counted(func: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply): Func {
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

interface Oriented {
  readonly compare: Counted["compare"];
  readonly stop: Expr;
  /** what is added to the counter before it is compared */
  readonly offset: number;
}

class Counter {
  readonly #memory: Memory;
  readonly #integers: Integers;
  readonly #supply: Supply;
  readonly #definitions = new Map<Var, Expr>();
  readonly #own: ReadonlySet<Var>;

  constructor(func: Func, isHarmless: (callee: Ruled) => boolean, supply: Supply) {
    const starts = new Map<Var, Expr>();
    for (const s of statements(func.body)) if (s.kind === "let") (s.variable.mutable ? starts : this.#definitions).set(s.variable, s.value);
    this.#integers = analyzeIntegers([func]);
    this.#supply = supply;
    this.#own = variablesDeclared(func.body);
    const below = new Map(statements(func.body).flatMap((s) => (isForever(s) ? this.#limits(s, starts) : [])));
    this.#memory = new Memory(func, { below, isHarmless });
  }

  /** counters, and what they stay below while the loop goes on */
  #limits(loop: Loop, starts: ReadonlyMap<Var, Expr>): readonly (readonly [Var, Expr])[] {
    const head = headOf(loop);
    const test = head && this.#definitions.get(head.test);
    if (test?.kind !== "op") return [];
    return stepsOf(loop).flatMap((step): readonly (readonly [Var, Expr])[] => {
      const oriented = this.#orient(test.op, test.args, step);
      if (oriented?.compare === "<" && oriented.offset === 0) return [[step.snapshot, oriented.stop]];
      const start = starts.get(step.join);
      const first = start?.kind === "var" ? this.#definitions.get(start.variable) : start;
      const isLast = step.by < 0 && first?.kind === "op" && first.op === "-" && first.args[1]?.kind === "const" && Number(first.args[1].value) > 0;
      return isLast ? [[step.snapshot, first.args[0]!]] : [];
    });
  }

  block(block: Block): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      const inner = mapStmt(s, (e) => e, (b) => this.block(b));
      // what stands inside was changed: what is known of the loop is not known of this text
      const counted = inner === s && isForever(s) ? this.#counted(s, out) : null;
      out.push(...(counted ?? [inner]));
    }
    return out;
  }

  #counted(loop: Loop, before: readonly Stmt[]): Block | null {
    const head = headOf(loop);
    const test = head && this.#definitions.get(head.test);
    if (head === null || test?.kind !== "op") return null;
    for (const step of stepsOf(loop)) {
      const oriented = this.#orient(test.op, test.args, step);
      const bound = oriented && this.#bound(oriented, loop, head.before);
      if (!oriented || bound === null) continue;
      const moved = new Set<Stmt>(bound);
      const { hoisted, stop } = this.#stop(oriented, loop);
      const { hoisted: entered, start } = this.#start(step.join, before, loop);
      const rest = head.before.filter((s) => !moved.has(s) && s.variable !== step.snapshot && s.variable !== head.test);
      const header: Counted = { kind: "counted", index: step.snapshot, start, stop, compare: oriented.compare, step: step.by };
      return [...bound, ...hoisted, ...entered, { ...loop, header, body: [...rest, ...head.body] }];
    }
    return null;
  }

  /** the test as a comparison of the counter with something else */
  #orient(name: string, args: readonly Expr[], { snapshot, by }: Step): Oriented | null {
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
  #bound({ stop }: Oriented, loop: Loop, head: readonly Let[]): readonly Let[] | null {
    const inside = variablesDeclared([loop]);
    // what is captured may be assigned by anybody
    const changes = (v: Var): boolean => this.#memory.writes(loop).variables.has(v) || (v.mutable && !this.#own.has(v));
    const needed = new Set<Var>();
    const need = (e: Expr): boolean => {
      if (e.kind === "closure") return false;
      if (e.kind !== "var") return operands(e).every(need);
      if (!inside.has(e.variable)) return !changes(e.variable);
      const found = head.find((s) => s.variable === e.variable);
      if (found === undefined || this.#memory.isMutable(e.variable) || isImpure(found.value) || this.#memory.disturbs(loop, this.#memory.reads(found.value))) return false;
      needed.add(e.variable);
      return need(found.value);
    };
    return need(stop) ? head.filter((s) => needed.has(s.variable)) : null;
  }

  #stop({ stop, offset }: Oriented, { origin }: Loop): { readonly hoisted: Block; readonly stop: Expr } {
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

interface Head {
  /** definitions before the test */
  readonly before: readonly Let[];
  readonly test: Var;
  readonly body: Block;
}

/** `before; if (test) { body } else { break }` */
function headOf(loop: Loop): Head | null {
  const last = loop.body.at(-1);
  if (last?.kind !== "if" || last.test.kind !== "var" || last.else.length !== 1 || last.else[0]?.kind !== "exit") return null;
  const { variable: test } = last.test;
  const before = loop.body.slice(0, -1).filter((s): s is Let => s.kind === "let" && !s.variable.mutable);
  const isRead = statements(last.then).some((s) => expressions(s).some((e) => reads(e, test)));
  return before.length === loop.body.length - 1 && !isRead ? { before, test, body: last.then } : null;
}

const reads = (e: Expr, v: Var): boolean => (e.kind === "var" ? e.variable === v : operands(e).some((x) => reads(x, v)));
