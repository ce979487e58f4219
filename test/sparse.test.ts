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
  readonly problems: (fixture: Fixture, exports: Exports, args: readonly unknown[], matrix: Sparse) => readonly string[];
}

/** the matrix, with the plan of an earlier one where there is one, and the function takes it */
function matrixAt(exports: Exports, given: readonly unknown[], earlier?: Sparse): Sparse {
  const count = (exports["matrix"] as (...args: unknown[]) => unknown).length - 1;
  const args = copyOf(given);
  const all = earlier === undefined || count < args.length ? args : [...args, ...Array.from({ length: count - args.length }), earlier];
  return functionOf(exports, "matrix")(...all) as Sparse;
}

/** at the same arguments a matrix has the pattern of the one before it, and no array of its own that says where entries stand */
function reuseProblems(exports: Exports, args: readonly unknown[], matrix: Sparse): readonly string[] {
  const again = matrixAt(exports, args, matrix);
  const takes = (exports["matrix"] as (...args: unknown[]) => unknown).length > args.length;
  const isSame = again.vals.every((x, k) => Object.is(x, matrix.vals[k])) && again.vals.length === matrix.vals.length;
  const shares = again.rows === matrix.rows && again.cols === matrix.cols && again.starts === matrix.starts;
  return [...(isSame ? [] : ["with the plan of itself the matrix has other values"]), ...(shares || !takes ? [] : ["with the plan of itself the matrix has arrays of its own"])];
}

const KINDS: Readonly<Record<string, Kind>> = {
  jacobian: {
    takes: () => true,
    exports: (fixture) => `export const pulled = vjp(subject);\nexport const matrix = jacobian(subject, { ${wrtOf(fixture)}, sparse: true });`,
    problems: ({ wrt }, exports, args, matrix) => {
      const [value, pullback] = functionOf(exports, "pulled")(...copyOf(args)) as readonly [unknown, (cotangent: unknown) => readonly unknown[]];
      const among = (bars: readonly unknown[]): Float64Array => numbersOf(wrt.map((i) => bars[i]));
      const like = functionOf(exports, "like")(value);
      const rows = units(like).map((unit) => among(pullback(unit)));
      return checkMatrix(matrix, rows, true, among(pullback(like)).length, TOLERANCE);
    },
  },
  hessian: {
    takes: isOfNumber,
    exports: (fixture) => `export const gradient = grad(subject, { ${wrtOf(fixture)} });\nexport const product = hvp(subject, { ${wrtOf(fixture)} });\nexport const matrix = hessian(subject, { ${wrtOf(fixture)}, sparse: true });`,
    problems: (_, exports, args, matrix) => {
      const gradient = functionOf(exports, "gradient")(...copyOf(args));
      const columns = units(gradient).map((unit) => numbersOf(functionOf(exports, "product")(copyOf(args), unit)));
      return checkMatrix(matrix, columns, false, numbersOf(gradient).length, TOLERANCE);
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
    let earlier: Sparse | undefined;
    const problems = pointsOf(exports).samples.flatMap((args) => {
      const matrix = matrixAt(exports, args, earlier);
      earlier = matrix;
      return [...kind.problems(fixture, exports, args, matrix).slice(0, 5), ...reuseProblems(exports, args, matrix)];
    });
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
      const matrix = matrixAt(exports, make());
      expect(checkMatrix(matrix, rows, true, among(pullback(like)).length, TOLERANCE)).toEqual([]);
      expect(reuseProblems(exports, make(), matrix)).toEqual([]);
    }
  });

  afterAll(() => { bench.dispose(); });
});

describe("the plan of an earlier matrix", () => {
  // what flows on is cut off where it is large: the pattern depends on the arguments
  const flow = `import { jacobian } from "cotangent";
function flow(u: number[]): number[] {
  const rates: number[] = [];
  let left = 0;
  for (let i = 0; i < u.length; i++) {
    rates.push(u[i]! - left);
    left = u[i]! > 5 ? 0 : 0.5 * u[i]! * u[i]!;
  }
  return rates;
}
export const matrix = jacobian(flow, { sparse: true });`;
  const bench = createWorkbench({ "/flow.ts": flow });

  /** 1 in the diagonal, and beside it what the cell before has let through */
  function expected(u: readonly number[]): readonly Float64Array[] {
    return u.map((_, i) => Float64Array.from(u, (x, j) => (i === j ? 1 : j === i - 1 && x <= 5 ? -x : 0)));
  }

  it("is used again where it fits, and where it does not a new one is made", () => {
    expect(bench.transform("/flow.ts").kind).toBe("compiled");
    const exports = bench.load("/flow.ts");
    const at = (u: readonly number[], earlier?: Sparse): Sparse => {
      const made = matrixAt(exports, [u], earlier);
      expect(checkMatrix(made, expected(u), true, u.length, TOLERANCE)).toEqual([]);
      return made;
    };
    const first = at([1, 2, 3, 4]);
    const second = at([4, 3, 2, 1], first);
    expect([second.cols, second.starts, second.rows].map((x, i) => x === [first.cols, first.starts, first.rows][i])).toEqual([true, true, true]);
    const cut = at([4, 7, 2, 1], second);
    expect(cut.cols).not.toBe(second.cols);
    expect(cut.vals).toHaveLength(6);
    expect(at([3, 9, 1, 1], cut).cols).toBe(cut.cols);
    // one that is longer, one that is uncut again, and one of another function
    at([1, 2, 3, 4, 5, 6], cut);
    expect(at([1, 2, 3, 4], cut).vals).toHaveLength(7);
    at([1, 2, 3, 4], { ...first, starts: first.starts.slice() });
  });

  afterAll(() => { bench.dispose(); });
});
