// How function values are written down: as the name of the function, or as a record of its name and of what it captures; functions of the
// caller stay what they are. Every variable, field and element of a class has the representation of the class.
// Assumes the flow of a world.
import type { Field, StructType, Type, Var } from "../../ir/ir.ts";
import { STRING, type Supply, use } from "../../ir/build.ts";
import { ELEMENTS } from "./classes.ts";
import type { Flow, FunctionClass } from "./flow.ts";
import { holdsFunctions, sameType } from "../../ir/facts.ts";
import { type Alternative, isFunctionType, type WorldContext } from "./world.ts";

/** How the values of a class are written down. */
export type Representation =
  /** functions as they came in */
  | { readonly kind: "foreign" }
  /** the name alone */
  | { readonly kind: "name" }
  | { readonly kind: "record"; readonly type: StructType; readonly isNamed: boolean; readonly fieldOf: ReadonlyMap<Var, string> };

export const NAME = "kind";
export const GIVEN = "given";

export class Representations {
  readonly #flow: Flow;
  readonly #supply: Supply;
  readonly #freshId: () => number;
  readonly #representations = new Map<FunctionClass, Representation>();
  readonly #structs = new Map<FunctionClass, Map<StructType, StructType>>();
  readonly #variables = new Map<Var, Var>();
  /** objects around the one whose type is being made */
  readonly #open: { readonly of: StructType; readonly made: StructType }[] = [];

  constructor(flow: Flow, { supply, freshId }: WorldContext) {
    this.#flow = flow;
    this.#supply = supply;
    this.#freshId = freshId;
  }

  variable(v: Var): Var {
    if (!holdsFunctions(v.type) || this.#flow.isForeign(use(v)) || this.#flow.classOf(v).content.foreign) return v;
    const known = this.#variables.get(v);
    if (known) return known;
    const made = this.#supply.like(v, { type: this.type(v.type, this.#flow.classOf(v)) });
    this.#variables.set(v, made);
    return made;
  }

  type(type: Type, at: FunctionClass): Type {
    if (!holdsFunctions(type) || at.content.foreign) return type;
    switch (type.kind) {
      case "function": return this.#functionType(at, type);
      case "array": return { ...type, element: this.type(type.element, at.part(ELEMENTS)) };
      case "tuple": return { ...type, elements: type.elements.map((x) => this.type(x, at.part(ELEMENTS))) };
      case "map": return { ...type, value: this.type(type.value, at.part(ELEMENTS)) };
      case "nullable": return { ...type, inner: this.type(type.inner, at) };
      case "union": {
        if (type.members.every(isFunctionType)) return this.#functionType(at, type);
        return { kind: "union", members: type.members.map((x) => this.type(x, at)) };
      }
      case "struct": return this.#struct(type, at);
      default: return type;
    }
  }

  #functionType(at: FunctionClass, type: Type): Type {
    const how = this.representation(at);
    return how.kind === "name" ? STRING : how.kind === "record" ? how.type : type;
  }

  #struct(type: StructType, at: FunctionClass): StructType {
    const ofClass = this.#structs.get(at.root) ?? new Map<StructType, StructType>();
    this.#structs.set(at.root, ofClass);
    // where nothing arrives, an object inside of one of its kind is as that one: types that hold themselves come to an end
    const known = ofClass.get(type) ?? (at.isEmpty ? this.#open.findLast((x) => x.of === type)?.made : undefined);
    if (known) return known;
    const fields: Field[] = [];
    // instances stay instances: tests tell them apart
    const { isClass, lineage } = type;
    const made: StructType = { kind: "struct", id: this.#freshId(), name: null, isClass, ...(lineage === undefined ? {} : { lineage }), fields };
    ofClass.set(type, made);
    this.#open.push({ of: type, made });
    for (const f of type.fields) fields.push({ ...f, type: this.type(f.type, at.part(f.name)) });
    this.#open.pop();
    return made;
  }

  representation(at: FunctionClass): Representation {
    const known = this.#representations.get(at.root);
    if (known) return known;
    const { alternatives, unknown, foreign } = at.content;
    const carries = [...alternatives].some((a) => this.#flow.captured(a).length > 0);
    if (foreign || (unknown && alternatives.size === 0)) return this.#note(at, { kind: "foreign" });
    if (!unknown && !carries) return this.#note(at, { kind: "name" });
    const isNamed = unknown !== null || alternatives.size > 1;
    const fields: Field[] = isNamed ? [{ name: NAME, type: STRING, optional: false }] : [];
    const fieldOf = new Map<Var, string>();
    const type: StructType = { kind: "struct", id: this.#freshId(), name: null, isClass: false, fields };
    const how = this.#note(at, { kind: "record", type, isNamed, fieldOf });
    if (unknown) fields.push({ name: GIVEN, type: unknown, optional: true });
    const carried = new Map<string, { readonly type: Type; count: number }>();
    for (const a of inOrder(alternatives)) {
      const taken = new Set([NAME, GIVEN]);
      for (const k of this.#flow.captured(a)) {
        const slot = a.slots[k]!.variable;
        const { name, type: held } = this.variable(slot);
        const field = freshName(name, (x) => !taken.has(x) && sameType(carried.get(x)?.type ?? held, held));
        taken.add(field);
        fieldOf.set(slot, field);
        carried.set(field, { type: held, count: (carried.get(field)?.count ?? 0) + 1 });
      }
    }
    // what all of them carry is always there
    for (const [name, { type: held, count }] of carried) fields.push({ name, type: held, optional: unknown !== null || count < alternatives.size });
    return how;
  }

  #note(at: FunctionClass, how: Representation): Representation {
    this.#representations.set(at.root, how);
    return how;
  }
}

export const inOrder = (alternatives: ReadonlySet<Alternative>): Alternative[] => [...alternatives].sort((a, b) => a.number - b.number);

function freshName(wanted: string, isFree: (name: string) => boolean): string {
  const base = wanted === "" ? "value" : wanted;
  let name = base;
  for (let k = 2; !isFree(name); k++) name = `${base}${k}`;
  return name;
}
