// The checks, one for each operator: a derivative against differences of the function that it is a derivative of.
// Each takes an experiment with the function and the derivative; none calls a marker, so that derivatives by hand are checked as compiled ones are.
import { compare, compareOne, type Compared } from "./compare.ts";
import { dot, type Callable, type Claim, type Experiment } from "./experiment.ts";
import { derivativeLike, pathIn, readDerivatives, type Reading } from "./layout.ts";
import { matrixOf, type Matrix } from "./matrix.ts";
import type { Chosen } from "./options.ts";
import type { Failure, Outcome } from "./report.ts";
import { asymmetry } from "./symmetry.ts";

/** up to so many results the one that disagrees is looked for */
const MOST_RESULTS = 256;

const shapeFailure = ({ path, text }: { readonly path: string; readonly text: string }): Failure =>
  ({ what: "shape", path, derivative: Number.NaN, expected: Number.NaN, error: Number.NaN, text });

const failed = (failure: Failure): Compared => ({ compared: 0, largest: 0, failure, remarks: [], at: -1, smooth: [] });

/** gradients by the option `wrt`: one, or one for each parameter that it names */
const entriesOf = (gradient: unknown, wrt: Chosen): readonly unknown[] => (typeof wrt === "number" ? [gradient] : Array.isArray(gradient) ? gradient as readonly unknown[] : []);

const partsOf = ({ layout, chosen }: Experiment): readonly (typeof layout.parts)[number][] => chosen.map((i) => layout.parts[i] ?? { kind: "nothing" });
const namesOf = ({ names, chosen }: Experiment): readonly string[] => chosen.map((i) => names[i] ?? `args[${i}]`);

const read = (experiment: Experiment, entries: readonly unknown[]): Reading => readDerivatives(partsOf(experiment), experiment.count, entries, namesOf(experiment));

const fromReading = ({ numbers, missing }: Reading): Claim => ({ gradient: numbers, missing, along: (direction) => dot(numbers, direction) });

/** what a derivative returns as the function's value */
function valueFailure({ result }: Experiment, value: unknown): Failure | null {
  const { numbers, problem } = readDerivatives([result.root], result.values.length, [value], ["value"]);
  if (problem !== null) return shapeFailure(problem);
  const size = result.values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const at = numbers.findIndex((x, i) => !(Math.abs(x - result.values[i]!) <= 1e-9 * Math.max(Math.abs(x), Math.abs(result.values[i]!)) + 1e-12 * size));
  if (at < 0) return null;
  return { what: "value", path: pathIn(result.root, at, "value") ?? "value", derivative: numbers[at]!, expected: result.values[at]!, error: 0, text: "" };
}

/** Compares for random weights of the results; where that disagrees, finds the result. */
function compareWeighed(experiment: Experiment, weights: Float64Array, claimFor: (weights: Float64Array) => Claim): Compared {
  const compared = compare(experiment.comparison(weights, claimFor(weights)));
  const { failure, at } = compared;
  const { values, root } = experiment.result;
  if (failure === null || at < 0 || values.length === 1 || values.length > MOST_RESULTS) return compared;
  for (let i = 0; i < values.length; i++) {
    const unit = new Float64Array(values.length);
    unit[i] = 1;
    const claim = claimFor(unit);
    const comparison = experiment.comparison(unit, claim);
    const verdict = compareOne(comparison, at);
    if (verdict.kind !== "wrong") continue;
    const derivative = claim.gradient === null ? claim.along(unitAt(experiment.count, at)) : claim.gradient[at]!;
    const path = `${failure.path}, in ${pathIn(root, i, "result")}`;
    return { ...compared, failure: { ...failure, path, derivative, expected: verdict.expected, error: verdict.error, text: verdict.text } };
  }
  return compared;
}

const unitAt = (count: number, at: number): Float64Array => {
  const unit = new Float64Array(count);
  unit[at] = 1;
  return unit;
};

const NOTHING: Outcome = { compared: 0, largest: 0, failure: null, remarks: [] };

/** The outcome of a check, unless there is nothing to compare, or nothing to compare with. */
const at = (experiment: Experiment, check: () => Outcome): Outcome => {
  const problem = experiment.problem();
  if (problem !== null) return failed(problem);
  return experiment.result.values.length === 0 || experiment.count === 0 ? NOTHING : check();
};

const call = (f: Callable, args: readonly unknown[]): unknown => f(...(args as never[]));

/** `(...args) => gradient`, or with `hasValue` `(...args) => [value, gradient]` */
export const gradientOutcome = (experiment: Experiment, derivative: Callable, wrt: Chosen, hasValue: boolean): Outcome => at(experiment, () => {
  const returned = call(derivative, experiment.args());
  const [value, found] = hasValue ? (returned as readonly [unknown, unknown]) : [null, returned];
  const wrong = hasValue ? valueFailure(experiment, value) : null;
  if (wrong !== null) return failed(wrong);
  const reading = read(experiment, entriesOf(found, wrt));
  return reading.problem === null ? compare(experiment.comparison(Float64Array.of(1), fromReading(reading))) : failed(shapeFailure(reading.problem));
});

/** one tangent for each parameter */
const tangents = ({ layout }: Experiment, direction: Float64Array): readonly unknown[] => {
  const made = new Map();
  return layout.parts.map((part) => derivativeLike(part, direction, made));
};

/** a derivative of the result, as numbers; not a number where it has none */
function resultNumbers({ result }: Experiment, derivative: unknown): Float64Array {
  const { numbers, missing, problem } = readDerivatives([result.root], result.values.length, [derivative], ["result"]);
  return numbers.map((x, i) => (problem !== null || missing[i] === 1 ? Number.NaN : x));
}

/** a derivative that is a product with directions: results along a direction, weighed */
const fromProducts = (product: (direction: Float64Array) => Float64Array) => (weights: Float64Array): Claim =>
  ({ gradient: null, missing: null, along: (direction) => dot(weights, product(direction)) });

/** `(primals, tangents) => [value, tangent]` */
export const tangentOutcome = (experiment: Experiment, jvp: Callable): Outcome => at(experiment, () => {
  const push = (direction: Float64Array): readonly [unknown, unknown] => call(jvp, [experiment.values(), tangents(experiment, direction)]) as readonly [unknown, unknown];
  const wrong = valueFailure(experiment, push(new Float64Array(experiment.count))[0]);
  if (wrong !== null) return failed(wrong);
  return compareWeighed(experiment, experiment.randomWeights(), fromProducts((direction) => resultNumbers(experiment, push(direction)[1])));
});

/** `(...args) => [value, pullback]`; the pullback is called several times */
export const pullbackOutcome = (experiment: Experiment, vjp: Callable): Outcome => at(experiment, () => {
  const [value, pullback] = call(vjp, experiment.args()) as readonly [unknown, Callable];
  const wrong = valueFailure(experiment, value);
  if (wrong !== null) return failed(wrong);
  const pull = (weights: Float64Array): Reading => read(experiment, byChosen(experiment, call(pullback, [derivativeLike(experiment.result.root, weights)])));
  const weights = experiment.randomWeights();
  const first = pull(weights);
  if (first.problem !== null) return failed(shapeFailure(first.problem));
  const claims = new Map([[weights, fromReading(first)]]);
  const compared = compareWeighed(experiment, weights, (x) => claims.get(x) ?? fromReading(pull(x)));
  if (compared.failure !== null) return compared;
  const again = pull(weights).numbers;
  const other = again.findIndex((x, i) => !Object.is(x, first.numbers[i]));
  if (other < 0) return compared;
  const path = pathOfArgument(experiment, other);
  return { ...compared, failure: { what: "value", path, derivative: again[other]!, expected: first.numbers[other]!, error: 0, text: "the pullback answers differently when it is called again" } };
});

const byChosen = ({ chosen }: Experiment, entries: unknown): readonly unknown[] => chosen.map((i) => (entries as readonly unknown[])[i]);

function pathOfArgument({ layout, names }: Experiment, at: number): string {
  for (const [i, part] of layout.parts.entries()) {
    const path = pathIn(part, at, names[i] ?? `args[${i}]`);
    if (path !== null) return path;
  }
  return "";
}

/** ⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩: both modes against each other, without differences. */
export const adjointOutcome = (experiment: Experiment, jvp: Callable, vjp: Callable): Outcome => at(experiment, () => {
  const { random, layout, count } = experiment;
  const [, pullback] = call(vjp, experiment.args()) as readonly [unknown, Callable];
  let largest = 0;
  for (let i = 0; i < ADJOINT_PAIRS; i++) {
    const weights = experiment.randomWeights();
    const pulled = read(experiment, byChosen(experiment, call(pullback, [derivativeLike(experiment.result.root, weights)])));
    if (pulled.problem !== null) return failed(shapeFailure(pulled.problem));
    const both = (direction: Float64Array): Pair => {
      const [, tangent] = call(jvp, [experiment.values(), tangents(experiment, direction)]) as readonly [unknown, unknown];
      return pairOf(weights, resultNumbers(experiment, tangent), pulled.numbers, direction, [layout.single, experiment.result.single].some((x) => x.includes(1)));
    };
    const direction = layout.values.map((x, at) => (random() - 0.5) * (Math.abs(x) || layout.scale[at]! || 1)).map(Math.fround);
    const pair = both(direction);
    // forward mode does not guard zeros that reverse mode guards
    if (Number.isNaN(pair.forward)) return { compared: i, largest, failure: null, remarks: [{ kind: "unclear", path: "the point", text: "forward mode is not finite here" }] };
    largest = Math.max(largest, pair.difference);
    if (pair.agree) continue;
    const found = halve(direction, Array.from({ length: count }, (_, at) => at), (part) => !both(part).agree);
    const unit = found.length === 1 ? both(unitAt(count, found[0]!)) : pair;
    const shown = unit.agree ? pair : unit;
    return failed({ what: "modes", path: found.length === 1 ? pathOfArgument(experiment, found[0]!) : "", derivative: shown.reverse, expected: shown.forward, error: 0, text: "" });
  }
  return { compared: ADJOINT_PAIRS, largest, failure: null, remarks: [] };
});

const ADJOINT_PAIRS = 3;

interface Pair {
  readonly forward: number;
  readonly reverse: number;
  readonly difference: number;
  readonly agree: boolean;
}

function pairOf(weights: Float64Array, tangent: Float64Array, gradient: Float64Array, direction: Float64Array, isSingle: boolean): Pair {
  const size = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + Math.abs(x * b[i]!), 0);
  const [forward, reverse] = [dot(weights, tangent), dot(gradient, direction)];
  const difference = Math.abs(forward - reverse) / Math.max(size(weights, tangent), size(gradient, direction), Number.MIN_VALUE);
  return { forward, reverse, difference, agree: forward === reverse || difference <= (isSingle ? 1e-5 : 1e-9) };
}

/** a part of a direction that alone has the property, as small as halving makes it */
function halve(direction: Float64Array, positions: readonly number[], has: (part: Float64Array) => boolean): readonly number[] {
  if (positions.length <= 1) return positions;
  const half = positions.length >> 1;
  for (const part of [positions.slice(0, half), positions.slice(half)]) {
    const restricted = new Float64Array(direction.length);
    for (const at of part) restricted[at] = direction[at]!;
    if (has(restricted)) return halve(direction, part, has);
  }
  return positions;
}

function readMatrix(experiment: Experiment, jacobian: unknown, wrt: Chosen): Matrix {
  return matrixOf(jacobian, {
    result: experiment.result.root, height: experiment.result.values.length,
    parts: partsOf(experiment), names: namesOf(experiment), width: experiment.count, entries: (row) => entriesOf(row, wrt),
  });
}

/** `(...args) => J`, dense or sparse; with `isSymmetric` that of a gradient */
export const jacobianOutcome = (experiment: Experiment, jacobian: Callable, wrt: Chosen, isSymmetric: boolean): Outcome => at(experiment, () => {
  const matrix = readMatrix(experiment, call(jacobian, experiment.args()), wrt);
  if (matrix.problem !== null) return failed(shapeFailure(matrix.problem));
  const compared = compareWeighed(experiment, experiment.randomWeights(), (weights) => {
    const numbers = matrix.contract(weights);
    return { gradient: numbers, missing: null, along: (direction) => dot(numbers, direction) };
  });
  return isSymmetric ? withSymmetry(experiment, compared, (direction) => matrix.apply(direction)) : compared;
});

/** `(args, v) => H v` of the gradient that the experiment is about */
export const productOutcome = (experiment: Experiment, hvp: Callable, wrt: Chosen): Outcome => at(experiment, () => {
  const product = (direction: Float64Array): Float64Array => {
    const all = tangents(experiment, direction);
    const v = typeof wrt === "number" ? all[wrt] : experiment.chosen.map((i) => all[i]);
    return resultNumbers(experiment, call(hvp, [experiment.values(), v]));
  };
  return withSymmetry(experiment, compareWeighed(experiment, experiment.randomWeights(), fromProducts(product)), product);
});

/** second derivatives are symmetric, where there is no kink */
function withSymmetry(experiment: Experiment, compared: Compared, product: (direction: Float64Array) => Float64Array): Outcome {
  const { count, layout, result, random } = experiment;
  if (compared.failure !== null || count !== result.values.length) return compared;
  const found = asymmetry({ count, sizes: layout.values.map((x, at) => Math.abs(x) || layout.scale[at]! || 1), smooth: compared.smooth, product, random, isSingle: layout.single.includes(1) });
  if (found === null) return compared;
  const [row, column] = [found.row, found.column].map((at) => (at < 0 ? "a random direction" : pathOfArgument(experiment, at)));
  return { ...compared, failure: { what: "symmetry", path: `${row}, ${column}`, derivative: found.value, expected: found.transposed, error: 0, text: "second derivatives do not depend on the order" } };
}
