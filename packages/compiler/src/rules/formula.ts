// The vocabulary in which rules are written: terms over the operands and the result of an operation, and the shapes of rows.
// Builders only build; nothing is simplified here (derive.ts does that once the operands are known).
// They are plain helpers per arity, so that a row with too few partials does not compile and says so plainly.
import type { OpName } from "../ir/ir.ts";
import type { Formula, InertRule, Interval, RefusedRule, ScalarRule } from "./rule.ts";

/** The functions of `Math`: what the standard library in use declares, and those that newer ones are known to add. */
export type MathFunction =
  | { [K in keyof Math]: Math[K] extends (...args: never[]) => number ? K : never }[keyof Math]
  | "f16round"
  | "sumPrecise";

type Term = Formula | number;

const term = (value: Term): Formula => (typeof value === "number" ? { kind: "number", value } : value);
const apply = (op: OpName, ...args: readonly Term[]): Formula => ({ kind: "apply", op, args: args.map(term) });

export const operand = (index: number): Formula => ({ kind: "arg", index });
export const RESULT: Formula = { kind: "result" };

export const add = (a: Term, b: Term): Formula => apply("+", a, b);
export const sub = (a: Term, b: Term): Formula => apply("-", a, b);
export const mul = (a: Term, b: Term): Formula => apply("*", a, b);
export const div = (a: Term, b: Term): Formula => apply("/", a, b);
export const pow = (a: Term, b: Term): Formula => apply("**", a, b);
/** a · b, and 0 where a is 0 whatever b is */
export const guarded = (a: Term, b: Term): Formula => apply("guarded*", a, b);
export const neg = (a: Term): Formula => apply("neg", a);
export const call = (name: MathFunction, ...args: readonly Term[]): Formula => apply(`Math.${name}`, ...args);

export const eq = (a: Term, b: Term): Formula => apply("===", a, b);
export const lt = (a: Term, b: Term): Formula => apply("<", a, b);
export const le = (a: Term, b: Term): Formula => apply("<=", a, b);
export const ge = (a: Term, b: Term): Formula => apply(">=", a, b);
export const and = (a: Formula, b: Formula): Formula => apply("&&", a, b);
export const or = (a: Formula, b: Formula): Formula => apply("||", a, b);
/** `test ? a : b` */
export const select = (test: Term, a: Term, b: Term): Formula => apply("select", test, a, b);

// ---------------------------------------------------------------------------------------------------- rows

/** What a row says beside its partials. */
interface Facts {
  /** ns per evaluation */
  readonly cost: number;
  /** where the numeric test samples; one interval per operand, the last one repeated */
  readonly on?: readonly (readonly [low: number, high: number])[];
  /** may the partials be infinite or NaN at finite operands? For all operands alike */
  readonly singular?: boolean;
}

const WHOLE: readonly [number, number] = [-3, 3];

function domainOf(facts: Facts, count: number): readonly Interval[] {
  const given = facts.on ?? [WHOLE];
  return Array.from({ length: count }, (_, i) => {
    const [low, high] = given[i] ?? given.at(-1) ?? WHOLE;
    return { low, high };
  });
}

function row(partials: readonly (Term | null)[], facts: Facts): ScalarRule {
  return {
    kind: "scalar",
    partials: partials.map((p) => (p === null ? null : term(p))),
    expand: null,
    variadic: false,
    singular: partials.map(() => facts.singular ?? false),
    domain: domainOf(facts, partials.length),
    cost: facts.cost,
  };
}

/** A function of one operand; its partial over the operand and the result. */
export const d1 = (partial: (x: Formula, y: Formula) => Term, facts: Facts): ScalarRule =>
  row([partial(operand(0), RESULT)], facts);

/** A function of two operands; its two partials over the operands and the result. */
export const d2 = (partials: (a: Formula, b: Formula, y: Formula) => readonly [Term, Term], facts: Facts): ScalarRule =>
  row(partials(operand(0), operand(1), RESULT), facts);

/** A choice by its first operand, which carries no derivative. */
export const choice = (partials: (test: Formula) => readonly [Term, Term], facts: Facts): ScalarRule =>
  row([null, ...partials(operand(0))], facts);

/** A function of any number of operands; the partials for all of them at once. */
export function variadic(partials: (operands: readonly Formula[], y: Formula) => readonly Term[], facts: Facts): ScalarRule {
  const expand = (count: number): readonly Formula[] => partials(Array.from({ length: count }, (_, i) => operand(i)), RESULT).map(term);
  return { ...row(expand(2), facts), expand, variadic: true };
}

/** No derivative, and nobody expects one. */
export const inert = (cost: number): InertRule => ({ kind: "inert", cost, warns: null });

/** No derivative although the result looks as if it had one: worth a warning when an active value arrives. */
export const kills = (cost: number, why: string): InertRule => ({ kind: "inert", cost, warns: why });

export const refused = (reason: string): RefusedRule => ({ kind: "refused", reason });
