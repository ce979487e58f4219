// Decides tests whose answer is in sight, and takes the branch that they choose: `instanceof` of objects that are made here (so that
// methods found at run time become plain code), `typeof` of what is made here or surely there, and `=== undefined` of numbers that are
// surely there, or surely not (so that defaults vanish, or are all there is).
// Assumes the structured stage. Guarantees the same, with fewer tests and branches.
import type { Block, Cell, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { constant, isConst, typeOf } from "../ir/build.ts";
import { primitiveOf } from "../ir/facts.ts";
import { valuesGiven, variablesAssigned } from "../ir/variables.ts";
import { mapStmt, statements, visitExpressions } from "../ir/walk.ts";

export function decideTests(func: Func): Func {
  let current = func;
  for (;;) {
    const { decided, kinds } = findDecided(current);
    if (decided.size === 0) return current;
    const known = (e: Expr): boolean | null => (e.kind === "var" ? decided.get(e.variable) ?? null : null);
    const each = (block: Block): Block => block.flatMap((s): Block => {
      if (s.kind === "if") {
        const answer = known(s.test);
        if (answer !== null) return each(answer ? s.then : s.else);
      }
      const answer = s.kind === "let" ? decided.get(s.variable) ?? kinds.get(s.variable) : undefined;
      if (s.kind === "let" && answer !== undefined) return [{ ...s, value: constant(answer) } satisfies Stmt];
      return [mapStmt(s, (e) => e, each)];
    });
    current = { ...current, body: each(current.body) };
  }
}

interface Decided {
  /** variables that hold the answer of a test which is known */
  readonly decided: ReadonlyMap<Var, boolean>;
  /** variables that hold what `typeof` says, where that is known */
  readonly kinds: ReadonlyMap<Var, string>;
}

function findDecided(func: Func): Decided {
  const assigned = variablesAssigned(func.body);
  const made = new Map<Var, Lineage>();
  const classes = new Map<Var, Cell>();
  const decided = new Map<Var, boolean>();
  const present = asks(func) ? surelyPresent(func) : new Set<Var>();
  const absent = asks(func) ? beyondEnds(func, assigned) : new Set<Var>();
  const kinds = new Map<Var, string>();
  for (const s of statements(func.body)) {
    // what the language's own classes make is an instance of no class of the program, but of those that extend them
    if (s.kind === "call" && s.result && s.callee.kind === "external" && s.callee.name.startsWith("new ") && (s.callee.cell === null || s.callee.cell.lineage !== undefined)) made.set(s.result, s.callee.cell?.lineage ?? []);
    if (s.kind !== "let" || assigned.has(s.variable)) continue;
    learn(s.variable, s.value, made, classes);
    const kind = s.value.kind === "op" && s.value.op === "typeof" ? kindOf(s.value.args[0]!, made, present) : null;
    if (kind !== null) kinds.set(s.variable, kind);
    const answer = instanceAnswer(s.value, made, classes) ?? presenceAnswer(s.value, present, absent) ?? kindAnswer(s.value, kinds) ?? thereAnswer(s.value, made) ?? (s.value.kind === "var" ? decided.get(s.value.variable) ?? null : null);
    if (answer !== null) decided.set(s.variable, answer);
  }
  return { decided, kinds };
}

// ---------------------------------------------------------------------------------------------------- classes

/** of which classes of the program something is an instance */
type Lineage = readonly string[];

function learn(variable: Var, value: Expr, made: Map<Var, Lineage>, classes: Map<Var, Cell>): void {
  if (value.kind === "struct" || value.kind === "array") made.set(variable, value.type.kind === "struct" ? value.type.lineage ?? [] : []);
  if (value.kind === "load" && value.place.kind === "cell" && value.place.cell.lineage !== undefined) classes.set(variable, value.place.cell);
  if (value.kind !== "var") return;
  const object = made.get(value.variable);
  if (object !== undefined) made.set(variable, object);
  const cell = classes.get(value.variable);
  if (cell !== undefined) classes.set(variable, cell);
}

function instanceAnswer(value: Expr, made: ReadonlyMap<Var, Lineage>, classes: ReadonlyMap<Var, Cell>): boolean | null {
  if (value.kind !== "op" || value.op !== "instanceof") return null;
  const [object, target] = value.args;
  const lineage = object?.kind === "var" ? made.get(object.variable) : undefined;
  const cell = target?.kind === "var" ? classes.get(target.variable) : undefined;
  return lineage === undefined || cell?.lineage === undefined ? null : lineage.includes(cell.lineage[0]!);
}

// ---------------------------------------------------------------------------------------------------- numbers that are there

const isUndefinedTest = (e: Expr): e is Expr & { readonly kind: "op" } => e.kind === "op" && e.op === "===" && e.args[0]?.kind === "var" && isConst(e.args[1]!) && (e.args[1] as { readonly value: unknown }).value === undefined;

/** does the function ask whether something is there, or of what kind it is? */
const asks = (func: Func): boolean => statements(func.body).some((s) => s.kind === "let" && s.value.kind === "op" && (s.value.op === "typeof" || isUndefinedTest(s.value)));

/** what `typeof` says of an object that is made here, or of a value that is surely there */
function kindOf(e: Expr, made: ReadonlyMap<Var, Lineage>, present: ReadonlySet<Var>): string | null {
  if (e.kind === "const") return e.value === null ? "object" : typeof e.value;
  if (e.kind !== "var") return null;
  if (made.has(e.variable)) return "object";
  return present.has(e.variable) ? primitiveOf(e.variable.type) : null;
}

function kindAnswer(value: Expr, kinds: ReadonlyMap<Var, string>): boolean | null {
  if (value.kind !== "op" || (value.op !== "===" && value.op !== "!==")) return null;
  const [of, text] = value.args;
  const kind = of?.kind === "var" ? kinds.get(of.variable) : undefined;
  if (kind === undefined || text?.kind !== "const") return null;
  return (kind === text.value) === (value.op === "===");
}

function presenceAnswer(value: Expr, present: ReadonlySet<Var>, absent: ReadonlySet<Var>): boolean | null {
  if (!isUndefinedTest(value)) return null;
  const [tested] = value.args;
  if (tested?.kind !== "var") return null;
  return present.has(tested.variable) ? false : absent.has(tested.variable) ? true : null;
}

/** is an object that is made here there? */
function thereAnswer(value: Expr, made: ReadonlyMap<Var, Lineage>): boolean | null {
  if (value.kind !== "op" || (value.op !== "truthy" && value.op !== "isNullish")) return null;
  const [of] = value.args;
  return of?.kind === "var" && made.has(of.variable) ? value.op === "truthy" : null;
}

/** what is read behind the end of tuples, which are as long as their types: where one is given for a longer one whose end may be left out */
function beyondEnds(func: Func, assigned: ReadonlySet<Var>): ReadonlySet<Var> {
  const found = new Set<Var>();
  for (const s of statements(func.body)) {
    if (s.kind === "mutate" && s.array.kind === "var" && s.array.variable.type.kind === "tuple") return new Set();
    if (s.kind !== "let" || assigned.has(s.variable) || s.value.kind !== "load" || s.value.place.kind !== "element") continue;
    const { base, index } = s.value.place;
    const type = typeOf(base);
    if (type.kind === "tuple" && index.kind === "const" && Number(index.value) >= type.elements.length) found.add(s.variable);
  }
  return found;
}

/**
 * Numbers all of whose values are results of arithmetic, parameters that are annotated as numbers, or fields that no literal
 * leaves out. An element of an array may be missing whatever its type says.
 */
export function surelyPresent(func: Func): ReadonlySet<Var> {
  const absent = new Set<string>();
  const definitions = valuesGiven(func.body);
  const present = new Set<Var>();
  for (const p of func.params) if (p.variable.type.kind === "real" && p.typeText !== null && !p.optional && !p.rest) present.add(p.variable);
  visitExpressions(func.body, (e) => {
    if (e.kind === "struct") for (const f of e.fields) if (f.value.kind === "const" && f.value.value === undefined) absent.add(f.name);
  });
  for (const s of statements(func.body)) if (s.kind === "loop" && s.header.kind === "counted") present.add(s.header.index);
  for (const v of definitions.keys()) present.add(v);
  const isPresent = (e: Expr): boolean => {
    switch (e.kind) {
      case "const": return e.value !== undefined && e.value !== null;
      case "var": return present.has(e.variable);
      case "op": return e.op === "select" ? e.args.slice(1).every(isPresent) : e.type.kind === "real" || e.type.kind === "boolean" || e.type.kind === "string";
      case "length": case "array": case "struct": case "new": case "copy": case "closure": case "function": return true;
      case "load": return e.place.kind === "field" && e.type.kind === "real" && !e.mayMiss && !absent.has(e.place.field);
      default: return false;
    }
  };
  // greatest fixpoint: loop-carried numbers rest on themselves
  for (let changed = true; changed;) {
    changed = false;
    for (const v of present) {
      if (!definitions.has(v) || definitions.get(v)!.every(isPresent)) continue;
      present.delete(v);
      changed = true;
    }
  }
  return present;
}
