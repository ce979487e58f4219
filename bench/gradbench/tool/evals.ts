// The evals of GradBench: for each function how its JSON input becomes arguments (not timed), what is called (timed),
// and how the result becomes JSON (not timed). Assumes inputs as the protocol defines them, and says what it expects of a
// program in types of its own: programs are checked under a user's flags, this under the project's.

type Numbers = number[];
type Matrix = number[][];

/** One evaluation, ready to run as often as asked; every run computes everything. */
export interface Prepared {
  readonly run: () => unknown;
  /** the last result of `run` as JSON */
  readonly encode: (result: unknown) => unknown;
}

export interface Evaluation {
  /** the program's file, without extension */
  readonly program: string;
  readonly functions: { readonly [name: string]: (exports: unknown, input: unknown) => Prepared };
}

/** The one place where the protocol's promise about an input and the program's exports are taken at their word. */
function evaluation<Program, Input, Result>(
  run: (program: Program, input: Input) => () => Result,
  encode: (result: Result, input: Input) => unknown = (result) => result,
): (exports: unknown, input: unknown) => Prepared {
  return (exports, input) => ({
    run: run(exports as Program, input as Input),
    encode: (result) => encode(result as Result, input as Input),
  });
}

interface Hello {
  readonly square: (x: number) => number;
  readonly double: (x: number) => number;
}
const hello: Evaluation = {
  program: "hello",
  functions: {
    square: evaluation((program: Hello, x: number) => () => program.square(x)),
    double: evaluation((program: Hello, x: number) => () => program.double(x)),
  },
};

interface Llsq {
  readonly primal: (x: Numbers, n: number) => number;
  readonly gradient: (x: Numbers, n: number) => Numbers;
}
interface LlsqInput { readonly x: Numbers; readonly n: number }
const llsq: Evaluation = {
  program: "llsq",
  functions: {
    primal: evaluation((program: Llsq, { x, n }: LlsqInput) => () => program.primal(x, n)),
    gradient: evaluation((program: Llsq, { x, n }: LlsqInput) => () => program.gradient(x, n)),
  },
};

interface Lse {
  readonly primal: (x: Numbers) => number;
  readonly gradient: (x: Numbers) => Numbers;
}
interface LseInput { readonly x: Numbers }
const lse: Evaluation = {
  program: "lse",
  functions: {
    primal: evaluation((program: Lse, { x }: LseInput) => () => program.primal(x)),
    gradient: evaluation((program: Lse, { x }: LseInput) => () => program.gradient(x)),
  },
};

interface GmmInput {
  readonly d: number; readonly k: number; readonly n: number; readonly x: Matrix; readonly m: number; readonly gamma: number;
  readonly alpha: Numbers; readonly mu: Matrix; readonly q: Matrix; readonly l: Matrix;
}
interface Wishart { readonly gamma: number; readonly m: number }
interface Mixture<Vector, Table> { readonly alpha: Vector; readonly mu: Table; readonly q: Table; readonly l: Table }
interface Gmm {
  readonly objective: (params: Mixture<Numbers, Matrix>, x: Matrix, prior: Wishart) => number;
  readonly jacobian: (params: Mixture<Numbers, Matrix>, x: Matrix, prior: Wishart) => Mixture<Numbers, Matrix>;
}
const gmm: Evaluation = {
  program: "gmm",
  functions: {
    objective: evaluation((program: Gmm, { alpha, mu, q, l, x, gamma, m }: GmmInput) => () =>
      program.objective({ alpha, mu, q, l }, x, { gamma, m })),
    jacobian: evaluation((program: Gmm, { alpha, mu, q, l, x, gamma, m }: GmmInput) => () =>
      program.jacobian({ alpha, mu, q, l }, x, { gamma, m })),
  },
};

type FlatMixture = Mixture<Float64Array, Float64Array>;
interface GmmFlat {
  readonly objective: (params: FlatMixture, x: Float64Array, d: number, prior: Wishart) => number;
  readonly jacobian: (params: FlatMixture, x: Float64Array, d: number, prior: Wishart) => FlatMixture;
}
const flat = (rows: Matrix): Float64Array => Float64Array.from(rows.flat());
const rowsOf = (values: Float64Array, count: number): Matrix => {
  const size = values.length / count;
  return Array.from({ length: count }, (_, row) => [...values.subarray(row * size, (row + 1) * size)]);
};
const flatMixture = ({ alpha, mu, q, l }: GmmInput): FlatMixture =>
  ({ alpha: Float64Array.from(alpha), mu: flat(mu), q: flat(q), l: flat(l) });
const gmmFlat: Evaluation = {
  program: "gmm-flat",
  functions: {
    objective: evaluation((program: GmmFlat, input: GmmInput) => {
      const params = flatMixture(input);
      const x = flat(input.x);
      return () => program.objective(params, x, input.d, { gamma: input.gamma, m: input.m });
    }),
    jacobian: evaluation(
      (program: GmmFlat, input: GmmInput) => {
        const params = flatMixture(input);
        const x = flat(input.x);
        return () => program.jacobian(params, x, input.d, { gamma: input.gamma, m: input.m });
      },
      ({ alpha, mu, q, l }, { k }) => ({ alpha: [...alpha], mu: rowsOf(mu, k), q: rowsOf(q, k), l: rowsOf(l, k) }),
    ),
  },
};

interface Problem { readonly cams: Matrix; readonly points: Matrix; readonly weights: Numbers; readonly feats: Matrix }
interface Ba {
  readonly objective: (problem: Problem) => { readonly reprojections: Numbers; readonly weightErrors: Numbers };
  readonly jacobian: (problem: Problem) => { readonly rows: Int32Array; readonly cols: Int32Array; readonly vals: Float64Array };
}
interface BaInput { readonly n: number; readonly m: number; readonly p: number; readonly cam: Numbers; readonly x: Numbers; readonly w: number; readonly feat: Numbers }
const repeated = ({ n, m, p, cam, x, w, feat }: BaInput): Problem => ({
  cams: Array.from({ length: n }, () => [...cam]),
  points: Array.from({ length: m }, () => [...x]),
  weights: Array.from({ length: p }, () => w),
  feats: Array.from({ length: p }, () => [...feat]),
});
/** The first 30 elements and the last, which is how the protocol abbreviates the lists of the sparse matrix. */
const abbreviated = (list: Int32Array | Float64Array): Numbers => [...list.subarray(0, 30), ...list.subarray(-1)];
const ba: Evaluation = {
  program: "ba",
  functions: {
    objective: evaluation(
      (program: Ba, input: BaInput) => {
        const problem = repeated(input);
        return () => program.objective(problem);
      },
      ({ reprojections, weightErrors }, { p }) => ({
        reproj_error: { elements: reprojections.slice(0, 2), repeated: p },
        w_err: { element: weightErrors[0], repeated: p },
      }),
    ),
    jacobian: evaluation(
      (program: Ba, input: BaInput) => {
        const problem = repeated(input);
        return () => program.jacobian(problem);
      },
      ({ rows, cols, vals }) => ({ rows: abbreviated(rows), cols: abbreviated(cols), vals: abbreviated(vals) }),
    ),
  },
};

interface Lstm {
  readonly objective: (main: Matrix, extra: Matrix, state: Matrix, sequence: Matrix) => number;
  readonly jacobian: (main: Matrix, extra: Matrix, state: Matrix, sequence: Matrix) => readonly [main: Matrix, extra: Matrix];
}
interface LstmInput { readonly main_params: Matrix; readonly extra_params: Matrix; readonly state: Matrix; readonly sequence: Matrix }
const lstm: Evaluation = {
  program: "lstm",
  functions: {
    objective: evaluation((program: Lstm, { main_params, extra_params, state, sequence }: LstmInput) => () =>
      program.objective(main_params, extra_params, state, sequence)),
    jacobian: evaluation(
      (program: Lstm, { main_params, extra_params, state, sequence }: LstmInput) => () =>
        program.jacobian(main_params, extra_params, state, sequence),
      ([main, extra]) => [...main.flat(), ...extra.flat()],
    ),
  },
};

interface Kmeans {
  readonly cost: (points: Matrix, centroids: Matrix) => number;
  readonly direction: (points: Matrix, centroids: Matrix) => Matrix;
}
interface KmeansInput { readonly points: Matrix; readonly centroids: Matrix }
const kmeans: Evaluation = {
  program: "kmeans",
  functions: {
    cost: evaluation((program: Kmeans, { points, centroids }: KmeansInput) => () => program.cost(points, centroids)),
    dir: evaluation((program: Kmeans, { points, centroids }: KmeansInput) => () => program.direction(points, centroids)),
  },
};

interface Ode {
  readonly primal: (x: Numbers, s: number) => Numbers;
  readonly gradient: (x: Numbers, s: number) => Numbers;
}
interface OdeInput { readonly x: Numbers; readonly s: number }
const ode: Evaluation = {
  program: "ode",
  functions: {
    primal: evaluation((program: Ode, { x, s }: OdeInput) => () => program.primal(x, s)),
    gradient: evaluation((program: Ode, { x, s }: OdeInput) => () => program.gradient(x, s)),
  },
};

/** The evals by the names that GradBench gives them. */
export const EVALS: ReadonlyMap<string, Evaluation> = new Map(Object.entries({ hello, llsq, lse, gmm, ba, lstm, kmeans, ode }));

/** The same with every matrix as one typed array, where a program for that exists. */
export const FLAT_EVALS: ReadonlyMap<string, Evaluation> = new Map([...EVALS, ["gmm", gmmFlat]]);
