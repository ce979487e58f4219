// Random expressions over a scope. Every form is total and smooth but at turns, which its probed form reports: denominators
// and arguments of roots and logarithms are bounded away from zero by construction.
import type { Random } from "../harness/random.ts";
import type { Expression } from "./program.ts";
import type { ArrayVariable, Scope } from "./scope.ts";

export const leaf = (text: string): Expression => ({ text, holes: [] });

const form = (text: string, holes: readonly Expression[], probed?: string): Expression => (probed === undefined ? { text, holes } : { text, probed, holes });

const UNARY: readonly (readonly [text: string, probed?: string])[] = [
  ["Math.sin($0)"], ["Math.cos($0)"], ["Math.tanh($0)"], ["Math.atan($0)"], ["-$0"], ["$0 * 0.5"], ["$0 - 1"],
  ["Math.exp(Math.sin($0))"], ["Math.sqrt(1.5 + $0 * $0)"], ["Math.log(2 + $0 * $0)"], ["$0 ** 2"], ["0.1 * $0 ** 3"], ["Math.log1p($0 * $0)"],
  ["Math.hypot($0, 1.5)"], ["Math.abs($0)", "probe.abs($0)"], ["1 / (1 + Math.exp(-Math.sin($0)))"], ["Math.pow(1.5 + Math.sin($0), 1.7)"], ["Math.expm1(Math.tanh($0))"],
];

const BINARY: readonly (readonly [text: string, probed?: string])[] = [
  ["$0 + $1"], ["$0 - $1"], ["$0 * $1"], ["$0 + $1"], ["$0 * $1"], ["$0 / (1.5 + $1 * $1)"], ["Math.atan2($0, 1.5 + $1 * $1)"], ["Math.hypot(1, $0, $1)"],
  ["Math.max($0, $1)", "probe.max($0, $1)"], ["Math.min($0, $1)", "probe.min($0, $1)"], ["Math.pow(2 + Math.cos($0), Math.sin($1))"],
];

const literal = (random: Random): Expression => leaf(String(Math.round(random.between(0.2, 2) * 100) / 100));

/** An index that is certainly in range. */
export function index(random: Random, scope: Scope, array: ArrayVariable): string {
  const counter = scope.counters.length > 0 && random.chance(0.6) ? random.pick(scope.counters) : undefined;
  if (counter === undefined) return random.chance(0.2) ? `${array.name}.length - 1` : String(random.below(array.length));
  return counter.array === array.name ? counter.name : `${counter.name} % ${array.name}.length`;
}

function place(random: Random, scope: Scope): Expression | undefined {
  const choices: (() => Expression)[] = [];
  if (scope.scalars.length > 0) for (let weight = 0; weight < 4; weight++) choices.push(() => leaf(random.pick(scope.scalars)));
  if (scope.arrays.length > 0) {
    for (let weight = 0; weight < 3; weight++) {
      choices.push(() => {
        const array = random.pick(scope.arrays);
        return leaf(`${array.name}[${index(random, scope, array)}]`);
      });
    }
  }
  if (scope.points.length > 0) choices.push(() => leaf(`${random.pick(scope.points)}.${random.pick(["x", "y"])}`));
  if (scope.matrices.length > 0) choices.push(() => leaf(`${random.pick(scope.matrices)}[${random.below(2)}][${random.below(2)}]`));
  return choices.length === 0 ? undefined : random.pick(choices)();
}

/** A comparison of two numbers, of which at least one usually depends on the inputs. */
export function comparison(random: Random, scope: Scope, depth: number): Expression {
  const counter = scope.counters.length > 0 && random.chance(0.4) ? random.pick(scope.counters) : undefined;
  if (counter !== undefined) return leaf(random.pick([`${counter.name} === 1`, `${counter.name} % 2 === 0`, `${counter.name} > 0`]));
  return form("$0 < $1", [number(random, scope, depth - 1), number(random, scope, depth - 2)], "probe.less($0, $1)");
}

/** Those that are of type number[], as the parameters of helpers are. */
export const plainArrays = ({ arrays }: Scope): readonly ArrayVariable[] => arrays.filter(({ grows }) => grows);

function call(random: Random, scope: Scope, depth: number): Expression | undefined {
  const plain = plainArrays(scope);
  const helpers = scope.helpers.filter(({ result, parameters }) => result === "number" && (!parameters.includes("array") || plain.length > 0));
  if (helpers.length === 0) return undefined;
  const { name, parameters } = random.pick(helpers);
  const holes = parameters.map((kind) => (kind === "array" ? leaf(random.pick(plain).name) : number(random, scope, depth - 1)));
  return form(`${name}(${holes.map((_, position) => `$${position}`).join(", ")})`, holes);
}

function reduction(random: Random, scope: Scope, depth: number): Expression {
  const { name } = random.pick(scope.arrays);
  const inner = { ...scope, scalars: [...scope.scalars, "acc", "item"], arrays: [], helpers: [] };
  const step = number(random, inner, Math.min(depth - 1, 2));
  return form(`${name}.reduce((acc, item) => acc * 0.5 + $0, $1)`, [step, number(random, scope, 0)]);
}

/** Expressions over what is neither a number nor an array. */
function construct(random: Random, scope: Scope, depth: number): Expression | undefined {
  const inner = (): Expression => number(random, scope, depth - 1);
  const choices: (() => Expression)[] = [];
  const add = (of: readonly string[], text: (name: string) => string, holes: () => readonly Expression[] = () => []): void => {
    if (of.length > 0) choices.push(() => form(text(random.pick(of)), holes()));
  };
  const key = random.pick(["a", "b"]);
  add(scope.maps, (m) => `${m}.get("${key}")!`);
  add(scope.maps, (m) => `(${m}.get("none") ?? $0)`, () => [inner()]);
  add(scope.records, (r) => `${r}["${key}"]!`);
  add(scope.records, (r) => `Object.values(${r}).reduce((p, q) => p * 0.5 + q, $0)`, () => [inner()]);
  add(scope.functions, (g) => `${g}($0)`, () => [inner()]);
  add(scope.tables, (s) => `${s}[${random.below(2)}]!($0)`, () => [inner()]);
  if (scope.counters.length > 0) add(scope.tables, (s) => `${s}[${random.pick(scope.counters).name} % 2]!($0)`, () => [inner()]);
  add(scope.shapes, (u) => `area(${u})`);
  add(scope.absent, (o) => `(${o} ?? $0)`, () => [inner()]);
  add(scope.bodies, (b) => `${b}.norm`);
  add(scope.bodies, (b) => `Body.mix(${b}, ${random.pick(scope.bodies)}, $0)`, () => [inner()]);
  add(scope.library, (f) => `${f}($0, $1)`, () => [inner(), inner()]);
  return choices.length === 0 ? undefined : random.pick(choices)();
}

/** A numeric expression. */
export function number(random: Random, scope: Scope, depth: number): Expression {
  if (depth <= 0 || random.chance(0.15)) return (random.chance(0.85) ? place(random, scope) : undefined) ?? literal(random);
  const which = random.uniform();
  if (which < 0.45) {
    const [text, probed] = random.pick(BINARY);
    return form(text, [number(random, scope, depth - 1), number(random, scope, depth - 1)], probed);
  }
  if (which < 0.75) {
    const [text, probed] = random.pick(UNARY);
    return form(text, [number(random, scope, depth - 1)], probed);
  }
  const other = random.chance(0.25) ? construct(random, scope, depth) : undefined;
  if (other !== undefined) return other;
  if (which < 0.83) return form("$0 ? $1 : $2", [comparison(random, scope, depth), number(random, scope, depth - 1), number(random, scope, depth - 1)]);
  if (which < 0.88 && scope.arrays.length > 0) return reduction(random, scope, depth);
  if (which < 0.91 && scope.arrays.length > 0) {
    const { name } = random.pick(scope.arrays);
    return form(`${name}[${name}.length] ?? $0`, [number(random, scope, depth - 1)]);
  }
  return call(random, scope, depth) ?? number(random, scope, depth - 1);
}

/** An expression for a fresh or an existing array, and what is known of it. */
export function array(random: Random, scope: Scope, depth: number): { readonly value: Expression; readonly length: number; readonly grows: boolean } {
  const small = (): Expression => number(random, scope, Math.min(depth, 2));
  const existing = scope.arrays.length > 0 ? random.pick(scope.arrays) : undefined;
  const element = (): Expression => number(random, { ...scope, scalars: [...scope.scalars, "item", "item"] }, 2);
  const makers: (() => ReturnType<typeof array>)[] = [
    () => ({ value: form("[$0, $1, $2]", [small(), small(), small()]), length: 3, grows: true }),
    () => ({ value: form("new Array<number>(3).fill($0)", [small()]), length: 3, grows: true }),
    () => ({ value: leaf("new Float64Array(3)"), length: 3, grows: false }),
  ];
  if (existing !== undefined) {
    const { name, length, grows } = existing;
    makers.push(
      () => ({ value: form(`${name}.map((item) => $0)`, [element()]), length, grows }),
      () => ({ value: form(`${name}.map((item, at) => $0 * (at + 1))`, [element()]), length, grows }),
      () => ({ value: leaf(`${name}.slice()`), length, grows }),
      () => ({ value: leaf(name), length, grows }),
    );
    if (grows) makers.push(() => ({ value: form(`[...${name}, $0]`, [small()]), length: length + 1, grows }));
    if (length > 1) makers.push(() => ({ value: leaf(`${name}.slice(1)`), length: length - 1, grows }));
    const other = random.pick(scope.arrays);
    if (other.grows === grows) makers.push(() => ({ value: form(`$0 ? ${name} : ${other.name}`, [comparison(random, scope, 2)]), length: Math.min(length, other.length), grows }));
  }
  return random.pick(makers)();
}
