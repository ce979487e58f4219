// Second and third derivatives of every fixture that returns a number: against differences of the order below, by symmetry, and one nesting
// of modes against the others. Jacobians of the others against differences.
//   UPDATE_GOLDENS=1   also rewrites orders-not-yet.json from the refusals of this run
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyOf } from "./harness/structure.ts";
import { fixtureFiles, fixtures, pointsOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { functionOf, type Exports } from "./harness/modules.ts";
import { createNotYet } from "./harness/not-yet.ts";
import { checkOrders, ORDER_TOLERANCES, type Orders } from "./harness/orders.ts";
import { createRandom } from "./harness/random.ts";
import { RIGHT, crashed, failureOf, wrong, type Verdict } from "./harness/verdict.ts";
import { createWorkbench, type Workbench } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const LIST = fileURLToPath(new URL("orders-not-yet.json", import.meta.url));

const wrtOf = ({ wrt }: Fixture): string => `{ wrt: [${wrt.join(", ")}] }`;

/** what is exported beside the gradient and the product; Hessians of some inputs are refused, so they come alone */
const NESTINGS = {
  "both modes over both, and a third order": (wrt: string): string => `export const reverseOverReverse = vjp(grad(subject, ${wrt}));\nexport const reverseOverForward = vjp(jvp(subject));\nexport const third = jvp(product);`,
  "Hessians": (wrt: string): string => `export const matrix = hessian(subject, ${wrt});`,
} as const;

type Nesting = keyof typeof NESTINGS;

const pathOf = ({ path }: Fixture, nesting: Nesting): string => path.replace(/\.ts$/, `.driver-${nesting.replaceAll(/\W+/g, "-")}.ts`);

function driver(fixture: Fixture, nesting: Nesting): string {
  const file = fixture.path.slice(fixture.path.lastIndexOf("/") + 1);
  return `import { grad, hessian, hvp, jvp, vjp } from "cotangent";\nimport { ${fixture.subject} as subject } from "./${file}";\nexport * from "./${file}";\nexport const gradient = grad(subject, ${wrtOf(fixture)});\nexport const product = hvp(subject, ${wrtOf(fixture)});\n${NESTINGS[nesting](wrtOf(fixture))}\n`;
}

const optional = (exports: Exports, name: string): Partial<Orders> => (name in exports ? { [name]: functionOf(exports, name) } : {});

function run(workbench: Workbench, fixture: Fixture, nesting: Nesting): Verdict {
  const path = pathOf(fixture, nesting);
  const failure = failureOf([workbench.transform(path), workbench.transform(fixture.path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(path);
    const orders: Orders = {
      wrt: fixture.wrt, grad: functionOf(exports, "gradient"),
      ...optional(exports, "product"), ...optional(exports, "matrix"), ...optional(exports, "reverseOverReverse"), ...optional(exports, "reverseOverForward"), ...optional(exports, "third"),
    };
    const random = createRandom(17);
    const { samples, tolerance } = pointsOf(exports);
    const problems = samples.flatMap((args) => checkOrders(orders, copyOf(args), random, tolerance === undefined ? ORDER_TOLERANCES : { ...ORDER_TOLERANCES, differences: null }));
    return problems.length === 0 ? RIGHT : wrong(problems.join("\n"));
  } catch (error) {
    return crashed(error);
  }
}

const ofNumbers = fixtures.filter(({ tags, stops }) => !stops && ( !tags.some(({ operator }) => operator === "vjp") || tags.some(({ operator }) => operator === "grad")));

describe.each(Object.keys(NESTINGS) as readonly Nesting[])("%s", (nesting) => {
  const notYet = createNotYet(LIST, nesting, update);
  const names = ofNumbers.map(({ name }) => name);
  const benches: Workbench[] = [];

  beforeAll(() => {
    benches.push(createWorkbench({ ...fixtureFiles, ...Object.fromEntries(ofNumbers.map((fixture) => [pathOf(fixture, nesting), driver(fixture, nesting)])) }, STRICT_OPTIONS));
  });

  it.each(ofNumbers)("$name", (fixture) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    expect(notYet.judge(fixture.name, run(workbench, fixture, nesting))).toBeUndefined();
  });

  it("lists only fixtures that exist", () => {
    expect(notYet.stale(names)).toEqual([]);
  });

  afterAll(() => {
    for (const workbench of benches) workbench.dispose();
    console.log(notYet.finish(names));
  });
});
