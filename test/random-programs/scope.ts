// What random code can refer to at a point: names by kind, with what is known of their lengths, and how it may leave.
import type { Random } from "../harness/random.ts";

export interface ArrayVariable {
  readonly name: string;
  /** at least so many elements, now and later */
  readonly length: number;
  /** whether `push` exists */
  readonly grows: boolean;
}

/** Kinds of names that random code knows how to use, by the type that declares them. `fn` takes a number and gives one, `action` gives nothing, `plain` is a point that is certainly no instance. */
export const TYPES = {
  scalar: "number", mutable: "number", list: "number[]", floats: "Float64Array", slot: "number[]", matrix: "number[][]",
  point: "Point", plain: "Point", body: "Body", field: "Field", node: "Link", part: "Part", crowd: "Point[]", group: "Set<Point>", register: "Map<string, Point>",
  weights: "Map<Point, number>", map: "Map<string, number>", record: "Record<string, number>", fn: "(q: number) => number", action: "(q: number) => void",
  table: "((q: number) => number)[]", ops: "Ops", shape: "Shape", absent: "number | undefined", holder: "Holder<number>",
  choice: 'number | "auto"', style: "Style", marks: "(number | string)[]", sizes: 'Map<string, number | "auto">', labels: "Record<string, number | string>", pair: "[number, number | null]", ends: "[number, number?]",
  tool: "Tool", draft: "Partial<Point>", tree: "Tree", order: "Order", spring: "Spring", gauge: "Gauge", piece: "Piece", term: "Term",
} as const;

export type Kind = keyof typeof TYPES;

/** What every program may make; of the others each program has a few, so that they meet. */
export const BASIC: readonly Kind[] = ["scalar", "mutable", "list", "floats"];

/** How a block may be left: `break`, `continue`, either with a label, `return`, `throw`. */
export type ExitName = string;

export interface Scope {
  readonly scalars: readonly string[];
  /** scalars that may be assigned */
  readonly mutable: readonly string[];
  readonly arrays: readonly ArrayVariable[];
  /** names of the other kinds */
  readonly things: readonly { readonly kind: Kind; readonly name: string }[];
  /** counters, with the array whose indices they run through where there is one */
  readonly counters: readonly { readonly name: string; readonly array: string | null }[];
  /** rows that call the functions of the module which were made at random: expressions, statements */
  readonly calls: { readonly expressions: readonly string[]; readonly statements: readonly string[] };
  /** kinds that this program makes */
  readonly theme: ReadonlySet<Kind>;
  readonly exits: readonly ExitName[];
  /** what `return` gives */
  readonly result: "number" | "pair" | "nothing";
  /** inside a loop whose end depends on a length, where nothing may grow */
  readonly lengthsFixed: boolean;
}

export const EMPTY: Scope = {
  scalars: [], mutable: [], arrays: [], things: [], counters: [], calls: { expressions: [], statements: [] }, theme: new Set(BASIC), exits: [], result: "nothing", lengthsFixed: false,
};

const isKind = (word: string): word is Kind => word in TYPES;

export function kindOf(word: string): Kind {
  if (!isKind(word)) throw new Error(`${word} is no kind`);
  return word;
}

/** The scope in which `name` is known besides. */
export function enter(scope: Scope, kind: Kind, name: string, length = 2): Scope {
  const scalars = [...scope.scalars, name];
  const array = (grows: boolean): Scope => ({ ...scope, arrays: [...scope.arrays, { name, length, grows }] });
  const thing = (of: Scope, as: Kind): Scope => ({ ...of, things: [...of.things, { kind: as, name }] });
  switch (kind) {
    case "scalar": return { ...scope, scalars };
    case "mutable": return { ...scope, scalars, mutable: [...scope.mutable, name] };
    case "list": return array(true);
    case "floats": return array(false);
    case "slot": return thing(array(true), "slot");
    case "point": return thing(thing(scope, "point"), "plain");
    case "body": return thing(thing(scope, "body"), "point");
    default: return thing(scope, kind);
  }
}

/** The names of a kind, of arrays those that have so many elements. */
export function named(scope: Scope, kind: Kind | "array" | "counter", length = 2): readonly string[] {
  const arrays = (grows: boolean | null): readonly string[] => scope.arrays.filter((each) => each.length >= length && (grows === null || each.grows === grows)).map(({ name }) => name);
  switch (kind) {
    case "scalar": return scope.scalars;
    case "mutable": return scope.mutable;
    case "counter": return scope.counters.map(({ name }) => name);
    case "array": return arrays(null);
    case "list": return arrays(true);
    case "floats": return arrays(false);
    default: return scope.things.filter((each) => each.kind === kind).map(({ name }) => name);
  }
}

/** The scope of code that somebody else calls: only exceptions lead out of it. */
export const called = (scope: Scope): Scope => ({ ...scope, exits: scope.exits.filter((exit) => exit === "throw"), lengthsFixed: true });

/** An index that is certainly in range. */
export function index(random: Random, scope: Scope, array: ArrayVariable): string {
  const counter = scope.counters.length > 0 && random.chance(0.6) ? random.pick(scope.counters) : undefined;
  if (counter === undefined) return random.chance(0.2) ? `${array.name}.length - 1` : String(random.below(array.length));
  return counter.array === array.name ? counter.name : `${counter.name} % ${array.name}.length`;
}
