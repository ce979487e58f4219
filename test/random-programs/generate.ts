// Random programs of ordinary numeric TypeScript, made of the rows of `tables/`: helpers, a function under test, and what of the
// library they mention. Every program ends: counters are never assigned, conditional loops count down, and nothing grows while a loop
// waits for its length. Each program has a theme, a few kinds of things that it makes, so that they meet. The same seed gives the same program.
import { createRandom, type Random } from "../harness/random.ts";
import { comparison, leaf, number } from "./expressions.ts";
import { libraryFor } from "./library.ts";
import { type Block, type Check, NESTINGS, type Nesting, type Parameter, printProgram, type Program, type RandomFunction, type Statement } from "./program.ts";
import { type Context, fill, fits, parseRow, parseRows, type Row, rowsBy } from "./rows.ts";
import { BASIC, EMPTY, enter, type Kind, named, type Scope, TYPES } from "./scope.ts";
import { CONTROL, LEAVING } from "./tables/control.ts";
import { DECLARATIONS } from "./tables/declarations.ts";
import { UPDATES } from "./tables/updates.ts";

const DEPTH = 3;
const MOST_NESTING = 3;
const KINDS = Object.keys(TYPES) as readonly Kind[];

const declarations = rowsBy("gives", DECLARATIONS);
const updates = rowsBy("needs", UPDATES);
const control = parseRows(CONTROL);
const leaving = parseRows(LEAVING);

/** A row that fits, of each group as likely as of any other. */
function fitting({ random }: Context, groups: readonly (readonly Row[])[], scope: Scope, nesting: number): Row | undefined {
  const choices = groups.map((rows) => rows.filter((row) => fits(row, scope, nesting))).filter((rows) => rows.length > 0);
  return choices.length === 0 ? undefined : random.pick(random.pick(choices));
}

const SIMPLEST = parseRow("let %mutable+ = %num;");

function anyStatement(context: Context, scope: Scope, nesting: number): { readonly statement: Statement; readonly scope: Scope } {
  const { random } = context;
  const which = random.uniform();
  const from = (groups: readonly (readonly Row[])[]): Row | undefined => fitting(context, groups, scope, nesting);
  const row = which < 0.28 ? from(declarations)
    : which < 0.33 ? from([scope.calls.statements.map(parseRow)])
    : which < 0.42 ? from([leaving])
    : which < 0.68 || nesting <= 0 ? undefined
    : from([control]);
  return fill(row ?? from(updates) ?? from(declarations) ?? SIMPLEST, context, scope, random.chance(0.5) ? DEPTH : 2, nesting);
}

/** Statements one after the other, and the scope after them. */
function sequence(context: Context, scope: Scope, nesting: number, count: number): { readonly body: readonly Statement[]; readonly scope: Scope } {
  const body: Statement[] = [];
  let current = scope;
  for (let made = 0; made < count; made++) {
    const { statement, scope: next } = anyStatement(context, current, nesting);
    body.push(statement);
    current = next;
  }
  return { body, scope: current };
}

/** An inner block. What it declares would be lost at its end, so the last of it is stored somewhere outside. */
function block(context: Context, scope: Scope, nesting: number): Block {
  const { body, scope: after } = sequence(context, scope, nesting, 1 + context.random.below(3));
  const fresh = after.scalars.length > scope.scalars.length ? after.scalars.at(-1)
    : after.arrays.length > scope.arrays.length ? `${after.arrays.at(-1)?.name ?? ""}[0]`
    : after.things.length > scope.things.length && after.things.at(-1)?.kind === "point" ? `${after.things.at(-1)?.name ?? ""}.x` : undefined;
  const target = scope.mutable.at(-1) ?? (scope.arrays.length > 0 ? `${context.random.pick(scope.arrays).name}[0]` : undefined);
  return fresh === undefined || target === undefined ? body : [...body, { text: `${target} += 0.3 * ${fresh};`, holes: [], blocks: [] }];
}

// ---------------------------------------------------------------------------------------------------- helpers

const PASSED: readonly Kind[] = ["mutable", "mutable", "list", "floats", "matrix", "point", "node", "part", "crowd", "map", "record", "fn", "shape", "body"];
/** handed to helpers of programs that make such */
const SOMETIMES_PASSED: readonly Kind[] = ["choice", "style", "pair", "ends", "tool", "draft", "tree", "order", "gauge"];
/** what helpers give that is no number, and how they end: the last always fits */
const RETURNS = {
  list: ["return %list;", "return [%num, %num];"], point: ["return %point;", "return { x: %num, y: %num };"], choice: ["return %choice;", 'return %less ? %num : "auto";'],
  pair: ["return %pair;", "return [%num, %less ? null : %num];"], tree: ["return %tree;", "return { v: %num, left: null, right: null };"], absent: ["return %absent;", "return %less ? %num : undefined;"],
} as const;
const RESULTS = ["number", "number", "nothing", "list", "point", "choice", "pair", "tree", "absent"] as const;

/** A function made at random, and the row that calls it. Some call themselves, `depth` times. */
function helper(context: Context, known: Scope): { readonly made: RandomFunction; readonly scope: Scope } {
  const { random, names } = context;
  const passed = [...PASSED, ...SOMETIMES_PASSED.filter((kind) => known.theme.has(kind))];
  const kinds = Array.from({ length: 1 + random.below(3) }, () => random.pick(passed));
  const result = random.pick(RESULTS.filter((kind, at) => at < 5 || known.theme.has(kind as Kind)));
  const recursive = (result === "number" || result === "nothing") && random.chance(0.2);
  const name = names("h");
  const parameters = kinds.map((kind): Parameter => ({ name: names(kind.slice(0, 1)), type: kind === "mutable" && random.chance(0.15) ? "number = 0.5" : TYPES[kind] }));
  const call = (last: string): string => `${name}(${[...kinds.map((kind) => (kind === "mutable" ? "%num" : `%${kind}`)), ...(last === "" ? [] : [last])].join(", ")})`;
  const entry = parameters.reduce<Scope>((scope, each, at) => enter(scope, kinds[at] ?? "mutable", each.name), { ...known, lengthsFixed: true, exits: [], result: "nothing" });
  const again = `(depth > 0 ? ${call("depth - 1")} : %num)`;
  const body = sequence(context, {
    ...entry,
    exits: [...(result === "number" || result === "nothing" ? ["return"] : []), ...(random.chance(0.2) ? ["throw"] : [])],
    result: result === "number" ? "number" : "nothing",
    calls: { expressions: [...known.calls.expressions, ...(recursive && result === "number" ? [again, again] : [])], statements: [...known.calls.statements, ...(recursive && result === "nothing" ? [`if (depth > 0) ${call("depth - 1")};`] : [])] },
  }, 2, 1 + random.below(4));
  const endings = result === "number" ? ["return %num;"] : result === "nothing" ? [""] : RETURNS[result];
  const end = fill(random.pick(parseRows(endings).filter((row) => fits(row, body.scope, 0))), context, body.scope, 2, 0).statement;
  const { expressions, statements } = known.calls;
  const calls = result === "number" ? { expressions: [...expressions, call("")], statements }
    : { expressions, statements: [...statements, result === "nothing" ? `${call("")};` : `const %${result}+ = ${call("")};`] };
  const type = result === "number" ? "number" : result === "nothing" ? "void" : TYPES[result];
  const guard: Block = recursive && result === "nothing" ? [{ text: "", probed: "probe.step();", holes: [], blocks: [] }] : [];
  return { made: { name, parameters: recursive ? [...parameters, { name: "depth", type: "number = 2" }] : parameters, result: type, body: [...guard, ...body.body, end] }, scope: { ...known, calls } };
}

// ---------------------------------------------------------------------------------------------------- the function under test

interface Input extends Parameter {
  readonly kind: Kind;
  readonly sample: (random: Random) => string;
}

const some = (random: Random): string => String(Math.round((random.chance(0.5) ? 1 : -1) * random.between(0.3, 1.6) * 1000) / 1000);
const list = (random: Random, count: number): string => `[${Array.from({ length: count }, () => some(random)).join(", ")}]`;
const point = (random: Random): string => `{ x: ${some(random)}, y: ${some(random)} }`;

const INPUTS: readonly Input[] = [
  { name: "x", type: "number", kind: "mutable", sample: some },
  { name: "v", type: "number[]", kind: "list", sample: (random) => list(random, 3) },
  { name: "y", type: "number", kind: "mutable", sample: some },
  { name: "o", type: "Point", kind: "point", sample: point },
  { name: "m", type: "number[][]", kind: "matrix", sample: (random) => (random.chance(0.1) ? `((row) => [row, row])(${list(random, 2)})` : `[${list(random, 2)}, ${list(random, 2)}]`) },
  { name: "w", type: "Float64Array", kind: "floats", sample: (random) => `Float64Array.of(...${list(random, 3)})` },
  { name: "c", type: "Point[]", kind: "crowd", sample: (random) => `[${point(random)}, ${point(random)}]` },
  { name: "l", type: "Link", kind: "node", sample: (random) => `{ value: ${some(random)}, next: ${random.chance(0.5) ? "null" : `{ value: ${some(random)}, next: null }`} }` },
  { name: "part", type: "Part", kind: "part", sample: (random) => `{ w: ${some(random)}, ${random.chance(0.5) ? `k: ${some(random)}, ` : ""}inner: ${random.chance(0.5) ? "null" : `{ v: ${some(random)} }`} }` },
  { name: "u", type: "Shape", kind: "shape", sample: (random) => (random.chance(0.5) ? `{ kind: "disc", r: ${some(random)} }` : `{ kind: "box", w: ${some(random)}, h: ${some(random)} }`) },
  { name: "rates", type: "Map<string, number>", kind: "map", sample: (random) => `new Map([["a", ${some(random)}], ["b", ${some(random)}]])` },
  { name: "r", type: "Record<string, number>", kind: "record", sample: (random) => `{ a: ${some(random)}, b: ${some(random)} }` },
  { name: "gap", type: "number | undefined", kind: "absent", sample: some },
  { name: "width", type: TYPES.choice, kind: "choice", sample: (random) => (random.chance(0.7) ? some(random) : '"auto"') },
  { name: "style", type: "Style", kind: "style", sample: (random) => `{ width: ${random.chance(0.5) ? some(random) : '"auto"'}, gap: ${random.chance(0.5) ? some(random) : '"wide"'} }` },
  { name: "span", type: TYPES.pair, kind: "pair", sample: (random) => `[${some(random)}, ${random.chance(0.5) ? some(random) : "null"}]` },
  { name: "ends", type: TYPES.ends, kind: "ends", sample: (random) => list(random, 1 + random.below(2)) },
  { name: "draft", type: TYPES.draft, kind: "draft", sample: (random) => `{ ${random.pick(["x", "y"])}: ${some(random)} }` },
  { name: "tree", type: "Tree", kind: "tree", sample: (random) => `{ v: ${some(random)}, left: { v: ${some(random)}, left: null, right: null }, right: null }` },
  { name: "order", type: "Order", kind: "order", sample: (random) => random.pick([`{ kind: "shift", by: ${some(random)} }`, `{ kind: "turn", angle: ${some(random)}, about: ${point(random)} }`]) },
];

const CHECKS: readonly Check[] = ["gradient", "gradient", "gradient", "pullback", "second"];

/** What a program may do with the rest of its numbers: all of them reach the result. */
const rest = (scope: Scope): string => [
  ...scope.scalars, ...scope.arrays.filter(({ grows, length }) => grows && length > 1).map(({ name }) => `${name}[0] + ${name}[1] * 0.5`), ...named(scope, "point").map((name) => `${name}.x * 0.7`),
].join(" + ");

/** The program that belongs to a seed; whether it is fit for a test is for the probe to say. */
export function generate(seed: number): Program {
  const random = createRandom(seed);
  let count = 0;
  const context: Context = { random, number, comparison, names: (prefix) => `${prefix}${count++}`, block: (scope, nesting) => block(context, scope, nesting) };
  const theme = new Set([...BASIC, ...Array.from({ length: 7 }, () => random.pick(KINDS))]);
  const withState = random.chance(0.25) ? enter(enter({ ...EMPTY, theme }, "mutable", "state"), "list", "history") : { ...EMPTY, theme };
  const functions: RandomFunction[] = [];
  let outside: Scope = withState;
  for (let helpers = random.below(3); helpers > 0; helpers--) {
    const { made, scope } = helper(context, outside);
    functions.push(made);
    outside = scope;
  }
  const inputs = INPUTS.filter(({ kind }, at) => at < 2 || random.chance(at < 6 ? 0.25 : theme.has(kind) ? 0.4 : 0.03));
  const check: Check = random.chance(0.2) ? "pair" : random.pick(CHECKS);
  const entry = inputs.reduce<Scope>((scope, input) => enter(scope, input.kind, input.name), { ...outside, exits: ["return"], result: check === "pair" ? "pair" : "number" });
  const { body, scope } = sequence(context, entry, MOST_NESTING, 3 + random.below(5));
  const value = { text: "$0 + $1", holes: [number(random, scope, 2), leaf(rest(scope))] };
  const result = check === "pair" ? { text: "[$0, $1]", holes: value.holes } : value;
  const main: RandomFunction = {
    name: "f", parameters: inputs.map(({ name, type }) => ({ name, type })), result: check === "pair" ? "[number, number]" : "number",
    body: [...body, { text: "return $0;", holes: [result], blocks: [] }],
  };
  const bare: Program = { declarations: [], functions: [...functions, main], args: `[${inputs.map(({ sample }) => sample(random)).join(", ")}]`, check, nesting: "third", resets: [], state: [], slots: 0 };
  const library = libraryFor(printProgram(bare, "plain"));
  const nesting = random.pick(Object.keys(NESTINGS) as Nesting[]);
  return { ...bare, ...library, nesting, slots: random.chance(0.15) ? 1 + random.below(3) : 0 };
}
