// What `typeof` says of variables that may hold values of several types, where all that they are assigned is of one kind.
// Assumes that nothing but the function itself assigns its variables; those that closures assign have no kind. Types are not believed:
// what is read of an array, and what came in, may be missing whatever its type says.
import type { Expr, Func, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isArithmetic, primitiveOf } from "../ir/facts.ts";
import { assignedInClosures, valuesGiven } from "../ir/variables.ts";

export class PrimitiveKinds {
  readonly #func: Func;
  #given: ReadonlyMap<Var, readonly Expr[]> | null = null;

  constructor(func: Func) {
    this.#func = func;
  }

  /** what `typeof` says of every value of an expression; null where that is more than one word, or not known */
  of(asked: Expr): string | null {
    const given = (this.#given ??= ownValues(this.#func));
    const kinds = new Set<string | null>();
    const seen = new Set<Var>();
    // every value that may get there is looked at once, so that chains and rings of variables cost their length
    const open = [asked];
    for (let e = open.pop(); e !== undefined && !kinds.has(null); e = open.pop()) {
      if (e.kind === "const") kinds.add(e.value === null ? "object" : typeof e.value);
      else if (OBJECTS.has(e.kind)) kinds.add("object");
      else if (e.kind === "op" && e.op === "select") open.push(e.args[1]!, e.args[2]!);
      else if (e.kind === "op") kinds.add(made(e.op, e.type));
      else if (e.kind !== "var") kinds.add(null);
      else if (!seen.has(e.variable)) {
        seen.add(e.variable);
        const { mutable } = e.variable;
        const values = given.get(e.variable);
        // the declaration of what branches assign holds nothing yet
        if (values === undefined) kinds.add(null);
        else open.push(...values.filter((x) => !mutable || x.kind !== "const" || x.value !== undefined));
      }
    }
    const [only = null] = kinds;
    return kinds.size === 1 ? only : null;
  }

  /** is a value no text, where it is compared with one? */
  isNoText(e: Expr, text: Expr): boolean {
    if (text.kind !== "const" || typeof text.value !== "string") return false;
    const declared = primitiveOf(typeOf(e));
    const kind = declared === null || declared === "string" ? this.of(e) : declared;
    return kind !== null && kind !== "string";
  }
}

const OBJECTS: ReadonlySet<Expr["kind"]> = new Set(["struct", "array", "new", "copy", "view", "keys", "zeros"]);

/** what `typeof` may say of values of a type: a number may be missing whatever its type says, and is no text then either */
export function possibleKinds(type: Type): ReadonlySet<string> | undefined {
  const kind = primitiveOf(type);
  return kind === null || kind === "string" ? undefined : new Set([kind, "undefined"]);
}

function ownValues(func: Func): ReadonlyMap<Var, readonly Expr[]> {
  const given = valuesGiven(func.body);
  for (const v of assignedInClosures(func.body)) given.delete(v);
  return given;
}

/** of what an operation makes */
const made = (name: string, type: Type): string | null => (isArithmetic(name) && type.kind === "real" ? "number" : type.kind === "boolean" && !["&&", "||", "??"].includes(name) ? "boolean" : null);
