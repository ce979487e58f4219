// Constructors of IR nodes, and the supply of fresh variables.
// A Supply belongs to one compilation unit and is passed along, never global, so that output does not depend on what ran before.
import type { Block, Expr, Func, Origin, Param, Place, Stmt, Type, Var } from "./ir.ts";

/** what derivatives are called */
const DERIVATIVE_NAME = /(Bar|Dot)\d*$/;

export class Supply {
  #next = 0;
  #deriving = 0;
  #lanes = 0;

  /** a variable for numbers is for any: which few a declaration names is a matter of the place that it declares */
  fresh(name: string, type: Type, mutable = false): Var {
    const derived = this.#deriving > 0;
    return this.#make(name, type.kind === "real" ? REAL : type, mutable, { derived, derivative: derived && DERIVATIVE_NAME.test(name), lane: this.#lanes > 0 });
  }

  /** a new variable that reads like `variable` */
  like(variable: Var, changes: { readonly name?: string; readonly type?: Type; readonly mutable?: boolean } = {}): Var {
    return this.#make(changes.name ?? variable.name, changes.type ?? variable.type, changes.mutable ?? variable.mutable, variable);
  }

  /** what `run` makes afresh under the names of derivatives is marked as such; copies are what they copy */
  deriving<T>(run: () => T): T {
    this.#deriving++;
    try {
      return run();
    } finally {
      this.#deriving--;
    }
  }

  /** what `run` makes afresh is one for each direction, if it is made for tangents at all */
  inLanes<T>(run: () => T): T {
    this.#lanes++;
    try {
      return run();
    } finally {
      this.#lanes--;
    }
  }

  #make(name: string, type: Type, mutable: boolean, { derivative, derived, lane }: { readonly [K in "derivative" | "derived" | "lane"]?: boolean }): Var {
    const variable = { id: this.#next++, name, type, mutable };
    return { ...variable, ...(derivative ? { derivative } : {}), ...(derived ? { derived } : {}), ...(lane ? { lane } : {}) };
  }
}

export const REAL: Type = { kind: "real" };
export const BOOLEAN: Type = { kind: "boolean" };
export const STRING: Type = { kind: "string" };
export const VOID: Type = { kind: "void" };

export const ZERO: Expr = { kind: "const", value: 0 };
export const ONE: Expr = { kind: "const", value: 1 };
export const TRUE: Expr = { kind: "const", value: true };
export const FALSE: Expr = { kind: "const", value: false };
export const UNDEFINED: Expr = { kind: "const", value: undefined };

export const constant = (value: number | boolean | string | bigint | null | undefined): Expr => ({ kind: "const", value });
export const use = (variable: Var): Expr => ({ kind: "var", variable });
export const op = (name: string, args: readonly Expr[], type: Type = REAL): Expr => ({ kind: "op", op: name, args, type });
export const element = (base: Expr, index: Expr): Place => ({ kind: "element", base, index });
export const field = (base: Expr, name: string): Place => ({ kind: "field", base, field: name });
export const load = (place: Place, type: Type, mayMiss = false): Expr => ({ kind: "load", place, mayMiss, type });
/** the keys of a map, as an array of their type */
export const keysOf = (map: Expr, key: Type): Expr => ({ kind: "keys", of: map, type: { kind: "array", array: "Array", element: key } });
export const length = (array: Expr): Expr => ({ kind: "length", array });
/** what a function of the runtime gives */
export const runtime = (name: string, args: readonly Expr[], type: Type): Expr & { readonly kind: "runtime" } => ({ kind: "runtime", name, args, type });

export const define = (variable: Var, value: Expr, origin: Origin): Stmt => ({ kind: "let", variable, value, origin });
export const assign = (variable: Var, value: Expr, origin: Origin): Stmt => ({ kind: "assign", variable, value, origin });
export const store = (place: Place, value: Expr, origin: Origin): Stmt => ({ kind: "store", place, value, origin });
export const accumulate = (place: Place, value: Expr, origin: Origin): Stmt => ({ kind: "accumulate", place, value, origin });
export const branch = (test: Expr, then: Block, otherwise: Block, origin: Origin): Stmt => ({ kind: "if", test, then, else: otherwise, origin });

/** a call of a function of the runtime for its effect */
export const runtimeCall = (name: string, args: readonly Expr[], origin: Origin): Stmt => ({ kind: "call", callee: { kind: "external", name: `cotangent:${name}`, cell: null }, args, result: null, origin });

/** a parameter that no source has written */
export const parameterOf = (variable: Var): Param => ({ variable, name: variable.name, typeText: null, optional: false, rest: false });

/** a function with this many parameters: others are left out, as a call with fewer arguments leaves them */
export function ofArity(func: Func, arity: number, supply: Supply): Func {
  const missing = Array.from({ length: Math.max(0, arity - func.params.length) }, () => parameterOf(supply.fresh("unused", VOID)));
  const left = func.params.slice(arity).map((p) => define(p.variable, UNDEFINED, func.origin));
  return { ...func, params: [...func.params.slice(0, arity), ...missing], body: [...left, ...func.body] };
}

export const isConst = (e: Expr, value?: number | boolean | string | null | undefined): boolean =>
  e.kind === "const" && (value === undefined || Object.is(e.value, value));
export const isAtom = (e: Expr): boolean => e.kind === "const" || e.kind === "var" || e.kind === "function";

/** the type of an expression */
export function typeOf(e: Expr): Type {
  switch (e.kind) {
    case "const": return e.type ?? constType(e.value);
    case "var": return e.variable.type;
    case "length": return REAL;
    default: return e.type;
  }
}

/** null or undefined in place of a value is what that was declared to be: the text may look into it where control never comes */
export function asNothing<E extends Expr | undefined>(e: E, declared: Type): E {
  return e?.kind === "const" && (e.value === null || e.value === undefined) && declared.kind !== "void" && declared.kind !== "opaque" ? { ...e, type: declared } : e;
}

function constType(value: number | boolean | string | bigint | null | undefined): Type {
  switch (typeof value) {
    case "number": return REAL;
    case "boolean": return BOOLEAN;
    case "string": return STRING;
    case "bigint": return { kind: "bigint" };
    default: return VOID;
  }
}
