// Shapes control flow as people write it: choices instead of assignments in both branches, `while` instead of endless loops that
// break first, no empty branches, no nesting behind a break.
// Assumes the nested stage; the result stays in it.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { BOOLEAN, define, isAtom, op, type Supply, use } from "../ir/build.ts";
import { declared, eachOperand, mapStmt, operands, statements } from "../ir/walk.ts";
import { visitAssignedBeyond, visitReadBeyond } from "../ir/beyond.ts";
import { hasBreak, leaves, replaceVariables } from "./rewrite.ts";
import { replaceIn } from "./nest.ts";
import { sizeOf } from "./size.ts";
import { negate } from "./tidy-expressions.ts";

/** a choice that fits a line with what it is for */
const LONGEST_CHOICE = 72;

export function shapeControl(func: Func, supply: Supply): Func {
  const shaper = new Shaper(func, supply);
  const body = shaper.block(func.body);
  return replaceVariables({ ...func, body }, (v) => { const to = shaper.settled.get(v); return to && use(to); });
}

class Shaper {
  /** variables that are not assigned any more */
  readonly settled = new Map<Var, Var>();
  readonly #assignments = new Map<Var, number>();
  readonly #supply: Supply;

  constructor(func: Func, supply: Supply) {
    this.#supply = supply;
    for (const s of statements(func.body)) if (s.kind === "assign") this.#assignments.set(s.variable, (this.#assignments.get(s.variable) ?? 0) + 1);
  }

  block(block: Block): Block {
    const made = new Made();
    for (const s of block) {
      const inner = mapStmt(s, (e) => e, (b) => this.block(b));
      switch (inner.kind) {
        case "if": for (const x of this.#branch(inner, made)) made.push(x); break;
        case "loop": made.push(this.#loop(inner)); break;
        case "assign": made.push(this.#startOver(inner, made)); break;
        default: made.push(inner);
      }
    }
    return made.statements();
  }

  #branch(s: If, before: Made): Block {
    if (s.then.length === 0 && s.else.length === 0) return [];
    if (s.then.length === 0) return this.#branch({ ...s, test: negate(s.test), then: s.else, else: [] }, before);
    const chosen = this.#choice(s, before);
    if (chosen) return [chosen];
    if (s.else.length === 0) return [both(s)];
    if (leaves(s.then)) return [{ ...s, else: [] }, ...s.else];
    if (leaves(s.else)) return [{ ...s, test: negate(s.test), then: s.else, else: [] }, ...s.then];
    return [s];
  }

  /** `let x = …; if (c) x = a; else x = b;` and the like as one choice; takes the declaration out of `before` */
  #choice(s: If, before: Made): Stmt | null {
    const variable = onlyAssigned(s.then) ?? onlyAssigned(s.else);
    if (variable === null || (s.then.length > 0 && onlyAssigned(s.then) !== variable) || (s.else.length > 0 && onlyAssigned(s.else) !== variable)) return null;
    const last = before.last();
    const declaration = last?.kind === "let" && last.variable === variable ? last : null;
    const own = s.then.length + s.else.length;
    if (!declaration) return own === 2 ? joined(s, variable) : null;
    const initial = declaration.value;
    if (own < 2 && !(isAtom(initial) && !isUndefined(initial))) return null;
    const a = valueOf(s.then) ?? initial;
    const b = valueOf(s.else) ?? initial;
    const resolve = (e: Expr): Expr => (isAtom(initial) ? replaceIn(e, variable, initial) : e);
    const value = selection(resolve(s.test), resolve(a), resolve(b), variable);
    if (!value || readsOf(value).has(variable)) return null;
    before.drop(variable);
    const origin = declaration.origin.comments.length > 0 ? { ...s.origin, comments: [...declaration.origin.comments, ...s.origin.comments] } : s.origin;
    if (this.#assignments.get(variable) !== own) return define(variable, value, origin);
    const single = this.#supply.like(variable, { mutable: false });
    this.settled.set(variable, single);
    return define(single, value, origin);
  }

  /** an assignment right after a declaration whose value nobody has read becomes the declaration */
  #startOver(s: Assign, before: Made): Stmt {
    if (!before.isUntouched(s.variable) || readsOf(s.value).has(s.variable)) return s;
    before.drop(s.variable);
    if (this.#assignments.get(s.variable) !== 1) return define(s.variable, s.value, s.origin);
    const single = this.#supply.like(s.variable, { mutable: false });
    this.settled.set(s.variable, single);
    return define(single, s.value, s.origin);
  }

  /** an endless loop that breaks first, or last */
  #loop(s: Loop): Stmt {
    if (s.header.kind !== "forever") return s;
    const first = s.body[0];
    if (first?.kind === "if" && isBreak(first.then) && first.else.length === 0) {
      return { ...s, header: { kind: "while", test: negate(first.test), testFirst: true }, body: s.body.slice(1) };
    }
    const last = s.body.at(-1);
    const rest = s.body.slice(0, -1);
    if (last?.kind === "if" && isBreak(last.then) && last.else.length === 0 && !hasBreak(rest)) {
      // the test of `do … while` sees nothing of the body; what was just settled is declared under another variable
      const inside = new Set(rest.flatMap((x) => declared(x)));
      if (![...readsOf(last.test)].some((v) => inside.has(this.settled.get(v) ?? v))) return { ...s, header: { kind: "while", test: negate(last.test), testFirst: false }, body: rest };
    }
    return s;
  }
}

/** The statements of a block so far, with the declarations among them whose variables nothing has mentioned since. */
class Made {
  readonly #list: (Stmt | null)[] = [];
  readonly #untouched = new Map<Var, number>();

  push(s: Stmt): void {
    visitReadBeyond(s, (v) => { this.#untouched.delete(v); });
    visitAssignedBeyond(s, (v) => { this.#untouched.delete(v); });
    if (s.kind === "let") this.#untouched.set(s.variable, this.#list.length);
    this.#list.push(s);
  }

  last(): Stmt | undefined {
    return this.#list.at(-1) ?? undefined;
  }

  isUntouched(v: Var): boolean {
    return this.#untouched.has(v);
  }

  /** takes such a declaration out */
  drop(v: Var): void {
    this.#list[this.#untouched.get(v)!] = null;
    this.#untouched.delete(v);
    while (this.#list.at(-1) === null) this.#list.pop();
  }

  statements(): Block {
    return this.#list.filter((s) => s !== null);
  }
}

type If = Stmt & { readonly kind: "if" };
type Loop = Stmt & { readonly kind: "loop" };
type Assign = Stmt & { readonly kind: "assign" };

function onlyAssigned(block: Block): Var | null {
  const [only] = block;
  return block.length === 1 && only?.kind === "assign" ? only.variable : null;
}

/** `if (a) { if (b) … }` as `if (a && b) …` */
function both(s: If): Stmt {
  const [inner] = s.then;
  if (s.then.length !== 1 || inner?.kind !== "if" || inner.else.length > 0 || inner.origin.comments.length > 0) return s;
  if (sizeOf(s.test) + sizeOf(inner.test) > LONGEST_CHOICE) return s;
  return { ...s, test: op("&&", [s.test, inner.test], BOOLEAN), then: inner.then };
}

const valueOf = (block: Block): Expr | null => (block[0]?.kind === "assign" ? block[0].value : null);
const isUndefined = (e: Expr): boolean => e.kind === "const" && e.value === undefined;

function readsOf(e: Expr): Set<Var> {
  const found = new Set<Var>();
  const visit = (x: Expr): void => { if (x.kind === "var") found.add(x.variable); else eachOperand(x, visit); };
  visit(e);
  return found;
}

/** both branches assign one variable that is declared elsewhere */
function joined(s: If, variable: Var): Stmt | null {
  const value = selection(s.test, valueOf(s.then)!, valueOf(s.else)!, variable);
  if (!value || readsOf(value).has(variable)) return null;
  return { kind: "assign", variable, value, origin: s.origin };
}

function selection(test: Expr, a: Expr, b: Expr, variable: Var): Expr | null {
  if (choices(a) > 0 || choices(b) > 1) return null;
  return sizeOf(test) + sizeOf(a) + sizeOf(b) > LONGEST_CHOICE ? null : op("select", [test, a, b], variable.type);
}

const choices = (e: Expr): number => (e.kind === "op" && e.op === "select" ? 1 : 0) + operands(e).reduce((n, x) => n + choices(x), 0);

const isBreak = (block: Block): boolean => block.length === 1 && block[0]?.kind === "exit" && block[0].exit.kind === "break";

