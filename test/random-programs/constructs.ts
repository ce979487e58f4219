// The rest of the language in random programs: classes, generators, exceptions, function values, maps and records, unions, labelled
// loops, switches, assignments in odd places, and array methods that move elements.
import { comparison, index, number, plainArrays } from "./expressions.ts";
import type { Expression } from "./program.ts";
import type { Scope } from "./scope.ts";
import { type Context, type InnerBlock, type Maker, nested, simple, type Step } from "./step.ts";

/** for blocks that other code calls: no exits of what is around them */
const CALLED: Partial<Scope> = { inLoop: false, returns: null };

export function declarationsOfConstructs({ random, names }: Context, scope: Scope, inner: InnerBlock): readonly Maker[] {
  const small = (extra: Partial<Scope> = {}): Expression => number(random, { ...scope, ...extra }, 2);
  const step = (text: string, holes: readonly Expression[], next: Partial<Scope>, probed?: string): Step => ({ statement: simple(text, holes, probed), scope: { ...scope, ...next } });
  const ofOne = (): Expression => small({ scalars: [...scope.scalars, "q", "q"] });
  const makers: Maker[] = [
    () => {
      const name = names("m");
      return step(`const ${name} = new Map<string, number>([["a", $0], ["b", $1]]);`, [small(), small()], { maps: [...scope.maps, name] });
    },
    () => {
      const name = names("r");
      return step(`const ${name}: Record<string, number> = { a: $0, b: $1 };`, [small(), small()], { records: [...scope.records, name] });
    },
    () => {
      const name = names("g");
      return step(`const ${name} = (q: number): number => $0;`, [ofOne()], { functions: [...scope.functions, name] });
    },
    () => {
      const name = names("g");
      return step(`const ${name} = $0 ? (q: number): number => $1 : (q: number): number => $2;`, [comparison(random, scope, 2), ofOne(), ofOne()], { functions: [...scope.functions, name] });
    },
    () => {
      const name = names("s");
      return step(`const ${name}: ((q: number) => number)[] = [(q) => $0, (q) => $1];`, [ofOne(), ofOne()], { tables: [...scope.tables, name] });
    },
    () => {
      const [name, first] = [names("g"), names("k")];
      return step(`const ${first} = (k: number) => (q: number): number => $0;\nconst ${name} = ${first}($1);`, [small({ scalars: [...scope.scalars, "q", "k"] }), small()], { functions: [...scope.functions, name] });
    },
    () => {
      const name = names("u");
      return step(`const ${name}: Shape = $0 ? { kind: "disc", r: $1 } : { kind: "box", w: $2, h: 0.5 };`, [comparison(random, scope, 2), small(), small()], { shapes: [...scope.shapes, name] });
    },
    () => {
      const name = names("o");
      return step(`const ${name}: number | undefined = $0 ? $1 : undefined;`, [comparison(random, scope, 2), small()], { absent: [...scope.absent, name] });
    },
    ...thrice([() => {
      const name = names("b");
      const [text, holes] = random.chance(0.6) ? ["new Body($0, $1)", [small(), small()]] : ["new Heavy($0, $1, 0.7)", [small(), small()]];
      return step(`const ${name}: Body = ${text};`, holes, { bodies: [...scope.bodies, name], points: [...scope.points, name] });
    }]),
    () => {
      const name = names("z");
      const body = inner({ ...CALLED, scalars: [...scope.scalars, "q"], lengthsFixed: true }, 0);
      return { statement: nested(`const ${name} = (q: number): number => {0};`, [], [[...body, simple("return $0;", [ofOne()])]]), scope: { ...scope, functions: [...scope.functions, name] } };
    },
  ];
  if (scope.arrays.length > 0) {
    const { name: source, length, grows } = random.pick(scope.arrays);
    if (!grows && length > 2) makers.push(() => {
      const name = names("a");
      return step(`const ${name} = ${source}.subarray(1);`, [], { arrays: [...scope.arrays, { name, length: length - 1, grows: false }] });
    });
    if (grows) makers.push(
      () => {
        const name = names("a");
        return step(`const ${name} = ${source}.flatMap((item) => [item, $0]);`, [small({ scalars: [...scope.scalars, "item"] })], { arrays: [...scope.arrays, { name, length: 2 * length, grows }] });
      },
      () => {
        const [first, name] = [names("t"), names("a")];
        if (length < 2) return step(`const [${first} = 1] = ${source};`, [], { scalars: [...scope.scalars, first] });
        return step(`const [${first} = 1, ...${name}] = ${source};`, [], { scalars: [...scope.scalars, first], arrays: [...scope.arrays, { name, length: length - 1, grows }] });
      },
    );
    makers.push(() => {
      const name = names("a");
      return step(`const ${name} = ${source}.toSorted((p, q) => p - q);`, [], { arrays: [...scope.arrays, { name, length, grows }] }, `const ${name} = ${source}.toSorted((p, q) => (probe.less(p, q), p - q));`);
    });
  }
  if (scope.mutable.length > 0) makers.push(() => {
    const [name, target] = [names("t"), random.pick(scope.mutable)];
    return step(`const ${name} = (${target} = $0) * ${target} + ($1);`, [small(), small()], { scalars: [...scope.scalars, name] });
  });
  return makers;
}

const thrice = <T>(items: readonly T[]): readonly T[] => [...items, ...items, ...items];

/** Writes and calls, of one kind of thing at a time: what is rare is used as often as arrays are. */
export function updatesOfConstructs({ random }: Context, scope: Scope): readonly Maker[] {
  const small = (): Expression => number(random, scope, 2);
  const write = (text: string, holes: readonly Expression[] = [], probed?: string): Maker => () => ({ statement: simple(text, holes, probed), scope });
  const key = random.pick(["a", "b"]);
  const [target, other] = [random.pick(scope.mutable.length > 0 ? scope.mutable : [""]), random.pick(scope.mutable.length > 0 ? scope.mutable : [""])];
  const ofMap = (name: string): readonly Maker[] => [
    write(`${name}.set("${key}", $0);`, [small()]),
    write(`${name}.set("${key}", ${name}.get("a")! * 0.5 + ($0));`, [small()]),
    write(`if (${name}.delete("${key}")) ${name}.set("${key}", $0);`, [small()]),
  ];
  const ofRecord = (name: string): readonly Maker[] => [
    write(`${name}["${key}"] = $0;`, [small()]),
    write(`for (const key in ${name}) ${name}[key] = ${name}[key]! * ($0);`, [small()], `for (const key in ${name}) ${name}[key] = probe.value(${name}[key]! * ($0));`),
  ];
  const ofBody = (name: string): readonly Maker[] => [
    write(`${name}.scale($0).shift(0.5);`, [small()], `${name}.scale($0).shift(0.5); probe.value(${name}.x); probe.value(${name}.y);`),
    write(`${name}.side = $0;`, [small()]),
  ];
  const ofList = (name: string): readonly Maker[] => [
    write(`${name}.push(${name}.shift()! * 0.9);`),
    write(`${name}.unshift(${name}.pop()! + ($0));`, [small()]),
    write(`${name}.splice(1, 1, $0);`, [small()]),
    write(`${name}.splice(0, 1, $0, $1);`, [small(), small()]),
  ];
  const ofArray = (array: Scope["arrays"][number]): readonly Maker[] => [
    write(`${array.name}.sort((p, q) => p - q);`, [], `${array.name}.sort((p, q) => (probe.less(p, q), p - q));`),
    write(`${array.name}.reverse();`),
    write(`${array.name}.copyWithin(0, 1);`),
    ...(target === "" ? [] : [write(`${array.name}[${index(random, scope, array)}] = ${target} = $0;`, [small()])]),
  ];
  const growing = scope.lengthsFixed ? [] : plainArrays(scope);
  const groups: readonly (readonly Maker[])[] = [
    ...thrice(scope.maps.length > 0 ? [ofMap(random.pick(scope.maps))] : []),
    ...thrice(scope.records.length > 0 ? [ofRecord(random.pick(scope.records))] : []),
    ...thrice(scope.bodies.length > 0 ? [ofBody(random.pick(scope.bodies))] : []),
    ...(growing.length > 0 ? [ofList(random.pick(growing).name)] : []),
    ...(scope.arrays.length > 0 ? [ofArray(random.pick(scope.arrays))] : []),
    ...(target === "" ? [] : [[write(`${target} = (${other} *= 0.5, ${other} + ($0));`, [small()]), write(`${target} = ${other} = $0;`, [small()])]]),
  ];
  return groups.length === 0 ? [] : random.pick(groups);
}

export function controlOfConstructs({ random, names }: Context, scope: Scope, inner: InnerBlock): readonly Maker[] {
  const small = (): Expression => number(random, scope, 2);
  const keep = (statement: Step["statement"]): Step => ({ statement, scope });
  const target = scope.mutable.at(-1);
  const makers: Maker[] = [
    () => {
      const on = scope.arrays.length > 0 ? `${random.pick(scope.arrays).name}.length % 3` : scope.counters.length > 0 ? `${random.pick(scope.counters).name} % 3` : "(2 as number)";
      const fall = random.chance(0.5) ? "" : "break;";
      return keep(nested(`switch (${on}) {\n  case 0: {0} ${fall}\n  case 1: {1} break;\n  default: {2}\n}`, [], [inner({ inLoop: false }), inner({ inLoop: false }), inner({ inLoop: false })]));
    },
    () => {
      const [outer, i, j] = [names("outer"), names("i"), names("j")];
      const exit = simple(`if ($0) ${random.pick(["break", "continue"])} ${outer};`, [comparison(random, scope, 2)]);
      const body = inner({ inLoop: true, counters: [...scope.counters, { name: i, array: null }, { name: j, array: null }] });
      return keep(nested(`${outer}: for (let ${i} = 0; ${i} < 2; ${i}++) for (let ${j} = 0; ${j} < 2; ${j}++) {0}`, [], [[...body.slice(0, 1), exit, ...body.slice(1)]]));
    },
    () => {
      const far = nested("if ($0) {0}", [comparison(random, scope, 2)], [[simple("throw new Error(\"far\");")]]);
      const body = inner({ ...CALLED, inLoop: scope.inLoop });
      const last = random.chance(0.4) ? " finally {2}" : "";
      return keep(nested(`try {0} catch {1}${last}`, [], [[...body.slice(0, 1), far, ...body.slice(1)], inner({}), inner({ ...CALLED })]));
    },
    () => keep(nested("try {0} finally {1}", [], [inner({}), inner({ ...CALLED })])),
  ];
  if (target !== undefined) {
    makers.push(() => {
      const error = names("e");
      const thrown = nested("if ($0) {0}", [comparison(random, scope, 2)], [[simple("throw $0;", [small()])]]);
      return keep(nested(`try {0} catch (${error}) {1}`, [], [[...inner({ ...CALLED }), thrown], [simple(`${target} += 0.5 * (${error} as number);`)]]));
    });
    makers.push(() => {
      const n = names("n");
      return keep(nested(`let ${n} = ${1 + random.below(3)};\nwhile ((${n} = ${n} - 1) >= 0) {0}`, [], [[simple("", [], "probe.step();"), ...inner({ inLoop: true })]]));
    });
  }
  for (const name of scope.maps.slice(-1)) {
    makers.push(() => {
      const item = names("e");
      const body = inner({ inLoop: true, scalars: [...scope.scalars, item], maps: scope.maps.filter((x) => x !== name), lengthsFixed: true });
      return keep(nested(random.pick([`for (const [, ${item}] of ${name}) {0}`, `for (const ${item} of ${name}.values()) {0}`]), [], [body]));
    });
  }
  for (const name of scope.records.slice(-1)) {
    makers.push(() => {
      const item = names("e");
      const body = inner({ inLoop: true, scalars: [...scope.scalars, item], records: scope.records.filter((x) => x !== name) });
      return keep(nested(`for (const ${item} of Object.values(${name})) {0}`, [], [body]));
    });
  }
  const plain = plainArrays(scope);
  if (scope.generators.length > 0 && plain.length > 0) {
    makers.push(() => {
      const item = names("e");
      const { name } = random.pick(plain);
      const body = inner({ inLoop: true, scalars: [...scope.scalars, item], arrays: scope.arrays.filter((x) => x.name !== name), lengthsFixed: true });
      return keep(nested(`for (const ${item} of ${random.pick(scope.generators)}(${name}, $0)) {0}`, [small()], [body]));
    });
  }
  return makers;
}

// ---------------------------------------------------------------------------------------------------- declarations of the module

const BODY = `class Body {
  x: number;
  constructor(x: number, public y: number) { this.x = x; }
  scale(k: number): this { this.x *= k; this.y *= 0.5; return this; }
  shift(by: number): this { this.y += by * this.x; return this; }
  get norm(): number { return this.x * this.x + this.weight() * this.y; }
  set side(value: number) { this.x = value; this.y = value * 0.5; }
  weight(): number { return 0.5; }
  static mix(a: Body, b: Body, t: number): number { return a.norm * t + b.x * (1 - t); }
}`;

const HEAVY = `class Heavy extends Body {
  #mass: number;
  constructor(x: number, y: number, mass: number) { super(x, y + mass); this.#mass = mass; }
  override weight(): number { return this.#mass * this.x + super.weight(); }
}`;

const SHAPE = `type Shape = { readonly kind: "disc"; readonly r: number } | { readonly kind: "box"; readonly w: number; readonly h: number };
function area(shape: Shape): number { return shape.kind === "disc" ? shape.r * shape.r : shape.w * shape.h; }`;

const GENERATORS = [
  "function* damped(v: readonly number[], k: number): Generator<number> {\n  let d = 1;\n  for (const item of v) {\n    d *= 0.8;\n    yield item * d + k;\n  }\n}",
  "function* pairs(v: readonly number[], k: number): Generator<number> {\n  for (let at = 1; at < v.length; at++) yield v[at]! * v[at - 1]! * k;\n  yield k;\n}",
];

const LIBRARY = [
  "function nest(a: number, b: number, k = 2): number { return k <= 0 ? a : Math.sin(nest(a * 0.9, b, k - 1)) + b * 0.5; }",
  "function total(...items: number[]): number { let sum = 0; for (const item of items) sum += Math.cos(item) * item; return sum; }",
  "function even(a: number, b: number, k = 3): number { return k === 0 ? a : odd(a * b * 0.5, b, k - 1); }\nfunction odd(a: number, b: number, k: number): number { return k === 0 ? b : even(a + 0.3 * b, Math.tanh(a), k - 1); }",
];

/** What the module declares besides functions made at random. */
export function libraryOf({ random }: Context): { readonly declarations: readonly string[]; readonly scope: Partial<Scope> } {
  const library = LIBRARY.filter(() => random.chance(0.4));
  const generators = GENERATORS.filter(() => random.chance(0.4));
  const name = (text: string): string => /function\*? (\w+)/.exec(text)?.[1] ?? "";
  return { declarations: [BODY, HEAVY, SHAPE, ...library, ...generators], scope: { library: library.map(name), generators: generators.map(name) } };
}
