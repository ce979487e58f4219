// Sparse Jacobians and Hessians of every fixture, against products with unit vectors: rows against pullbacks, columns of Hessians against
// Hessian-vector products. The products are held against differences elsewhere.
//   UPDATE_GOLDENS=1   also rewrites sparse-not-yet.json from the refusals of this run
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureFiles, fixtures, pointsOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { checkMatrix, numbersOf, type Sparse, units } from "./harness/matrices.ts";
import { functionOf, type Exports } from "./harness/modules.ts";
import { createNotYet } from "./harness/not-yet.ts";
import { copyOf } from "./harness/structure.ts";
import { RIGHT, crashed, failureOf, wrong, type Verdict } from "./harness/verdict.ts";
import { SPARSE_PROGRAMS } from "./harness/sparse-programs.ts";
import { createWorkbench, describeDiagnostic, type Workbench } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const LIST = fileURLToPath(new URL("sparse-not-yet.json", import.meta.url));
const TOLERANCE = 1e-9;

const wrtOf = ({ wrt }: Fixture): string => `wrt: [${wrt.join(", ")}]`;
const isOfNumber = ({ tags }: Fixture): boolean => !tags.some(({ operator }) => operator === "vjp") || tags.some(({ operator }) => operator === "grad");

interface Kind {
  readonly takes: (fixture: Fixture) => boolean;
  readonly exports: (fixture: Fixture) => string;
  readonly problems: (fixture: Fixture, exports: Exports, args: readonly unknown[]) => readonly string[];
}

const matrixAt = (exports: Exports, args: readonly unknown[]): Sparse => functionOf(exports, "matrix")(...copyOf(args)) as Sparse;

const KINDS: Readonly<Record<string, Kind>> = {
  jacobian: {
    takes: () => true,
    exports: (fixture) => `export const pulled = vjp(subject);\nexport const matrix = jacobian(subject, { ${wrtOf(fixture)}, sparse: true });`,
    problems: ({ wrt }, exports, args) => {
      const [value, pullback] = functionOf(exports, "pulled")(...copyOf(args)) as readonly [unknown, (cotangent: unknown) => readonly unknown[]];
      const among = (bars: readonly unknown[]): Float64Array => numbersOf(wrt.map((i) => bars[i]));
      const like = functionOf(exports, "like")(value);
      const rows = units(like).map((unit) => among(pullback(unit)));
      return checkMatrix(matrixAt(exports, args), rows, true, among(pullback(like)).length, TOLERANCE);
    },
  },
  hessian: {
    takes: isOfNumber,
    exports: (fixture) => `export const gradient = grad(subject, { ${wrtOf(fixture)} });\nexport const product = hvp(subject, { ${wrtOf(fixture)} });\nexport const matrix = hessian(subject, { ${wrtOf(fixture)}, sparse: true });`,
    problems: (_, exports, args) => {
      const gradient = functionOf(exports, "gradient")(...copyOf(args));
      const columns = units(gradient).map((unit) => numbersOf(functionOf(exports, "product")(copyOf(args), unit)));
      return checkMatrix(matrixAt(exports, args), columns, false, numbersOf(gradient).length, TOLERANCE);
    },
  },
};

const pathOf = ({ path }: Fixture, kind: string): string => path.replace(/\.ts$/, `.driver-sparse-${kind}.ts`);

function driver(fixture: Fixture, kind: string, { exports }: Kind): string {
  const file = fixture.path.slice(fixture.path.lastIndexOf("/") + 1);
  const like = "export const like = (value: unknown): unknown => zerosLike(value);";
  return `import { grad, hessian, hvp, jacobian, vjp, zerosLike } from "cotangent";\nimport { ${fixture.subject} as subject } from "./${file}";\nexport * from "./${file}";\n${kind === "jacobian" ? `${like}\n` : ""}${exports(fixture)}\n`;
}

function run(workbench: Workbench, fixture: Fixture, name: string, kind: Kind): Verdict {
  const path = pathOf(fixture, name);
  const failure = failureOf([workbench.transform(path), workbench.transform(fixture.path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(path);
    const problems = pointsOf(exports).samples.flatMap((args) => kind.problems(fixture, exports, args).slice(0, 5));
    return problems.length === 0 ? RIGHT : wrong(problems.join("\n"));
  } catch (error) {
    return crashed(error);
  }
}

describe.each(Object.entries(KINDS))("%s", (name, kind) => {
  const notYet = createNotYet(LIST, name, update);
  const taken = fixtures.filter((fixture) => !fixture.stops && kind.takes(fixture));
  const names = taken.map((fixture) => fixture.name);
  const benches: Workbench[] = [];

  beforeAll(() => {
    benches.push(createWorkbench({ ...fixtureFiles, ...Object.fromEntries(taken.map((fixture) => [pathOf(fixture, name), driver(fixture, name, kind)])) }, STRICT_OPTIONS));
  });

  it.each(taken)("$name", (fixture) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    expect(notYet.judge(fixture.name, run(workbench, fixture, name, kind))).toBeUndefined();
  });

  it("lists only fixtures that exist", () => {
    expect(notYet.stale(names)).toEqual([]);
  });

  afterAll(() => {
    for (const workbench of benches) workbench.dispose();
    console.log(notYet.finish(names));
  });
});

describe("programs at the edge", () => {
  const files = Object.fromEntries(Object.entries(SPARSE_PROGRAMS).flatMap(([title, { text, wrt, scalar }]) => {
    const name = title.replaceAll(/\W+/g, "-");
    const marker = scalar ? "hessian" : "jacobian";
    const dense = scalar ? `grad(f, { wrt: ${wrt} })` : "f";
    return [[`/${name}.ts`, `${text}\n`], [`/${name}.driver.ts`, `import { grad, ${marker}, vjp, zerosLike } from "cotangent";\nimport { f } from "./${name}.ts";\nexport const pulled = vjp(${dense});\nexport const like = (value: unknown): unknown => zerosLike(value);\nexport const matrix = ${marker}(f, { wrt: ${wrt}, sparse: true });\n`]];
  }));
  const bench = createWorkbench(files);

  it.each(Object.entries(SPARSE_PROGRAMS))("%s", (title, { args, wrt }) => {
    const path = `/${title.replaceAll(/\W+/g, "-")}.driver.ts`;
    const outcome = bench.transform(path);
    expect(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic) : outcome.kind).toBe("compiled");
    const exports = bench.load(path);
    for (const make of args) {
      const [value, pullback] = functionOf(exports, "pulled")(...make()) as readonly [unknown, (cotangent: unknown) => readonly unknown[]];
      const among = (bars: readonly unknown[]): Float64Array => numbersOf(wrt === "0" ? bars[0] : bars);
      const like = functionOf(exports, "like")(value);
      const rows = units(like).map((unit) => among(pullback(unit)));
      expect(checkMatrix(functionOf(exports, "matrix")(...make()) as Sparse, rows, true, among(pullback(like)).length, TOLERANCE)).toEqual([]);
    }
  });

  afterAll(() => { bench.dispose(); });
});
