// Runs one pitfall in one mode and says how it went. The derivative is called as a user would call it: through markers in
// a file of its own that imports the program. Values, arguments and side effects are compared with those of the program.
import { close, sameBits, shapeProblems } from "../harness/compare.ts";
import { directional, type Callable } from "../harness/differences.ts";
import { randomDirection, show } from "../harness/identities.ts";
import { functionOf, type Exports } from "../harness/modules.ts";
import { createRandom } from "../harness/random.ts";
import { aliases, copyOf, leavesOf, tangentOf, type Direction } from "../harness/structure.ts";
import { RIGHT, crashed, failureOf, isLocated, wrong, type Verdict } from "../harness/verdict.ts";
import type { Outcome, Workbench } from "../harness/workbench.ts";
import type { Pitfall } from "./cases.ts";
import { disguise, type Disguise } from "./disguises.ts";

export const MODES = ["reverse", "forward", "forward-over-reverse"] as const;
export type Mode = (typeof MODES)[number];

/** A gradient of zeros where another was expected. Right only to say so: a warning must stand beside it. */
interface Lost { readonly kind: "lost"; readonly detail: string }

const MARKERS: { readonly [M in Mode]: (target: string) => string } = {
  "reverse": (target) => `export const reverse = valueAndGrad(${target}, { wrt: "all" });`,
  "forward": (target) => `export const forward = jvp(${target});`,
  "forward-over-reverse": (target) => `export const reverse = grad(${target}, { wrt: "all" });\nexport const forward = jvp(grad(${target}, { wrt: "all" }));`,
};
const IMPORTS: { readonly [M in Mode]: string } = { "reverse": "valueAndGrad", "forward": "jvp", "forward-over-reverse": "grad, jvp" };

const folderOf = ({ id }: Pitfall, mode: Mode): string => `/${id}/${mode}`;

/** The files of one pitfall in one mode: the program and the file with the markers. */
export function filesOf(pitfall: Pitfall, as: Disguise, mode: Mode): Readonly<Record<string, string>> {
  const { code, target } = disguise(pitfall.code, as);
  const folder = folderOf(pitfall, mode);
  return {
    [`${folder}/case.ts`]: code,
    [`${folder}/driver.ts`]: [
      `import { ${IMPORTS[mode]} } from "cotangent";`,
      `import { ${target} } from "./case.ts";`,
      `import * as state from "./case.ts";`,
      `export { state, ${target} as primal };`,
      MARKERS[mode](target),
    ].join("\n"),
  };
}

/** A call with everything that it changes: the result, the arguments, exported state, draws of random numbers. */
interface Call {
  readonly result: unknown;
  readonly args: readonly unknown[];
  readonly state: unknown;
  readonly draws: number;
}

/** Calls with a `Math.random` that always starts alike and is counted. */
function observed(exports: Exports, pitfall: Pitfall, call: (args: readonly unknown[]) => unknown): Call {
  const original = Math.random;
  const random = createRandom(1);
  let draws = 0;
  Math.random = () => {
    draws++;
    return random.uniform();
  };
  try {
    const args = pitfall.args();
    const result = call(args);
    const state = Object.entries(exports["state"] ?? {}).filter(([, value]) => typeof value !== "function");
    return { result, args, state: copyOf(state), draws };
  } finally {
    Math.random = original;
  }
}

function effectsDiffer(expected: Call, actual: Call): string | undefined {
  if (!sameBits(actual.args, expected.args)) return `leaves the arguments as ${show(actual.args)}, the function as ${show(expected.args)}`;
  if (!sameBits(actual.state, expected.state)) return `leaves the module's state as ${show(actual.state)}, the function as ${show(expected.state)}`;
  if (actual.draws !== expected.draws) return `draws ${actual.draws} random numbers, the function ${expected.draws}`;
  return undefined;
}

function matches(gradient: ReadonlyMap<string, number>, want: unknown, tolerance: number): boolean {
  const expected = leavesOf(want);
  const sizes = [...expected.values()].map(Math.abs).filter(Number.isFinite);
  const largest = Math.max(0, ...sizes);
  const scale = largest === 0 ? 1 : largest;
  return [...expected].every(([path, number]) => close(gradient.get(path) ?? Number.NaN, number, tolerance, scale) && gradient.has(path));
}

function judgeGradient(gradient: ReadonlyMap<string, number>, value: unknown, { expectation, tolerance }: Pitfall): Verdict | Lost {
  if (expectation.kind === "replay") {
    const slope = (2 * Number(value)) / 3;
    return matches(gradient, [slope], tolerance) ? RIGHT : wrong(`gradient ${show([...gradient])}, the value of the same call asks for ${slope}`);
  }
  if (expectation.accepted.some((want) => matches(gradient, want, tolerance))) return RIGHT;
  const detail = `gradient ${show([...gradient])}, expected ${expectation.accepted.map(show).join(" or ")}`;
  return [...gradient.values()].every((number) => number === 0) ? { kind: "lost", detail } : wrong(detail);
}

function runReverse(load: () => Exports, pitfall: Pitfall, expected: Call): Verdict | Lost {
  const exports = load();
  const reverse = functionOf(exports, "reverse");
  const actual = observed(exports, pitfall, (args) => reverse(...args));
  const [value, gradient] = actual.result as readonly [unknown, unknown];
  const difference = effectsDiffer(expected, actual);
  if (difference !== undefined) return wrong(`reverse ${difference}`);
  if (!sameBits(value, expected.result)) return wrong(`reverse gives the value ${show(value)}, the function ${show(expected.result)}`);
  const [problem] = shapeProblems(pitfall.args(), gradient);
  if (problem !== undefined) return wrong(`gradient: ${problem}`);
  if (aliases(gradient, actual.args)) return wrong("the gradient shares an object with the arguments");
  return judgeGradient(leavesOf(gradient), value, pitfall);
}

/** The paths of the inputs that the expectation speaks about. */
function inputsOf({ expectation }: Pitfall): readonly string[] {
  return expectation.kind === "replay" ? ["/0"] : [...leavesOf(expectation.accepted[0]).keys()];
}

/** One call for each input, each with fresh module state. */
function runForward(load: () => Exports, pitfall: Pitfall, expected: Call): Verdict | Lost {
  const gradient = new Map<string, number>();
  for (const path of inputsOf(pitfall)) {
    const exports = load();
    const forward = functionOf(exports, "forward");
    const actual = observed(exports, pitfall, (args) => forward(args, tangentOf(args, new Map([[path, 1]]))));
    const [value, tangent] = actual.result as readonly [unknown, unknown];
    const difference = effectsDiffer(expected, actual);
    if (difference !== undefined) return wrong(`forward ${difference}`);
    if (!sameBits(value, expected.result)) return wrong(`forward gives the value ${show(value)}, the function ${show(expected.result)}`);
    if (typeof tangent !== "number") return wrong(`forward gives the tangent ${show(tangent)}`);
    gradient.set(path, tangent);
  }
  return judgeGradient(gradient, expected.result, pitfall);
}

const SECOND_ORDER_TOLERANCE = 1e-5;

function runForwardOverReverse(exports: Exports, pitfall: Pitfall): Verdict {
  const reverse: Callable = functionOf(exports, "reverse");
  const forward = functionOf(exports, "forward");
  const inputs = new Set(inputsOf(pitfall));
  const random = createRandom(3);
  const restricted = (direction: Direction): Direction => new Map([...direction].filter(([path]) => inputs.has(path)));
  const direction = restricted(randomDirection(pitfall.args(), random));
  const weights = restricted(randomDirection(pitfall.args(), random));
  const expected = directional(reverse, pitfall.args(), direction, weights);
  const args = pitfall.args();
  const [, tangent] = forward(args, tangentOf(args, direction)) as readonly [unknown, unknown];
  const numbers = leavesOf(tangent);
  const actual = [...weights].reduce((sum, [path, weight]) => sum + weight * (numbers.get(path) ?? Number.NaN), 0);
  const settled = expected.error <= SECOND_ORDER_TOLERANCE * Math.max(1, Math.abs(expected.value));
  if (!settled || close(actual, expected.value, SECOND_ORDER_TOLERANCE, 1)) return RIGHT;
  return wrong(`second derivative ${actual}, differences of the gradient say ${expected.value}`);
}

function runCompiled(load: () => Exports, pitfall: Pitfall, mode: Mode): Verdict | Lost {
  if (mode === "forward-over-reverse") return runForwardOverReverse(load(), pitfall);
  const primal = load();
  const expected = observed(primal, pitfall, (args) => functionOf(primal, "primal")(...args));
  return (mode === "reverse" ? runReverse : runForward)(load, pitfall, expected);
}

function warningOf(outcomes: readonly Outcome[]): string | undefined {
  const diagnostics = outcomes.flatMap((outcome) => (outcome.kind === "compiled" ? outcome.diagnostics : []));
  return diagnostics.find((diagnostic) => diagnostic.severity === "warning" && isLocated(diagnostic))?.code;
}

/** How a pitfall fares in one mode. Assumes that the workbench holds the files of `filesOf`. */
export function runPitfall(workbench: Workbench, pitfall: Pitfall, mode: Mode): Verdict {
  const folder = folderOf(pitfall, mode);
  const outcomes = [workbench.transform(`${folder}/driver.ts`), workbench.transform(`${folder}/case.ts`)];
  const failure = failureOf(outcomes);
  if (failure !== undefined) return failure.kind === "refused" && pitfall.expectation.kind === "reject" ? RIGHT : failure;
  const loader = workbench.loader();
  try {
    const verdict = runCompiled(() => loader.load(`${folder}/driver.ts`), pitfall, mode);
    if (verdict.kind !== "lost") return verdict;
    const warning = warningOf(outcomes);
    return warning === undefined ? wrong(verdict.detail) : { kind: "warned", code: warning };
  } catch (error) {
    return crashed(error);
  }
}
