// What tells one kind of object from others (`kind: "disc"`), where objects are made here: fields whose type has one value, and that nobody stores to.
// Assumes nothing but the function and its closures assigns its variables.
import type { Block, Expr, Func, Var } from "../ir/ir.ts";
import { constant, isConst } from "../ir/build.ts";
import { assignedInClosures, holdsClosures, valuesGiven } from "../ir/variables.ts";
import { statements, visitExpressions } from "../ir/walk.ts";

/** by field, the constants that it is one of */
type Kinds = ReadonlyMap<string, ReadonlySet<unknown>>;

type Load = Expr & { readonly kind: "load" };

const NO_KINDS: Kinds = new Map();

export class ObjectKinds {
  readonly #func: Func;
  readonly #known = new Map<Var, Kinds>();
  readonly #objects: ReadonlyMap<Var, readonly Expr[]>;
  #stored: ReadonlySet<string> | null = null;

  constructor(func: Func) {
    this.#func = func;
    this.#objects = objectsOf(func);
  }

  /** a variable with one value */
  note(variable: Var, value: Expr): void {
    if (value.kind === "struct" || value.kind === "var" || isChoice(value)) this.#known.set(variable, this.#of(value));
  }

  /** the constants that what is read is one of */
  field({ place }: Load): ReadonlySet<unknown> | undefined {
    return place.kind === "field" && place.base.kind === "var" ? this.#of(place.base).get(place.field) : undefined;
  }

  /** the only one */
  known(read: Load): Expr | null {
    const values = this.field(read);
    const [only] = values ?? [];
    return values?.size === 1 ? constant(only as string | number | boolean) : null;
  }

  /** what a value says of its kind; a join what any says that it is assigned */
  #of(e: Expr): Kinds {
    if (e.kind === "var") {
      const known = this.#known.get(e.variable);
      if (known !== undefined || !e.variable.mutable) return known ?? NO_KINDS;
      return joined((this.#objects.get(e.variable) ?? []).map((x) => (x.kind === "var" && x.variable.mutable ? NO_KINDS : this.#of(x))));
    }
    if (isChoice(e)) return joined(e.args.slice(1).map((x) => this.#of(x)));
    if (e.kind !== "struct") return NO_KINDS;
    const { fields, type } = e;
    const declared = type.kind === "struct" ? type.fields : [];
    return new Map(fields.flatMap(({ name, value }) => {
      const of = declared.find((x) => x.name === name)?.type;
      const [own, ...others] = of !== undefined && "literals" in of ? of.literals ?? [] : [];
      return value.kind === "const" && value.value === own && own !== undefined && others.length === 0 && !this.#isStored(name) ? [[name, new Set([own])] as const] : [];
    }));
  }

  /** few functions make objects that tell their kind */
  #isStored(field: string): boolean {
    return (this.#stored ??= storedFields(this.#func.body)).has(field);
  }
}

const isChoice = (e: Expr): e is Expr & { readonly kind: "op" } => e.kind === "op" && e.op === "select";

/** what all say something of */
function joined([first = NO_KINDS, ...others]: readonly Kinds[]): Kinds {
  if (others.length === 0) return first;
  return new Map([...first].filter(([name]) => others.every((x) => x.has(name))).map(([name, own]) => [name, new Set([...own, ...others.flatMap((x) => [...x.get(name) ?? []])])]));
}

/** fields that are stored to after their object was made, by function literals too */
function storedFields(block: Block, found = new Set<string>()): ReadonlySet<string> {
  for (const s of statements(block)) if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "field") found.add(s.place.field);
  if (holdsClosures(block)) visitExpressions(block, (e) => { if (e.kind === "closure") storedFields(e.func.body, found); });
  return found;
}

/** variables that are assigned objects: which expressions */
function objectsOf(func: Func): ReadonlyMap<Var, readonly Expr[]> {
  const found = new Map<Var, readonly Expr[]>();
  for (const [v, values] of valuesGiven(func.body)) if (v.mutable && (v.type.kind === "struct" || v.type.kind === "union")) found.set(v, values.filter((x) => !isConst(x, undefined)));
  for (const v of assignedInClosures(func.body)) found.delete(v);
  return found;
}
