// What must hold between a function and its derivatives, whatever the function is. Each check calls with fresh copies of
// the arguments and returns what is wrong, in words; an empty list means that all is right.
// Expected numbers come from differences or from the other mode, never from the derivative under test itself.
import { close, dot, sameBits, shapeProblems, type Sum } from "./compare.ts";
import { directional, type Callable } from "./differences.ts";
import type { Random } from "./random.ts";
import { aliases, cellsOf, copyOf, leavesOf, scribble, tangentOf, type Direction } from "./structure.ts";

/** The derivatives of one function under test; what is missing is not checked. */
export interface Derivatives {
  readonly primal: Callable;
  /** gives one gradient entry per argument; those that are not in `wrt` may be `null` */
  readonly valueAndGrad?: Callable;
  readonly jvp?: Callable;
  readonly vjp?: Callable;
  /** with respect to all arguments; checked where there is a pullback */
  readonly jacobian?: Callable;
  /** the same by columns */
  readonly columns?: Callable;
  /** the arguments in which the function is differentiable, by index; default: all */
  readonly wrt?: readonly number[];
  /** the gradient in all arguments, and its tangent */
  readonly second?: { readonly gradient: Callable; readonly jvp: Callable };
  /** what the module holds that calls may change */
  readonly state?: () => unknown;
}

export interface Tolerances {
  /** against differences, relative to the terms */
  readonly differences: number;
  /** of one mode against the other, relative to the terms */
  readonly adjoint: number;
  /** whether differences that do not settle are a problem of the point, to be reported, or say nothing */
  readonly settle: boolean;
}

/** For points that were chosen with care: smooth around, well conditioned. */
export const TOLERANCES: Tolerances = { differences: 1e-7, adjoint: 1e-12, settle: true };

/** A random direction through the differentiable numbers of a value, no component small. */
export function randomDirection(value: unknown, random: Random): Direction {
  const direction = new Map<string, number>();
  for (const path of cellsOf(value).keys()) direction.set(path, (random.chance(0.5) ? 1 : -1) * random.between(0.5, 1.5));
  return direction;
}

interface PrimalRun {
  readonly result: unknown;
  readonly args: readonly unknown[];
  /** what the module holds then */
  readonly held: unknown;
}

const NOTHING = (): unknown => undefined;

function runPrimal({ primal, state = NOTHING }: Derivatives, args: readonly unknown[]): PrimalRun {
  const own = copyOf(args);
  return { result: copyOf(primal(...own)), args: own, held: copyOf(state()) };
}

/** The result to the bit, the arguments and the module as the function leaves them. */
function samePrimal(name: string, { state = NOTHING }: Derivatives, expected: PrimalRun, result: unknown, args: readonly unknown[]): readonly string[] {
  const problems: string[] = [];
  if (!sameBits(result, expected.result)) problems.push(`${name} returns the value ${show(result)}, the function ${show(expected.result)}`);
  if (!sameBits(args, expected.args)) problems.push(`${name} leaves the arguments as ${show(args)}, the function as ${show(expected.args)}`);
  if (!sameBits(state(), expected.held)) problems.push(`${name} leaves the module with ${show(state())}, the function with ${show(expected.held)}`);
  return problems;
}

export function show(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "number" && !(Number.isFinite(inner) && !Object.is(inner, -0))) return Object.is(inner, -0) ? "-0" : String(inner);
    if (typeof inner === "bigint") return `${inner}n`;
    if (ArrayBuffer.isView(inner) && "length" in inner) return [...(inner as Float64Array)];
    return inner instanceof Map ? [...inner] : inner;
  }) as string | undefined;
  return text === undefined ? String(value) : text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Where a derivative is taken: from `args` along `direction`, of the weighted sum of the results. */
interface Line {
  readonly primal: Callable;
  readonly args: readonly unknown[];
  readonly direction: Direction;
  readonly weights: Direction;
  readonly tolerances: Tolerances;
}

const RESULT: Direction = new Map([["", 1]]);

/** Differences of numbers below this are rounding errors of the function itself. */
const SMALLEST_SCALE = 1e-3;

function againstDifferences(name: string, actual: Sum, { primal, args, direction, weights, tolerances }: Line): readonly string[] {
  const expected = directional(primal, args, direction, weights);
  const scale = Math.max(SMALLEST_SCALE, Number.isFinite(actual.scale) ? actual.scale : 0);
  const { differences: tolerance, settle } = tolerances;
  if (!(expected.error <= tolerance * Math.max(SMALLEST_SCALE, Math.abs(expected.value)))) {
    return settle ? [`${name}: differences do not settle, ${expected.value} ± ${expected.error}`] : [];
  }
  if (close(actual.value, expected.value, tolerance, scale)) return [];
  return [`${name}: ${actual.value}, differences say ${expected.value} (± ${expected.error.toExponential(1)})`];
}

type Pair = readonly [result: unknown, derivative: unknown];

function callVjp(vjp: Callable, args: readonly unknown[]): readonly [result: unknown, pullback: Callable] {
  return vjp(...args) as readonly [unknown, Callable];
}

/** The arguments with respect to which a gradient was taken, `null` in place of the others. */
const differentiated = (args: readonly unknown[], wrt: readonly number[] | undefined): readonly unknown[] =>
  args.map((arg, index) => (wrt === undefined || wrt.includes(index) ? arg : null));

function checkGradient(derivatives: Derivatives, line: Line): readonly string[] {
  const { valueAndGrad, wrt } = derivatives;
  if (valueAndGrad === undefined) return [];
  const expected = runPrimal(derivatives, line.args);
  const own = copyOf(line.args);
  const [result, gradient] = valueAndGrad(...own) as Pair;
  const shape = shapeProblems(differentiated(line.args, wrt), differentiated(gradient as readonly unknown[], wrt));
  if (shape.length > 0) return shape.map((problem) => `gradient: ${problem}`);
  return [
    ...samePrimal("valueAndGrad", derivatives, expected, result, own),
    ...(aliases(gradient, own) ? ["the gradient shares an object with the arguments"] : []),
    ...againstDifferences("gradient along a random direction", dot(line.args, gradient, line.direction), { ...line, weights: RESULT }),
  ];
}

function checkTangent(derivatives: Derivatives, line: Line): readonly string[] {
  const { jvp } = derivatives;
  if (jvp === undefined) return [];
  const expected = runPrimal(derivatives, line.args);
  const own = copyOf(line.args);
  const tangents = tangentOf(line.args, line.direction);
  const before = copyOf(tangents);
  const [result, tangent] = jvp(own, tangents) as Pair;
  const shape = shapeProblems(expected.result, tangent);
  if (shape.length > 0) return shape.map((problem) => `tangent: ${problem}`);
  return [
    ...samePrimal("jvp", derivatives, expected, result, own),
    ...(sameBits(tangents, before) ? [] : ["jvp writes the tangents that it was given"]),
    ...againstDifferences("tangent along a random direction", dot(expected.result, tangent, line.weights), line),
  ];
}

function checkPullback(derivatives: Derivatives, line: Line): readonly string[] {
  const { vjp } = derivatives;
  if (vjp === undefined) return [];
  const expected = runPrimal(derivatives, line.args);
  const own = copyOf(line.args);
  const [result, pullback] = callVjp(vjp, own);
  const problems = [...samePrimal("vjp", derivatives, expected, result, own)];
  const seed = tangentOf(expected.result, line.weights);
  const before = copyOf(seed);
  const gradient = pullback(seed);
  const first = copyOf(gradient);
  if (!sameBits(seed, before)) problems.push("the pullback writes the cotangent that it was given");
  if (aliases(gradient, seed)) problems.push("the pullback returns an object of the cotangent that it was given");
  if (!sameBits(pullback(seed), first)) problems.push("the pullback answers differently the second time");
  problems.push(...samePrimal("the pullback", derivatives, expected, result, own));
  if (!sameBits(gradient, first)) problems.push("the second call of the pullback changes the answer of the first");
  // state that the function hands out is its own to read again
  if (derivatives.state === undefined) {
    scribble(result, own);
    if (!sameBits(pullback(seed), first)) problems.push("the pullback answers differently once the caller has written to the result");
  }
  const shape = shapeProblems(line.args, gradient);
  if (shape.length > 0) return [...problems, ...shape.map((problem) => `pullback: ${problem}`)];
  return [...problems, ...againstDifferences("pullback along a random direction", dot(line.args, gradient, line.direction), line)];
}

/** The dot-product identity: the seed against the tangent is the pulled-back seed against the direction. */
function checkAdjoint(derivatives: Derivatives, { args, direction, weights, tolerances }: Line): readonly string[] {
  const { valueAndGrad, vjp, jvp } = derivatives;
  if (jvp === undefined) return [];
  const [, tangent] = jvp(copyOf(args), tangentOf(args, direction)) as Pair;
  const { result } = runPrimal(derivatives, args);
  const unit = [...direction.values()].reduce((sum, x) => sum + Math.abs(x), 0);
  const compare = (name: string, gradient: unknown, seed: Direction): readonly string[] => {
    const forward = dot(result, tangent, seed);
    const reverse = dot(args, gradient, direction);
    if (Number.isNaN(forward.value)) return []; // forward mode does not guard zeros, so this point says nothing
    // tangents that cancel on the way, and do not show in the gradient, leave their rounding errors
    const agree = close(forward.value, reverse.value, tolerances.adjoint, forward.scale + reverse.scale) || Math.abs(forward.value - reverse.value) <= Number.EPSILON * unit;
    return agree ? [] : [`${name}: forward mode says ${forward.value}, reverse mode ${reverse.value}`];
  };
  const problems: string[] = [];
  if (valueAndGrad !== undefined) {
    const [, gradient] = valueAndGrad(...copyOf(args)) as Pair;
    problems.push(...compare("gradient", gradient, RESULT));
  }
  if (vjp !== undefined) {
    const [, pullback] = callVjp(vjp, copyOf(args));
    problems.push(...compare("pullback", pullback(tangentOf(result, weights)), weights));
  }
  return problems;
}

/** The rows of the Jacobian are pulled back unit cotangents; forward mode may find no number where reverse mode guards a zero. */
function checkJacobian(derivatives: Derivatives, { args, tolerances }: Line): readonly string[] {
  const { jacobian, columns, vjp } = derivatives;
  if (vjp === undefined) return [];
  const expected = runPrimal(derivatives, args);
  const [, pullback] = callVjp(vjp, copyOf(args));
  const check = (name: string, derivative: Callable, forgivesNaN: boolean): readonly string[] => {
    const own = copyOf(args);
    const rows = leavesOf(derivative(...own));
    const problems = [...leavesOf(expected.result).keys()].flatMap((path) => [...leavesOf(pullback(tangentOf(expected.result, new Map([[path, 1]]))))].flatMap(([at, number]) => {
      const found = rows.get(path + at);
      return (forgivesNaN && Number.isNaN(found)) || close(found ?? Number.NaN, number, tolerances.adjoint, 1) ? [] : [`${name} at ${path} ${at}: ${found}, the pullback says ${number}`];
    }));
    return [...samePrimal(`the ${name}`, derivatives, expected, expected.result, own), ...problems.slice(0, 2)];
  };
  return [...(jacobian === undefined ? [] : check("Jacobian", jacobian, false)), ...(columns === undefined ? [] : check("Jacobian by columns", columns, true))];
}

/** The tangent of the gradient, as differences of the gradient see it. */
function checkSecond(derivatives: Derivatives, { args, direction, tolerances }: Line): readonly string[] {
  const { second, state } = derivatives;
  if (second === undefined) return [];
  const { gradient, jvp } = second;
  const left = runPrimal(derivatives, args);
  const own = copyOf(args);
  const [value, tangent] = jvp(own, tangentOf(args, direction)) as Pair;
  const shape = [...shapeProblems(gradient(...copyOf(args)), value), ...shapeProblems(value, tangent)];
  if (shape.length > 0) return shape.map((problem) => `tangent of the gradient: ${problem}`);
  return [
    ...samePrimal("the tangent of the gradient", { primal: gradient, ...(state === undefined ? {} : { state }) }, left, left.result, own),
    ...againstDifferences("tangent of the gradient along a random direction", dot(args, tangent, direction), { primal: gradient, args, direction, weights: direction, tolerances }),
  ];
}

/** All identities at one point, along one random direction and for one random seed. */
export function checkDerivatives(derivatives: Derivatives, args: readonly unknown[], random: Random, tolerances: Tolerances = TOLERANCES): readonly string[] {
  const { result } = runPrimal(derivatives, args);
  const direction = randomDirection(differentiated(args, derivatives.wrt), random);
  const line: Line = { primal: derivatives.primal, args, direction, weights: randomDirection(result, random), tolerances };
  return [checkGradient, checkTangent, checkPullback, checkAdjoint, checkJacobian, checkSecond].flatMap((check) => check(derivatives, line));
}
