// Random programs of ordinary numeric TypeScript: helpers, loops of every kind with exits, branches, work in place,
// aliases, rows of matrices, small objects, array methods, and what constructs.ts adds. Every program ends: counters are never assigned, conditional
// loops count down, and nothing grows while a loop waits for its length. The same seed gives the same program.
import { createRandom, type Random } from "../harness/random.ts";
import { controlOfConstructs, declarationsOfConstructs, libraryOf, updatesOfConstructs } from "./constructs.ts";
import { array, comparison, index, leaf, number, plainArrays } from "./expressions.ts";
import { type Block, type Expression, type Parameter, printProgram, type Program, type RandomFunction, type Statement } from "./program.ts";
import { type Context, type InnerBlock, type Maker, type Names, nested, simple, type Step } from "./step.ts";
import { EMPTY, type HelperSignature, type Scope } from "./scope.ts";

const DEPTH = 3;
const MOST_NESTING = 3;

function createNames(): Names {
  let count = 0;
  return (prefix) => `${prefix}${count++}`;
}

function declarations({ random, names }: Context, scope: Scope): readonly Maker[] {
  const makers: Maker[] = [
    () => {
      const name = names("t");
      const mutable = random.chance(0.6);
      const statement = simple(`${mutable ? "let" : "const"} ${name} = $0;`, [number(random, scope, DEPTH)], `let ${name} = probe.value($0);`);
      return { statement, scope: { ...scope, scalars: [...scope.scalars, name], mutable: mutable ? [...scope.mutable, name] : scope.mutable } };
    },
    () => {
      const name = names("a");
      const { value, length, grows } = array(random, scope, DEPTH);
      return { statement: simple(`const ${name} = $0;`, [value]), scope: { ...scope, arrays: [...scope.arrays, { name, length, grows }] } };
    },
    () => {
      const name = names("p");
      const base = scope.points.length > 0 && random.chance(0.3) ? `...${random.pick(scope.points)}, ` : "";
      const value = base === "" ? "{ x: $0, y: $1 }" : `{ ${base}x: $0 }`;
      return { statement: simple(`const ${name} = ${value};`, [number(random, scope, 2), number(random, scope, 2)]), scope: { ...scope, points: [...scope.points, name] } };
    },
    () => {
      const [first, second] = [names("t"), names("t")];
      const statement = simple(`const [${first}, ${second}]: [number, number] = [$0, $1];`, [number(random, scope, 2), number(random, scope, 2)]);
      return { statement, scope: { ...scope, scalars: [...scope.scalars, first, second] } };
    },
  ];
  if (scope.points.length > 0) {
    makers.push(() => {
      const [x, y] = [names("t"), names("t")];
      return { statement: simple(`const { x: ${x}, y: ${y} } = ${random.pick(scope.points)};`), scope: { ...scope, scalars: [...scope.scalars, x, y] } };
    });
  }
  if (scope.matrices.length > 0) {
    makers.push(() => {
      const name = names("a");
      const statement = simple(`const ${name} = ${random.pick(scope.matrices)}[${random.below(2)}];`);
      return { statement, scope: { ...scope, arrays: [...scope.arrays, { name, length: 2, grows: true }] } };
    });
  }
  return makers;
}

const COMPOUND = ["+=", "-=", "*="] as const;

/** Writes to what exists already. */
function updates({ random }: Context, scope: Scope): readonly Maker[] {
  const makers: Maker[] = [];
  const keep = (statement: Statement): Step => ({ statement, scope });
  const assign = (target: string): Step => {
    const operator = random.chance(0.5) ? "=" : random.pick(COMPOUND);
    const value = number(random, scope, DEPTH);
    return keep(simple(`${target} ${operator} $0;`, [value], `${target} ${operator} $0; probe.value(${target});`));
  };
  if (scope.mutable.length > 0) {
    makers.push(() => assign(random.pick(scope.mutable)), () => assign(random.pick(scope.mutable)));
    makers.push(() => keep(simple(`${random.pick(scope.mutable)}${random.pick(["++", "--"])};`)));
  }
  if (scope.mutable.length > 1) {
    makers.push(() => {
      const [a, b] = [random.pick(scope.mutable), random.pick(scope.mutable)];
      return keep(simple(`[${a}, ${b}] = [${b}, ${a}];`));
    });
  }
  if (scope.arrays.length > 0) {
    const element = (): string => {
      const target = random.pick(scope.arrays);
      return `${target.name}[${index(random, scope, target)}]`;
    };
    makers.push(() => assign(element()), () => assign(element()), () => assign(element()));
    makers.push(() => keep(simple(`${random.pick(scope.arrays).name}.fill($0, 1);`, [number(random, scope, 2)])));
    makers.push(() => {
      const [a, b] = [element(), element()];
      return keep(simple(`[${a}, ${b}] = [${b}, ${a}];`));
    });
  }
  const growing = scope.lengthsFixed ? [] : scope.arrays.filter(({ grows }) => grows);
  if (growing.length > 0) makers.push(() => keep(simple(`${random.pick(growing).name}.push($0);`, [number(random, scope, 2)])));
  if (scope.points.length > 0) makers.push(() => assign(`${random.pick(scope.points)}.${random.pick(["x", "y"])}`));
  if (scope.matrices.length > 0) {
    const matrix = random.pick(scope.matrices);
    makers.push(() => assign(`${matrix}[${random.below(2)}][${random.below(2)}]`));
    makers.push(() => keep(simple(random.pick([`[${matrix}[0], ${matrix}[1]] = [${matrix}[1], ${matrix}[0]];`, `${matrix}[0] = ${matrix}[1];`]))));
  }
  const plain = plainArrays(scope);
  if (plain.length > 0) {
    for (const { name, result } of scope.helpers) {
      const holes = (): readonly Expression[] => [leaf(random.pick(plain).name), number(random, scope, 2)];
      if (result === "void") makers.push(() => keep(simple(`${name}($0, $1);`, holes())));
      if (result === "array") makers.push(() => keep(simple(`${random.pick(plain).name}[0] += ${name}($0, $1)[0];`, holes())));
    }
  }
  return makers;
}

/** Leaves the surrounding loop or function. */
function exits({ random }: Context, scope: Scope): readonly Maker[] {
  const makers: Maker[] = [];
  const keep = (statement: Statement): Step => ({ statement, scope });
  if (scope.inLoop) makers.push(() => keep(simple(`if ($0) ${random.pick(["break", "continue"])};`, [comparison(random, scope, 2)])));
  if (scope.returns !== null) makers.push(() => keep(nested("if ($0) {0}", [comparison(random, scope, 2)], [[simple("return $0;", [number(random, scope, 2)])]])));
  return makers;
}

/** Conditions and loops, with blocks of their own. */
function control(context: Context, scope: Scope, nesting: number): readonly Maker[] {
  const { random, names } = context;
  const keep = (statement: Statement): Step => ({ statement, scope });
  const inside = (extra: Partial<Scope>): Block => block(context, { ...scope, ...extra }, nesting - 1, 1 + random.below(3));
  const loop = { inLoop: true };
  const counted = (counter: string, from: string | null): Partial<Scope> => ({ ...loop, counters: [...scope.counters, { name: counter, array: from }], lengthsFixed: scope.lengthsFixed || from !== null });
  const makers: Maker[] = [
    () => keep(nested("if ($0) {0}", [comparison(random, scope, 2)], [inside({})])),
    () => keep(nested("if ($0) {0} else {1}", [comparison(random, scope, 2)], [inside({}), inside({})])),
    () => {
      const i = names("i");
      return keep(nested(`for (let ${i} = 0; ${i} < ${1 + random.below(4)}; ${i}++) {0}`, [], [inside(counted(i, null))]));
    },
    () => {
      const i = names("i");
      return keep(nested(`for (let ${i} = 3; ${i} >= 0; ${i}--) {0}`, [], [inside(counted(i, null))]));
    },
    () => {
      const n = names("n");
      const count = 1 + random.below(4);
      const body = [simple(`${n}--;`, [], `${n}--; probe.step();`), ...inside(loop)];
      const [text, tail] = random.chance(0.7) ? [`while (${n} > 0) {0}`, ""] : ["do {0}", ` while (${n} > 0);`];
      return keep(nested(`let ${n} = ${count};\n${text}${tail}`, [], [body]));
    },
  ];
  if (scope.arrays.length > 0) {
    makers.push(() => {
      const [i, { name }] = [names("i"), random.pick(scope.arrays)];
      return keep(nested(`for (let ${i} = 0; ${i} < ${name}.length; ${i}++) {0}`, [], [[simple("", [], "probe.step();"), ...inside(counted(i, name))]]));
    });
    makers.push(() => {
      const item = names("e");
      const body = inside({ ...loop, scalars: [...scope.scalars, item], lengthsFixed: true });
      return keep(nested(`for (const ${item} of ${random.pick(scope.arrays).name}) {0}`, [], [body]));
    });
    makers.push(() => {
      const item = names("e");
      const body = inside({ inLoop: false, returns: null, scalars: [...scope.scalars, item], lengthsFixed: true });
      return keep(nested(`${random.pick(scope.arrays).name}.forEach((${item}) => {0});`, [], [body]));
    });
  }
  return makers;
}

/** An inner block. What it declares would be lost at its end, so the last of it is stored somewhere outside. */
function block(context: Context, scope: Scope, nesting: number, count: number): Block {
  const { body, scope: after } = sequence(context, scope, nesting, count);
  const fresh = after.scalars.length > scope.scalars.length ? after.scalars.at(-1)
    : after.arrays.length > scope.arrays.length ? `${after.arrays.at(-1)?.name ?? ""}[0]`
    : after.points.length > scope.points.length ? `${after.points.at(-1) ?? ""}.x` : undefined;
  const target = scope.mutable.at(-1) ?? (scope.arrays.length > 0 ? `${context.random.pick(scope.arrays).name}[0]` : undefined);
  return fresh === undefined || target === undefined ? body : [...body, simple(`${target} += 0.3 * ${fresh};`, [], `${target} += 0.3 * ${fresh}; probe.value(${target});`)];
}

function anyStatement(context: Context, scope: Scope, nesting: number): Step {
  const { random } = context;
  const which = random.uniform();
  const inner: InnerBlock = (extra, deeper = nesting - 1) => block(context, { ...scope, ...extra }, deeper, 1 + random.below(3));
  const candidates = which < 0.15 ? declarations(context, scope)
    : which < 0.28 ? declarationsOfConstructs(context, scope, inner)
    : which < 0.55 ? updates(context, scope)
    : which < 0.68 ? updatesOfConstructs(context, scope)
    : which < 0.74 ? exits(context, scope)
    : nesting <= 0 ? updates(context, scope)
    : which < 0.9 ? control(context, scope, nesting) : controlOfConstructs(context, scope, inner);
  return random.pick(candidates.length > 0 ? candidates : declarations(context, scope))();
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

const HELPERS: readonly Omit<HelperSignature, "name">[] = [
  { parameters: ["number", "number"], result: "number" },
  { parameters: ["array", "number"], result: "number" },
  { parameters: ["array", "number"], result: "array" },
  { parameters: ["array", "number"], result: "void" },
];

function helper(context: Context, known: readonly HelperSignature[]): { readonly made: RandomFunction; readonly signature: HelperSignature } {
  const { random, names } = context;
  const signature: HelperSignature = { name: names("h"), ...random.pick(HELPERS) };
  const typed = signature.parameters.map((kind): Parameter => ({ name: names(kind === "array" ? "v" : "x"), type: kind === "array" ? "number[]" : "number" }));
  const scope: Scope = {
    ...EMPTY,
    scalars: typed.filter(({ type }) => type === "number").map(({ name }) => name),
    mutable: typed.filter(({ type }) => type === "number").map(({ name }) => name),
    arrays: typed.filter(({ type }) => type === "number[]").map(({ name }) => ({ name, length: 2, grows: true })),
    helpers: known.filter(({ result }) => result === "number"),
    lengthsFixed: true,
    returns: signature.result === "number" ? "number" : null,
  };
  const { body, scope: after } = sequence(context, scope, 1, 1 + random.below(3));
  const last = signature.result === "void" ? [] : [simple("return $0;", [signature.result === "array" ? leaf(`${typed[0]?.name ?? ""}.map((item) => item * 0.5)`) : number(random, after, 2)])];
  const result = signature.result === "array" ? "number[]" : signature.result;
  return { made: { name: signature.name, parameters: typed, result, body: [...body, ...last] }, signature };
}

interface Input extends Parameter {
  readonly sample: (random: Random) => string;
  readonly enter: (scope: Scope, name: string) => Scope;
}

const sampleNumber = (random: Random): string => String(Math.round((random.chance(0.5) ? 1 : -1) * random.between(0.3, 1.6) * 1000) / 1000);
const sampleList = (random: Random, count: number): string => `[${Array.from({ length: count }, () => sampleNumber(random)).join(", ")}]`;

const INPUTS: readonly Input[] = [
  { name: "x", type: "number", sample: sampleNumber, enter: (scope, name) => ({ ...scope, scalars: [...scope.scalars, name], mutable: [...scope.mutable, name] }) },
  { name: "v", type: "number[]", sample: (random) => sampleList(random, 3), enter: (scope, name) => ({ ...scope, arrays: [...scope.arrays, { name, length: 3, grows: true }] }) },
  { name: "y", type: "number", sample: sampleNumber, enter: (scope, name) => ({ ...scope, scalars: [...scope.scalars, name], mutable: [...scope.mutable, name] }) },
  { name: "o", type: "{ x: number; y: number }", sample: (random) => `{ x: ${sampleNumber(random)}, y: ${sampleNumber(random)} }`, enter: (scope, name) => ({ ...scope, points: [...scope.points, name] }) },
  { name: "m", type: "number[][]", sample: (random) => `[${sampleList(random, 2)}, ${sampleList(random, 2)}]`, enter: (scope, name) => ({ ...scope, matrices: [...scope.matrices, name] }) },
  { name: "w", type: "Float64Array", sample: (random) => `Float64Array.of(...${sampleList(random, 3)})`, enter: (scope, name) => ({ ...scope, arrays: [...scope.arrays, { name, length: 3, grows: false }] }) },
];

/** the declarations that the text needs, directly or through others */
function mentioned(declarations: readonly string[], text: string): readonly string[] {
  const names = (declaration: string): readonly string[] => [...declaration.matchAll(/^(?:class|type|function\*?) (\w+)/gm)].map(([, name = ""]) => name);
  const kept: string[] = [];
  for (const declaration of declarations.slice().reverse()) {
    const rest = [text, ...kept].join("\n");
    if (names(declaration).some((name) => new RegExp(`\\b${name}\\b`).test(rest))) kept.unshift(declaration);
  }
  return kept;
}

/** The program that belongs to a seed; whether it is fit for a test is for the probe to say. */
export function generate(seed: number): Program {
  const random = createRandom(seed);
  const context: Context = { random, names: createNames() };
  const helpers: { readonly made: RandomFunction; readonly signature: HelperSignature }[] = [];
  for (let count = random.below(3); count > 0; count--) helpers.push(helper(context, helpers.map(({ signature }) => signature)));
  const library = libraryOf(context);
  const inputs = INPUTS.filter((_, position) => position < 2 || random.chance(0.3));
  const scalar = random.chance(0.8);
  const entry = inputs.reduce<Scope>((scope, input) => input.enter(scope, input.name), { ...EMPTY, ...library.scope, helpers: helpers.map(({ signature }) => signature), returns: scalar ? "number" : null });
  const { body, scope } = sequence(context, entry, MOST_NESTING, 2 + random.below(5));
  const sum = scope.arrays.filter(({ grows }) => grows).map(({ name }) => `${name}[0] + ${name}[1] * 0.5`);
  const total = leaf([...scope.scalars, ...sum].join(" + "));
  const result: Expression = scalar ? { text: "$0 + $1", holes: [number(random, scope, 2), total] } : { text: "[$0, $1]", holes: [number(random, scope, 2), total] };
  const main: RandomFunction = {
    name: "f",
    parameters: inputs.map(({ name, type }) => ({ name, type })),
    result: scalar ? "number" : "[number, number]",
    body: [...body, simple("return $0;", [result])],
  };
  const functions = [...helpers.map(({ made }) => made), main];
  return { declarations: mentioned(library.declarations, printProgram({ declarations: [], functions, args: "", scalar }, "plain")), functions, args: `[${inputs.map(({ sample }) => sample(random)).join(", ")}]`, scalar };
}
