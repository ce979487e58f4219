// Makes exits of exceptions: under a handler, a `throw` hands its value over (catcher.ts) and leaves the guarded block, and `structure`
// does the rest, as for `break`. What throws without saying so keeps a `try` of its own, around nothing else. A function that stays a call
// and may throw is called in a variant whose result says what came of it. A `throw` without a handler around stays one: it costs nothing.
// Assumes the structured stage after inlining, with settled loops. Guarantees no `try` but those small inert ones.
import type { Block, Expr, Field, Func, FuncId, Origin, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, FALSE, field, load, op, REAL, type Supply, TRUE, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { isUntyped, sameType } from "../ir/facts.ts";
import { ruleThrows } from "../diagnostics/catalog-of-rules.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { mapStmt, statements } from "../ir/walk.ts";
import { Catcher, type Landing, nothing, numberOf, settleNumbers, UNKNOWN } from "./catcher.ts";
import { surelyPresent } from "./decide-tests.ts";
import { ATTEMPT } from "./exits.ts";
import { testReferences } from "./missing.ts";
import { sequence } from "./structure.ts";
import { throwsQuietly } from "./throws.ts";

/** What comes of a call that may throw: its value, or one of the thrown types. */
export interface Outcome {
  readonly id: FuncId;
  /** what may be thrown; the fields are `thrown`, or `thrown1`, `thrown2`, … */
  readonly types: readonly Type[];
  /** `failed` (the number of the thrown type, 0 for none), `value`, and one field per type */
  readonly record: StructType;
}

export interface HandlerContext {
  readonly supply: Supply;
  /** the variant of a function that stays a call; null where it throws nothing */
  readonly outcomeOf: (id: FuncId) => Outcome | null;
  /** the variant throws something that is none of the types of its outcome */
  readonly unforeseen: (outcome: Outcome) => void;
  /** may the function, or what it calls, throw? */
  readonly mayThrow: (id: FuncId) => boolean;
  readonly report: (finding: Finding) => void;
}

/** what handlers are asked beside */
interface Asked extends HandlerContext {
  /** the number of a thrown type */
  readonly number: (t: Type) => number;
  /** is it surely what its type says? */
  readonly isThere: (e: Expr) => boolean;
}

function asked(func: Func, number: (t: Type) => number, context: HandlerContext): Asked {
  let present: ReadonlySet<Var> | null = null;
  return { ...context, number, isThere: (e) => (e.kind === "var" ? (present ??= surelyPresent(func)).has(e.variable) : e.kind === "const") };
}

export function resolveHandlers(func: Func, context: HandlerContext): Func {
  if (![...statements(func.body)].some((s) => s.kind === "try")) return func;
  return { ...func, body: resolve(testReferences(func.body, false, context.supply), null, asked(func, () => 0, context)) };
}

/** the variant of a function that catches what it throws and returns it */
export function withOutcome(func: Func, outcome: Outcome, context: HandlerContext): Func {
  const { supply } = context;
  const { origin } = func;
  const { types, record } = outcome;
  const failed = supply.fresh("failed", REAL, true);
  const value = func.result ? supply.fresh("value", func.resultType, true) : null;
  const thrown = types.map((t, k) => supply.fresh(thrownName(types, k), t, true));
  const target = { label: ATTEMPT };
  const unknown = types.findIndex(isUntyped);
  const indexOf = (t: Type): number => {
    const own = types.findIndex((x) => sameType(x, t));
    const found = own < 0 ? unknown : own;
    if (found < 0) context.unforeseen(outcome);
    return Math.max(found, 0);
  };
  const note = (given: Expr, at: Origin): Block => {
    const type = typeOf(given);
    if (!isUntyped(type)) return [assign(failed, constant(indexOf(type) + 1), at), assign(thrown[indexOf(type)]!, given, at)];
    const number = supply.fresh("failed", REAL);
    const kept = thrown.flatMap((v): Block => {
      const part = supply.like(v, { mutable: false });
      return [define(part, given, at), assign(v, use(part), at)];
    });
    return [define(number, types.length === 1 ? constant(1) : numberOf(given), at), assign(failed, use(number), at), ...kept];
  };
  const body: Block = [...testReferences(func.body, true, supply), ...(value && func.result ? [assign(value, func.result, origin)] : [])];
  const guarded = settleNumbers(raise(body, { target, note }, asked(func, (t) => indexOf(t) + 1, context)), unknown + 1);
  const result = supply.fresh("outcome", record);
  const variables = [failed, ...(value ? [value] : []), ...thrown];
  const made: Expr = { kind: "struct", type: record, fields: record.fields.map((f, k) => ({ name: f.name, value: use(variables[k]!) })) };
  return {
    ...func, id: outcome.id, name: `${func.name}Outcome`,
    body: [define(failed, ZERO, origin), ...variables.slice(1).map((v) => define(v, nothing(v.type), origin)), ...sequence([{ kind: "block", target, body: guarded, landing: [], origin }], unresolved, supply), define(result, made, origin)],
    result: use(result), resultType: record, resultText: null,
  };
}

/** what comes of a function, as a type */
export function outcomeType(func: Func, types: readonly Type[], id: number): Outcome {
  const value: Field[] = func.result ? [{ name: "value", type: func.resultType, optional: false }] : [];
  const thrown = types.map((type, k): Field => ({ name: thrownName(types, k), type, optional: false }));
  const record: StructType = { kind: "struct", id, name: null, isClass: false, isOutcome: true, fields: [{ name: "failed", type: REAL, optional: false }, ...value, ...thrown] };
  return { id: `${func.id}$outcome`, types, record };
}

const thrownName = (types: readonly Type[], k: number): string => (types.length === 1 ? "thrown" : `thrown${k + 1}`);

function unresolved(): never {
  throw new Error("an exit without a target");
}

function resolve(block: Block, landing: Landing | null, context: Asked): Block {
  return sequence(raise(block, landing, context), unresolved, context.supply);
}

/** from the last statement to the first: what handlers ask is known before what they catch is looked at */
function raise(block: Block, landing: Landing | null, context: Asked): Block {
  const inner = (b: Block): Block => raise(b, landing, context);
  let out: Block = [];
  for (const s of block.toReversed()) {
    if (s.kind === "try") {
      const handler = inner(s.handler ?? []);
      const catcher = new Catcher(s.caught, context);
      const [landed, after] = [catcher.answer(handler), catcher.answer(out)];
      const body = raise(s.body, catcher, context);
      const declares = catcher.declares(s.origin);
      out = catcher.isUsed ? [...declares, { kind: "block", target: catcher.target, body, landing: landed, origin: s.origin }, ...after] : [...declares, ...body, ...after];
    } else out = [...(landing ? raised(s, landing, inner, context) : [mapStmt(s, (e) => e, inner)]), ...out];
  }
  return out;
}

function raised(s: Stmt, landing: Landing, inner: (b: Block) => Block, context: HandlerContext): Block {
  const { supply } = context;
  if (s.kind === "throw") return leave(s.value, landing, s.origin);
  if (s.kind === "call" && s.callee.kind === "function") {
    const outcome = context.outcomeOf(s.callee.func);
    if (outcome) return called(s, outcome, landing, supply);
  }
  if (s.kind === "call" && s.callee.kind === "ruled" && context.mayThrow(s.callee.primal)) context.report(ruleThrows(s.origin.span, s.callee.name));
  return throwsQuietly(s) ? attempted(s, landing, supply) : [mapStmt(s, (e) => e, inner)];
}

const leave = (value: Expr, landing: Landing, origin: Origin): Block => [...landing.note(value, origin), { kind: "exit", exit: { kind: "break", target: landing.target }, origin }];

/** a `try` around one statement */
function attempted(s: Stmt, landing: Landing, supply: Supply): Block {
  const { origin } = s;
  const failed = supply.fresh("failed", BOOLEAN, true);
  const caught = supply.fresh("caught", UNKNOWN);
  const thrown = supply.fresh("thrown", UNKNOWN, true);
  const result = s.kind === "call" || s.kind === "mutate" ? s.result : s.kind === "let" ? s.variable : null;
  const joined = result && supply.like(result, { mutable: true });
  const inside: Var | null = result && supply.like(result, { mutable: false });
  const renamed: Stmt = s.kind === "let" ? { ...s, variable: inside! } : s.kind === "call" || s.kind === "mutate" ? { ...s, result: inside } : s;
  return [
    define(failed, FALSE, origin), define(thrown, UNDEFINED, origin), ...(joined ? [define(joined, UNDEFINED, origin)] : []),
    { kind: "try", body: [renamed, ...(joined && inside ? [assign(joined, use(inside), origin)] : [])], caught, handler: [assign(failed, TRUE, origin), assign(thrown, use(caught), origin)], finalizer: null, origin },
    branch(use(failed), leave(use(thrown), landing, origin), [], origin),
    ...(joined && result ? [define(result, use(joined), origin)] : []),
  ];
}

/** a call of the variant that returns what came of it */
function called(s: Stmt & { kind: "call" }, { id, types, record }: Outcome, landing: Landing, supply: Supply): Block {
  const { origin } = s;
  const outcome = supply.fresh("outcome", record);
  const failed = supply.fresh("failed", REAL);
  const read = (name: string, type: Type): Expr => load(field(use(outcome), name), type);
  const out: Stmt[] = [{ ...s, callee: { kind: "function", func: id }, result: outcome }, define(failed, read("failed", REAL), origin)];
  types.forEach((type, k) => {
    const isThis = supply.fresh("isThrown", BOOLEAN);
    const thrown = supply.fresh("thrown", type);
    out.push(define(isThis, op("===", [use(failed), constant(k + 1)], BOOLEAN), origin));
    out.push(branch(use(isThis), [define(thrown, read(thrownName(types, k), type), origin), ...leave(use(thrown), landing, origin)], [], origin));
  });
  if (s.result) out.push(define(s.result, read("value", s.result.type), origin));
  return out;
}
