// The checks of `cotangent/testing` on every fixture, at default tolerance: what the compiler makes is right, so each failure here is a false alarm.
import { checkAdjoint, CheckError, checkHessian, checkHvp, checkJvp, checkValueAndGrad, checkVjp, type Report } from "cotangent/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureFiles, fixtures, pointsOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { type Exports } from "./harness/modules.ts";
import { copyOf } from "./harness/structure.ts";
import { firstFailure, createWorkbench, type Workbench } from "./harness/workbench.ts";

type Any = never;
type Kind = "first" | "second";

const driverPath = ({ path }: Fixture, kind: Kind): string => path.replace(/\.ts$/, `.check-${kind}.ts`);

const LINES: { readonly [K in Kind]: (wrt: string) => string } = {
  first: (wrt) => `export const gradient = valueAndGrad(subject, ${wrt});\nexport const push = jvp(subject);\nexport const pull = vjp(subject);`,
  second: (wrt) => `export const gradient = grad(subject, ${wrt});\nexport const matrix = hessian(subject, ${wrt});\nexport const product = hvp(subject, ${wrt});`,
};
const IMPORTS: { readonly [K in Kind]: string } = { first: "jvp, valueAndGrad, vjp", second: "grad, hessian, hvp" };

function driver(fixture: Fixture, kind: Kind): string {
  const file = fixture.path.slice(fixture.path.lastIndexOf("/") + 1);
  return `import { ${IMPORTS[kind]} } from "cotangent";\nimport { ${fixture.subject} as subject } from "./${file}";\nexport * from "./${file}";\n${LINES[kind](`{ wrt: [${fixture.wrt.join(", ")}] }`)}\n`;
}

/** forward mode does not guard zeros at singular points; what it says there is not a number, and fails */
const NOT_FINITE_FORWARDS: ReadonlySet<string> = new Set(["semantics/numeric-zero-at-a-singular-row"]);

function checksOf({ name, subject, wrt }: Fixture, kind: Kind, exports: Exports, given: readonly unknown[]): readonly Report[] {
  const of = (x: string): Any => exports[x] as Any;
  const f = of(subject);
  const args = given as Any;
  const options = { wrt: wrt as Any };
  if (kind === "second") return [checkHessian(of("gradient"), of("matrix"), args, options), checkHvp(of("gradient"), of("product"), args, options)];
  return [
    checkValueAndGrad(f, of("gradient"), args, options),
    ...(NOT_FINITE_FORWARDS.has(name) ? [] : [checkJvp(f, of("push"), args)]),
    checkVjp(f, of("pull"), args),
    checkAdjoint(f, of("push"), of("pull"), args),
  ];
}

const CHOSEN: { readonly [K in Kind]: (fixture: Fixture) => boolean } = {
  first: ({ tags }) => !tags.some((x) => x.operator === "jacobian"),
  second: ({ name, tags }) => !NOT_FINITE_FORWARDS.has(name) && (tags.some((x) => x.operator === "hessian" || x.operator === "hvp") || /^(scalar|loops|operators|objects)\//.test(name)),
};

describe.each(["first", "second"] as const)("no false alarms, %s derivatives", (kind) => {
  const chosen = fixtures.filter((x) => !x.stops && CHOSEN[kind](x));
  const benches: Workbench[] = [];
  const counts = { checks: 0, derivatives: 0, kinks: 0, unclear: 0, largest: 0 };

  beforeAll(() => {
    const bench = createWorkbench({ ...fixtureFiles, ...Object.fromEntries(chosen.map((x) => [driverPath(x, kind), driver(x, kind)])) }, STRICT_OPTIONS);
    benches.push(bench);
    for (const fixture of chosen.slice(0, 1)) bench.transform(driverPath(fixture, kind));
  });

  it.each(chosen)("$name", (fixture) => {
    const [bench] = benches;
    const path = driverPath(fixture, kind);
    if (bench === undefined || firstFailure([bench.transform(path), bench.transform(fixture.path)]) !== undefined) return;
    const exports = bench.load(path);
    for (const args of pointsOf(exports).samples) {
      const before = copyOf(args);
      try {
        for (const { compared, largest, remarks } of checksOf(fixture, kind, exports, args)) {
          counts.checks++;
          counts.derivatives += compared;
          counts.kinks += remarks.filter((x) => x.kind === "kink").length;
          counts.unclear += remarks.filter((x) => x.kind === "unclear").length;
          counts.largest = Math.max(counts.largest, largest);
        }
      } catch (error) {
        if (!(error instanceof CheckError)) throw error;
        expect.fail(error.message);
      }
      expect(args).toStrictEqual(before);
    }
  });

  afterAll(() => {
    for (const bench of benches) bench.dispose();
    console.log(`${kind} derivatives of fixtures: ${JSON.stringify(counts)}`);
    expect(counts.checks).toBeGreaterThan(0);
    expect(counts.unclear).toBeLessThan(0.01 * counts.derivatives);
  });
});
