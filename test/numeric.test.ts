// Numbers are truth: the derivatives of every fixture against closed forms, differences and the other mode.
// Through marker calls, compiled in memory, and through the generated siblings that are stored beside the fixtures.
//   UPDATE_GOLDENS=1   also rewrites fixtures-not-yet.json from the refusals of this run
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { close } from "./harness/compare.ts";
import type { Callable } from "./harness/differences.ts";
import { fixtureFiles, fixtures, pointsOf, siblingOf, STRICT_OPTIONS, type Fixture, type Operator, type Points, type Tag } from "./harness/fixtures.ts";
import { checkDerivatives, show, TOLERANCES, type Derivatives, type Tolerances } from "./harness/identities.ts";
import { functionOf, type Exports } from "./harness/modules.ts";
import { denseOf, isSparse } from "./harness/matrices.ts";
import { createNotYet } from "./harness/not-yet.ts";
import { ROOT } from "./harness/paths.ts";
import { createRandom } from "./harness/random.ts";
import { copyOf, leavesOf } from "./harness/structure.ts";
import { RIGHT, crashed, failureOf, worst, wrong, type Verdict } from "./harness/verdict.ts";
import { createWorkbench, type Workbench } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const LIST = fileURLToPath(new URL("fixtures-not-yet.json", import.meta.url));

const MARKER_CALLS: { readonly [O in Operator]?: (fixture: Fixture) => string } = {
  valueAndGrad: ({ wrt }) => `valueAndGrad(subject, { wrt: [${wrt.join(", ")}] })`,
  jvp: () => "jvp(subject)",
  vjp: () => "vjp(subject)",
};

const driverPath = ({ path }: Fixture, operator: Operator): string => path.replace(/\.ts$/, `.driver-${operator}.ts`);

/** A file that differentiates the fixture's subject as a user would. */
function driver(fixture: Fixture, operator: Operator): string {
  const call = MARKER_CALLS[operator]?.(fixture) ?? "";
  const file = fixture.path.slice(fixture.path.lastIndexOf("/") + 1);
  return `import { ${operator} } from "cotangent";\nimport { ${fixture.subject} as subject } from "./${file}";\nexport * from "./${file}";\nexport const derivative = ${call};\n`;
}

/** The gradient with respect to some parameters as one entry per parameter, `null` for the others. */
function allEntries({ wrt }: Fixture, count: number, tuple: unknown): readonly unknown[] {
  const entries = tuple as readonly unknown[];
  return Array.from({ length: count }, (_, index) => (wrt.includes(index) ? entries[wrt.indexOf(index)] : null));
}

function derivativesOf(fixture: Fixture, operator: Operator, exports: Exports): Derivatives {
  const primal = functionOf(exports, fixture.subject);
  const derivative = functionOf(exports, "derivative");
  if (operator !== "valueAndGrad") return { primal, [operator]: derivative };
  return {
    primal,
    valueAndGrad: (...args) => {
      const [value, gradient] = derivative(...args) as readonly [unknown, unknown];
      return [value, allEntries(fixture, args.length, gradient)];
    },
  };
}

const CLOSED_FORM_TOLERANCE = 1e-9;

/** The gradient against the fixture's closed form; numbers that it does not name are not compared. */
function againstClosedForm({ wrt }: Fixture, points: Points, index: number, tuple: unknown): readonly string[] {
  const expected = points.expected?.[index];
  if (expected === undefined) return [];
  const actual = leavesOf(wrt.length === 1 ? (tuple as readonly unknown[])[0] : tuple);
  const wanted = leavesOf(expected);
  const largest = Math.max(0, ...[...wanted.values()].map(Math.abs));
  const same = [...wanted].every(([path, number]) => close(actual.get(path) ?? Number.NaN, number, CLOSED_FORM_TOLERANCE, largest === 0 ? 1 : largest));
  return same && actual.size === wanted.size ? [] : [`gradient ${show(tuple)}, expected ${show(expected)}`];
}

/** At a fixture with closed forms the point may be one where differences do not settle. */
const tolerancesFor = ({ expected, tolerance = TOLERANCES.differences }: Points, { stops }: Fixture): Tolerances => ({ ...TOLERANCES, differences: stops ? Infinity : tolerance, settle: expected === undefined });

function problemsOf(fixture: Fixture, derivatives: Derivatives, points: Points): readonly string[] {
  const random = createRandom(11);
  return points.samples.flatMap((args, index) => {
    const problems = checkDerivatives({ wrt: fixture.wrt, ...derivatives }, args, random, tolerancesFor(points, fixture));
    if (derivatives.valueAndGrad === undefined) return problems;
    const [, gradient] = derivatives.valueAndGrad(...copyOf(args)) as readonly [unknown, readonly unknown[]];
    return [...problems, ...againstClosedForm(fixture, points, index, fixture.wrt.map((parameter) => gradient[parameter]))];
  });
}

function runThroughMarkers(workbench: Workbench, fixture: Fixture, operator: Operator): Verdict {
  const path = driverPath(fixture, operator);
  const failure = failureOf([workbench.transform(path), workbench.transform(fixture.path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(path);
    const problems = problemsOf(fixture, derivativesOf(fixture, operator, exports), pointsOf(exports));
    return problems.length === 0 ? RIGHT : wrong(problems.join("\n"));
  } catch (error) {
    return crashed(error);
  }
}

/** A fixture that calls markers: its own value, the file compiled but its subject not differentiated. */
function runValue(workbench: Workbench, fixture: Fixture): Verdict {
  const failure = failureOf([workbench.transform(fixture.path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(fixture.path);
    const { samples, expectedValues = [] } = pointsOf(exports);
    const subject = functionOf(exports, fixture.subject);
    return worst(expectedValues.map((expected, index) => {
      const value = subject(...copyOf(samples[index] ?? []));
      return typeof value === "number" && close(value, Number(expected), CLOSED_FORM_TOLERANCE) ? RIGHT : wrong(`the value ${show(value)}, expected ${show(expected)}`);
    }));
  } catch (error) {
    return crashed(error);
  }
}

const MARKED: readonly Operator[] = ["valueAndGrad", "jvp", "vjp"];

describe.each(["value", ...MARKED] as const)("fixtures through marker calls, %s", (operator) => {
  const suite = `marker calls, ${operator}`;
  const chosen = operator === "value" ? fixtures.filter(({ calls }) => calls)
    : fixtures.filter(({ tags }) => operator !== "valueAndGrad" || !tags.some((tag) => tag.operator === "vjp") || tags.some((tag) => tag.operator === "grad"));
  const names = chosen.map(({ name }) => name);
  const notYet = createNotYet(LIST, suite, update);
  const benches: Workbench[] = [];

  beforeAll(() => {
    const drivers = operator === "value" ? [] : chosen.map((fixture) => [driverPath(fixture, operator), driver(fixture, operator)] as const);
    benches.push(createWorkbench({ ...fixtureFiles, ...Object.fromEntries(drivers) }, STRICT_OPTIONS));
  });

  it.each(chosen)("$name", (fixture) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    const verdict = operator === "value" ? runValue(workbench, fixture) : runThroughMarkers(workbench, fixture, operator);
    expect(notYet.judge(fixture.name, verdict)).toBeUndefined();
  });

  it("lists only fixtures that exist", () => {
    expect(notYet.stale(names)).toEqual([]);
  });

  afterAll(() => {
    for (const workbench of benches) workbench.dispose();
    console.log(notYet.finish(names));
  });
});

const suffix = (operator: Operator): string => operator.slice(0, 1).toUpperCase() + operator.slice(1);

/** What a stored sibling exports, one entry for each tag, in the form that the identities take. */
function siblingDerivatives(fixture: Fixture, primal: Derivatives["primal"], exports: Exports): readonly Derivatives[] {
  const exported = (operator: Operator): Derivatives["primal"] => functionOf(exports, fixture.subject + suffix(operator));
  const entries = ({ named, wrt }: Tag, count: number, gradient: unknown): readonly unknown[] =>
    allEntries({ ...fixture, wrt }, count, named > 1 ? gradient : [gradient]);
  const wrapped = (tag: Tag): Partial<Derivatives> => {
    const derivative = exported(tag.operator);
    switch (tag.operator) {
      case "jvp": return { jvp: derivative };
      case "vjp": return { vjp: derivative };
      case "grad": return { wrt: tag.wrt, valueAndGrad: (...args) => [primal(...copyOf(args)), entries(tag, args.length, derivative(...args))] };
      case "jacobian": case "hessian": case "hvp": return {};
      case "valueAndGrad": return {
        wrt: tag.wrt,
        valueAndGrad: (...args) => {
          const [value, gradient] = derivative(...args) as readonly [unknown, unknown];
          return [value, entries(tag, args.length, gradient)];
        },
      };
    }
  };
  const tangent = fixture.tags.some(({ operator }) => operator === "jvp") ? { jvp: exported("jvp") } : {};
  return fixture.tags.map((tag) => ({ primal, wrt: fixture.wrt, ...tangent, ...wrapped(tag) }));
}

/** the Jacobians and Hessians that a stored sibling exports, against closed forms, sparse ones with their zeros; products of Hessians against the matrices */
function problemsOfMatrices({ subject, tags }: Fixture, { samples, jacobians, hessians }: Points, exports: Exports): readonly string[] {
  const has = (operator: Operator): boolean => tags.some((tag) => tag.operator === operator);
  const named = (operator: Operator): Callable => functionOf(exports, subject + suffix(operator));
  const compare = (name: string, actual: unknown, wanted: unknown): readonly string[] => {
    const [numbers, expected] = [leavesOf(isSparse(actual) ? denseOf(actual) : actual), leavesOf(wanted)];
    const largest = Math.max(1, ...[...expected.values()].map(Math.abs));
    const same = numbers.size === expected.size && [...expected].every(([path, number]) => close(numbers.get(path) ?? Number.NaN, number, CLOSED_FORM_TOLERANCE, largest));
    return same ? [] : [`${name} ${show(actual)}, expected ${show(wanted)}`];
  };
  return samples.flatMap((args, i) => [
    ...(has("jacobian") ? compare("Jacobian", named("jacobian")(...copyOf(args)), jacobians?.[i]) : []),
    ...(has("hessian") ? compare("Hessian", named("hessian")(...copyOf(args)), hessians?.[i]) : []),
    ...(has("hvp") ? ((hessians?.[i] ?? []) as readonly (readonly number[])[]).map((row, j) => compare("column of the Hessian", named("hvp")(copyOf(args), row.map((_, k) => (k === j ? 1 : 0))), row)).flat() : []),
  ]);
}

const onDisk = (path: string): string => resolve(ROOT, path.slice(1));

describe("stored siblings", () => {
  const stored = fixtures.filter(({ tags, path }) => tags.length > 0 && existsSync(onDisk(siblingOf(path))));

  it.each(stored)("$name", async (fixture) => {
    const source = (await import(pathToFileURL(onDisk(fixture.path)).href)) as Exports;
    const sibling = (await import(pathToFileURL(onDisk(siblingOf(fixture.path))).href)) as Exports;
    const derivatives = siblingDerivatives(fixture, functionOf(source, fixture.subject), sibling);
    expect(derivatives.flatMap((each) => problemsOf(fixture, each, pointsOf(source)))).toEqual([]);
    expect(problemsOfMatrices(fixture, pointsOf(source), sibling)).toEqual([]);
  });
});
