// Nests: values that are used once move into the expression that uses them, as a person would write it. What people name stays named
// where the name says something: statements of the user keep theirs, and no line grows too long to read.
// Assumes coalesced code; the result is in the nested stage. Nothing moves past a change of what it reads, into a loop or a closure.
import type { Block, Expr, Func, Origin, Place, Stmt, Var } from "../ir/ir.ts";
import { mapOperands, mapStmt, operands, expressions, statements } from "../ir/walk.ts";
import { readBeyond, visitReadBeyond } from "../ir/beyond.ts";
import { allocates, isAsserted, isDerivative, isEntry, isImpureOp, isUserDeclared, samePlace } from "../ir/facts.ts";
import { type Accesses, Memory } from "./memory.ts";
import { countUses, type Uses } from "../ir/uses.ts";
import { sizeOf } from "./size.ts";

export function nest(func: Func): Func {
  const nester = new Nester(func);
  const body = nester.block(func.body);
  return nester.intoResult({ ...func, body });
}

type Let = Stmt & { readonly kind: "let" };

/** longer values of derivative code, and values from other statements, keep a line of their own */
const LONGEST_VALUE = 60;
const LONGEST_STATEMENT = 96;
/** nothing is nested into a line beyond this: sums of thousands of terms stay a sequence, for readers and for whatever walks trees */
const LONGEST_LINE = 1000;

class Nester {
  readonly #memory: Memory;
  readonly #uses: Uses;

  constructor(func: Func) {
    this.#memory = new Memory(func);
    this.#uses = countUses(func);
  }

  block(block: Block): Block {
    const list: (Stmt | null)[] = block.map((s) => mapStmt(s, (e) => e, (b) => this.block(b)));
    const users = usersIn(list);
    list.forEach((s, i) => {
      if (s?.kind !== "let" || !this.#isMovable(s)) return;
      const at = users.get(s.variable);
      if (at === undefined) return;
      const target = list[at]!;
      const reads = this.#memory.reads(s.value);
      if (this.#isDisturbed(reads, list, i + 1, at)) return;
      const nested = this.#into(target, s, reads);
      if (!nested) return;
      list[at] = nested;
      list[i] = null;
      for (const v of variablesOf(s.value)) if (users.get(v) === i) users.set(v, at);
    });
    return list.filter((s) => s !== null);
  }

  /** what the function's result uses once, at the end of its body */
  intoResult(func: Func): Func {
    let result = func.result;
    const body: (Stmt | null)[] = [...func.body];
    for (let i = body.length - 1; i >= 0 && result; i--) {
      const s = body[i]!;
      if (s.kind !== "let" || !this.#isMovable(s) || !mentions(result, s.variable)) continue;
      const reads = this.#memory.reads(s.value);
      if (this.#isDisturbed(reads, body, i + 1, body.length)) continue;
      if ((sizeOf(s.value) > LONGEST_LINE && s.value.kind === "op") || ((s.value.kind === "struct" || s.value.kind === "array") && isOperand(result, s.variable))) continue;
      const replaced = replaceIn(result, s.variable, s.value);
      const isPart = result.kind === "var" || s.value.kind === "array" || s.value.kind === "struct";
      if (s.origin.comments.length > 0 || (!isPart && sizeOf(s.value) > LONGEST_VALUE)) continue;
      result = replaced;
      body[i] = null;
    }
    return { ...func, body: body.filter((s) => s !== null), result };
  }

  /** does a statement of the list, in [from, to), change what is read? */
  #isDisturbed(reads: Accesses, list: readonly (Stmt | null)[], from: number, to: number): boolean {
    if (!reads.everything && reads.places.length === 0 && reads.variables.size === 0) return false;
    for (let i = from; i < to; i++) {
      const s = list[i];
      if (s && this.#memory.disturbs(s, reads)) return true;
    }
    return false;
  }

  #isMovable(s: Let): boolean {
    return this.#uses.count(s.variable) === 1 && !s.variable.mutable && !this.#memory.isMutable(s.variable) && !isImpure(s.value) && s.value.kind !== "closure" && !isAsserted(s.variable, s.value);
  }

  /** the statement with the value in place of the variable; null where that would be wrong or hard to read */
  #into(target: Stmt, s: Let, reads: Accesses): Stmt | null {
    if (expressions(target).some((e) => mentions(e, s.variable))) return this.#here(target, s, reads);
    if (target.kind !== "if") return null;
    for (const side of ["then", "else"] as const) {
      const branch = target[side];
      const at = branch.findIndex((inner) => readsVariable(inner, s.variable));
      if (at < 0) continue;
      if (this.#isDisturbed(reads, branch, 0, at)) return null;
      const nested = this.#into(branch[at]!, { ...s, value: decided(s.value, target.test, side === "then") }, reads);
      return nested && { ...target, [side]: branch.map((inner, i) => (i === at ? nested : inner)) };
    }
    return null;
  }

  #here(target: Stmt, s: Let, reads: Accesses): Stmt | null {
    if (!this.#readsBetter(s, target)) return null;
    if (target.kind === "loop" && !this.#headerMayTake(target, s, reads)) return null;
    // an entry is asked for, and then set: what makes an object would make two
    if (target.kind === "accumulate" && isEntry(target.place) && target.place.kind === "element" && mentions(target.place.index, s.variable) && hasAllocation(s.value)) return null;
    if (target.kind === "if" && isAbsentElement(s.value, target)) return null;
    const nested = mapStmt(target, (e) => replaceIn(e, s.variable, s.value), (b) => b);
    return withComments(nested, s.origin, target.origin);
  }

  /** the printed loop looks at its bound in every trip */
  #headerMayTake(loop: Stmt & { readonly kind: "loop" }, s: Let, reads: Accesses): boolean {
    const { header } = loop;
    if (header.kind === "while") return false;
    if (header.kind !== "counted" || !mentions(header.stop, s.variable)) return true;
    const cheap = s.value.kind === "length" || (s.value.kind === "op" && ["+", "-"].includes(s.value.op) && sizeOf(s.value) < 24) || (s.value.kind === "load" && s.value.place.kind === "field");
    return cheap && !this.#memory.disturbs(loop, reads);
  }

  #readsBetter(s: Let, target: Stmt): boolean {
    const { variable, value, origin } = s;
    if (origin.comments.length > 0 && target.origin.comments.length > 0) return false;
    if (sizeOf(value) > LONGEST_LINE || ((value.kind === "struct" || value.kind === "array") && asksOf(target, variable))) return false;
    // an arm of a choice is evaluated only where it is chosen
    if (!isUserDeclared(s) && expressions(target).some((e) => isArm(e, variable))) return true;
    const derived = isDerivative(variable) || ((target.kind === "let" || target.kind === "assign") && isDerivative(target.variable));
    // where a loop starts is said in its head
    if (target.kind === "loop" && target.header.kind === "counted" && target.header.index.name === variable.name) return true;
    const named = isUserDeclared(s);
    if (!derived && !named) return true;
    const statement = expressions(target).reduce((sum, e) => sum + sizeOf(e), 0);
    if (sizeOf(value) > LONGEST_VALUE || sizeOf(value) + statement > LONGEST_STATEMENT) return false;
    // a declaration of the user that computes something was worth a name
    return !named || isDerivative(variable) || !hasOperation(value);
  }
}

const hasAllocation = (e: Expr): boolean => allocates(e) || operands(e).some(hasAllocation);

/** is the object looked into, tested or written to by the statement? An object literal is no place for that. */
function asksOf(s: Stmt, v: Var): boolean {
  const held = s.kind === "store" || s.kind === "accumulate" ? (s.place.kind === "cell" ? null : s.place.base) : s.kind === "mutate" ? s.array : null;
  return (held?.kind === "var" && held.variable === v) || expressions(s).some((e) => isOperand(e, v));
}

/** is the variable an operand, and not merely handed over? */
const isOperand = (e: Expr, v: Var): boolean =>
  e.kind !== "var" && (e.kind === "struct" || e.kind === "array" ? operands(e).some((o) => isOperand(o, v)) : mentions(e, v));

/** does the variable stand in an arm of a choice, and not in its test? */
function isArm(e: Expr, v: Var): boolean {
  if (e.kind !== "op" || e.op !== "select") return operands(e).some((o) => isArm(o, v));
  return !mentions(e.args[0]!, v) && e.args.slice(1).some((arm) => mentions(arm, v));
}

/** a choice in a branch of the same test */
function decided(value: Expr, test: Expr, outcome: boolean): Expr {
  if (test.kind === "op" && test.op === "!") return decided(value, test.args[0]!, !outcome);
  if (value.kind !== "op" || value.op !== "select" || test.kind !== "var" || value.args[0]?.kind !== "var" || value.args[0].variable !== test.variable) return value;
  return value.args[outcome ? 1 : 2] ?? value;
}

/** a test whether an element is there, and a branch that has to do with it: TypeScript would take a number that is missing for `never` */
function isAbsentElement(test: Expr, { then, else: otherwise }: Stmt & { readonly kind: "if" }): boolean {
  const [of, by] = test.kind === "op" ? test.args : [];
  if (test.kind !== "op" || of?.kind !== "load" || of.place.kind !== "element" || !(test.op === "isNullish" || (by?.kind === "const" && by.value === undefined))) return false;
  const { place } = of;
  return [...statements(then), ...statements(otherwise)].some((s) => (s.kind === "accumulate" && samePlace(s.place, place)) || expressions(s).some((e) => loads(e, place)));
}

const loads = (e: Expr, place: Place): boolean => (e.kind === "load" && samePlace(e.place, place)) || operands(e).some((o) => loads(o, place));

/** for each variable the last statement of the block that reads it */
function usersIn(list: readonly (Stmt | null)[]): Map<Var, number> {
  const users = new Map<Var, number>();
  list.forEach((s, i) => { if (s) visitReadBeyond(s, (v) => { users.set(v, i); }); });
  return users;
}

const readsVariable = (s: Stmt, v: Var): boolean => readBeyond(s).has(v);

const mentions = (e: Expr, v: Var): boolean => (e.kind === "var" ? e.variable === v : operands(e).some((o) => mentions(o, v)));

function variablesOf(e: Expr): Var[] {
  return e.kind === "var" ? [e.variable] : operands(e).flatMap(variablesOf);
}

const isImpure = (e: Expr): boolean => (e.kind === "op" && isImpureOp(e.op)) || operands(e).some(isImpure);
const hasOperation = (e: Expr): boolean => e.kind === "op" || e.kind === "runtime" || operands(e).some(hasOperation);

export function replaceIn(e: Expr, v: Var, value: Expr): Expr {
  if (e.kind === "var") return e.variable === v ? value : e;
  return mapOperands(e, (x) => replaceIn(x, v, value));
}

/** comments of a statement that went into another one stand before that one */
function withComments(s: Stmt, from: Origin, own: Origin): Stmt {
  if (from.comments.length === 0 || own.comments.length > 0) return s;
  return { ...s, origin: { ...s.origin, comments: from.comments } };
}
