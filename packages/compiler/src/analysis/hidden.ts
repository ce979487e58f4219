// Derivatives that end because a number hides for a while in something that is no number: in text, a date, a formatter, a key.
// `Number(String(x))` is x to the bit, and its derivative is zero without a word.
// Assumes the versioned stage, one function at a time. Guarantees: every useful number that is read back from what was made of a
// varied one, through operations and outside calls, is found; lengths and tests of text change in steps and are left out.
import type { Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { operands, placeOperands, statements } from "../ir/walk.ts";
import { numberReadBack } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { ruleOf } from "../rules/table.ts";
import { type Activity, isReal } from "./activity.ts";
import type { Alias, ObjectId } from "./alias.ts";

/** answers that are numbers, but say only where or which */
const POSITIONS = new Set([".indexOf", ".lastIndexOf", ".localeCompare", ".search", ".getTimezoneOffset"]);

export function findHidden(func: Func, activity: Activity, alias: Alias): Finding[] {
  const hidden = new Hidden(activity, alias);
  while (hidden.flow(func)) { /* to the fixpoint: loops carry */ }
  return [...statements(func.body)].flatMap((s) => hidden.warningsOf(s));
}

class Hidden {
  readonly #activity: Activity;
  readonly #alias: Alias;
  readonly #variables = new Set<Var>();
  readonly #objects = new Set<ObjectId>();
  #changed = false;

  constructor(activity: Activity, alias: Alias) {
    this.#activity = activity;
    this.#alias = alias;
  }

  flow(func: Func): boolean {
    this.#changed = false;
    for (const s of statements(func.body)) this.#statement(s);
    return this.#changed;
  }

  #statement(s: Stmt): void {
    switch (s.kind) {
      case "let": case "assign": if (this.#hides(s.value)) this.#mark(s.variable); return;
      case "store": if (s.place.kind !== "cell" && (this.#isHidden(s.value) || placeOperands(s.place).some((e) => this.#isHiddenAtom(e)))) this.#markHolder(s.place.base); return;
      case "mutate": if (s.args.some((a) => this.#isHidden(a))) this.#markHolder(s.array); if (s.result && this.#isHidden(s.array)) this.#mark(s.result); return;
      case "call": if (s.callee.kind === "external" && s.result && s.args.some((a) => this.#isHidden(a) || this.#isVaried(a))) this.#mark(s.result); return;
      default:
    }
  }

  warningsOf(s: Stmt): Finding[] {
    if (s.kind === "call" && s.callee.kind === "external" && s.result) return this.#readBack(s, s.result, s.callee.name, s.args);
    if ((s.kind === "let" || s.kind === "assign") && s.value.kind === "op") return this.#readBack(s, s.variable, s.value.op, s.value.args);
    return [];
  }

  #readBack(s: Stmt, result: Var, name: string, args: readonly Expr[]): Finding[] {
    if (!isReal(result.type) || !this.#activity.isUseful(result) || POSITIONS.has(name) || name === "select") return [];
    return args.some((a) => this.#isHidden(a)) ? [numberReadBack(s.origin.span, name)] : [];
  }

  /** does a definition hold, without being a number, what was made of a varied one? What warns by itself is no news */
  #hides(e: Expr): boolean {
    switch (e.kind) {
      case "var": return this.#isHidden(e);
      case "op": {
        const rule = ruleOf(e.op);
        return rule?.kind === "inert" && rule.warns === null ? e.args.some((a) => this.#isHidden(a) || this.#isVaried(a)) : e.op === "select" && e.args.some((a) => this.#isHidden(a));
      }
      case "load": return e.place.kind !== "cell" && this.#isHidden(e.place.base);
      default: return operands(e).some((a) => this.#isHidden(a));
    }
  }

  #isVaried(e: Expr): boolean {
    return e.kind === "var" && (this.#activity.isVaried(e.variable) || this.#activity.holdsVaried(e.variable));
  }

  #isHiddenAtom(e: Expr): boolean {
    return e.kind === "var" && this.#variables.has(e.variable);
  }

  #isHidden(e: Expr): boolean {
    return this.#isHiddenAtom(e) || [...this.#alias.pointsTo(e)].some((o) => this.#objects.has(o));
  }

  /** numbers and tests hide nothing: they are warned about where they are made */
  #mark(v: Var): void {
    if (v.type.kind === "boolean" || isReal(v.type) || this.#variables.has(v)) return;
    this.#variables.add(v);
    this.#changed = true;
  }

  #markHolder(e: Expr): void {
    for (const o of this.#alias.pointsTo(e)) if (!this.#objects.has(o)) { this.#objects.add(o); this.#changed = true; }
  }
}
