// Jacobians by columns against Jacobians by rows, for every fixture: the same structure, the same numbers, the same effects.
//   UPDATE_GOLDENS=1   also rewrites modes-not-yet.json from the refusals of this run
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { close, shapeProblems } from "./harness/compare.ts";
import type { Callable } from "./harness/differences.ts";
import { copyOf, leavesOf } from "./harness/structure.ts";
import { fixtureFiles, fixtures, pointsOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { functionOf } from "./harness/modules.ts";
import { createNotYet } from "./harness/not-yet.ts";
import { RIGHT, crashed, failureOf, wrong, type Verdict } from "./harness/verdict.ts";
import { createWorkbench, type Workbench } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const LIST = fileURLToPath(new URL("modes-not-yet.json", import.meta.url));

const pathOf = ({ path }: Fixture): string => path.replace(/\.ts$/, ".driver-modes.ts");

/** of a function of numbers the gradient's Jacobian is compared, too */
function driver({ path, subject, wrt, tags }: Fixture): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const at = `wrt: [${wrt.join(", ")}]`;
  const second = tags.some(({ operator }) => operator === "grad") ? `export const [forwardOfGradient, reverseOfGradient] = [jacobian(grad(subject, { ${at} }), { ${at}, mode: "forward" }), jacobian(grad(subject, { ${at} }), { ${at}, mode: "reverse" })];\n` : "";
  return `import { grad, jacobian } from "cotangent";\nimport { ${subject} as subject } from "./${file}";\nexport * from "./${file}";\nexport const forward = jacobian(subject, { ${at}, mode: "forward" });\nexport const reverse = jacobian(subject, { ${at}, mode: "reverse" });\n${second}`;
}

const TOLERANCE = 1e-11;

function compare(name: string, forward: Callable, reverse: Callable, args: readonly unknown[]): readonly string[] {
  const [own, others] = [copyOf(args), copyOf(args)];
  const [columns, rows] = [forward(...own), reverse(...others)];
  const shape = [...shapeProblems(rows, columns), ...shapeProblems(columns, rows)];
  if (shape.length > 0) return shape.map((x) => `${name}: ${x}`);
  const [left, right] = [leavesOf(columns), leavesOf(rows)];
  const scale = Math.max(1, ...[...right.values()].map(Math.abs).filter(Number.isFinite));
  // forward mode does not guard zeros
  const problems = [...right].flatMap(([path, number]) => (Number.isNaN(left.get(path)) || close(left.get(path) ?? Number.NaN, number, TOLERANCE, scale) ? [] : [`${name} at ${path}: ${left.get(path)} by columns, ${number} by rows`]));
  const state = shapeProblems(others, own).map((x) => `${name} leaves other arguments: ${x}`);
  return [...problems.slice(0, 2), ...state];
}

function run(workbench: Workbench, fixture: Fixture): Verdict {
  const failure = failureOf([workbench.transform(pathOf(fixture)), workbench.transform(fixture.path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(pathOf(fixture));
    const problems = pointsOf(exports).samples.flatMap((args) => [
      ...compare("Jacobian", functionOf(exports, "forward"), functionOf(exports, "reverse"), args),
      ...("forwardOfGradient" in exports ? compare("Jacobian of the gradient", functionOf(exports, "forwardOfGradient"), functionOf(exports, "reverseOfGradient"), args) : []),
    ]);
    return problems.length === 0 ? RIGHT : wrong(problems.join("\n"));
  } catch (error) {
    return crashed(error);
  }
}

describe("Jacobians in both modes", () => {
  const notYet = createNotYet(LIST, "modes", update);
  const judged = fixtures.filter(({ stops }) => !stops);
  const benches: Workbench[] = [];

  beforeAll(() => {
    benches.push(createWorkbench({ ...fixtureFiles, ...Object.fromEntries(judged.map((fixture) => [pathOf(fixture), driver(fixture)])) }, STRICT_OPTIONS));
  });

  it.each(judged)("$name", (fixture) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    expect(notYet.judge(fixture.name, run(workbench, fixture))).toBeUndefined();
  });

  it("lists only fixtures that exist", () => {
    expect(notYet.stale(judged.map(({ name }) => name))).toEqual([]);
  });

  afterAll(() => {
    for (const workbench of benches) workbench.dispose();
    console.log(notYet.finish(judged.map(({ name }) => name)));
  });
});
