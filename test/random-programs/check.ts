// Compiles random programs through marker calls and checks every identity at their arguments.
import { checkDerivatives, type Derivatives, type Tolerances } from "../harness/identities.ts";
import { functionOf, type Exports } from "../harness/modules.ts";
import { checkOrders, type OrderTolerances, type Orders } from "../harness/orders.ts";
import { createRandom } from "../harness/random.ts";
import { RIGHT, crashed, failureOf, wrong, type Verdict } from "../harness/verdict.ts";
import { PLAIN_OPTIONS, createWorkbench, type Running, type Workbench } from "../harness/workbench.ts";
import { generate } from "./generate.ts";
import { argumentsOf, isFit } from "./probe.ts";
import { printMarked, type Program } from "./program.ts";
import { shrink } from "./shrink.ts";

const TOLERANCES: Tolerances = { differences: 1e-5, adjoint: 1e-10, settle: false };

const ORDER_TOLERANCES: OrderTolerances = { differences: 1e-4, modes: 1e-7, forgivesNaN: true };

export interface Tried {
  readonly seed: number;
  readonly program: Program;
  readonly verdict: Verdict;
  /** the emitted module, where there is one */
  readonly code: string | undefined;
}

// calls of array methods, and sums over what was spread, become loops of their own, and a program is run many times: a few seconds' worth
const MOST_STEPS = 1_000_000_000;

/** Turns a loop without end, which would take the whole process with it, into an error. */
interface LoopGuard extends Running {
  readonly reset: () => void;
}

function createLoopGuard(): LoopGuard {
  let steps = 0;
  const step = (): void => {
    if (++steps > MOST_STEPS) throw new Error("emitted code loops without end");
  };
  return {
    reset: () => {
      steps = 0;
    },
    adapt: (code) => `import { step as $step } from "loop-guard";\n${code.replaceAll(/^(\s*(?:\w+: )?(?:for|while) \(.*\{|\s*do \{)$/gm, "$1 $step();")}`,
    packages: { "loop-guard": { step } },
  };
}

const pathOf = (seed: number): string => `/p${seed}.ts`;

/** The first `count` seeds from `first` on, in steps, whose programs are fit. */
export function fitPrograms(first: number, step: number, count: number): readonly { readonly seed: number; readonly program: Program }[] {
  const found: { readonly seed: number; readonly program: Program }[] = [];
  for (let seed = first; found.length < count; seed += step) {
    const program = generate(seed);
    if (isFit(program)) found.push({ seed, program });
  }
  return found;
}

function verdictOf(workbench: Workbench, guard: LoopGuard, path: string, program: Program, seed: number): Verdict {
  guard.reset();
  const failure = failureOf([workbench.transform(path)]);
  if (failure !== undefined) return failure;
  try {
    const exports = workbench.load(path);
    const reverse = functionOf(exports, "reverse");
    const { check, state } = program;
    const derivatives: Derivatives = {
      primal: functionOf(exports, "f"), jvp: functionOf(exports, "forward"), ...(check === "gradient" || check === "second" ? { valueAndGrad: reverse } : { vjp: reverse }),
      ...(check === "pair" ? { jacobian: functionOf(exports, "rows"), columns: functionOf(exports, "columns") } : {}),
      ...(check === "second" ? { second: { gradient: functionOf(exports, "slope"), jvp: functionOf(exports, "second") } } : {}),
      ...(state.length > 0 ? { state: functionOf(exports, "seen") } : {}),
    };
    const problems = [
      ...checkDerivatives(derivatives, argumentsOf(program)(), createRandom(seed), TOLERANCES),
      ...(check === "second" ? checkOrders(ordersOf(program, exports), argumentsOf(program)(), createRandom(seed), ORDER_TOLERANCES) : []),
    ];
    return problems.length === 0 ? RIGHT : wrong(problems.join("\n"));
  } catch (error) {
    return crashed(error);
  }
}

/** Tries programs in one compiler, a file each, so that a refusal stays with its program. */
export function tryPrograms(programs: readonly { readonly seed: number; readonly program: Program }[]): readonly Tried[] {
  const guard = createLoopGuard();
  const workbench = createWorkbench(Object.fromEntries(programs.map(({ seed, program }) => [pathOf(seed), printMarked(program)])), PLAIN_OPTIONS, guard);
  const attempt = ({ seed, program }: { readonly seed: number; readonly program: Program }): Tried => {
    const verdict = verdictOf(workbench, guard, pathOf(seed), program, seed);
    const outcome = workbench.transform(pathOf(seed));
    return { seed, program, verdict, code: outcome.kind === "compiled" ? outcome.code : undefined };
  };
  try {
    const tried = programs.map(attempt);
    // what cannot be run again, or is no loop, is refused where a checkpoint is asked for, and only there; all of them at once: what
    // the compiler knows of a program ends with the next text
    const again = tried.filter(({ verdict, program }) => verdict.kind === "refused" && program.slots > 0).map((x) => ({ ...x, program: { ...x.program, slots: 0 } }));
    for (const { seed, program } of again) workbench.update(pathOf(seed), printMarked(program));
    const second = new Map(again.map((x) => [x.seed, attempt(x)]));
    return tried.map((x) => second.get(x.seed) ?? x);
  } finally {
    workbench.dispose();
  }
}

/** the derivatives by which the program's nesting is checked */
function ordersOf({ functions, nesting }: Program, exports: Exports): Orders {
  const [grad, wrt] = nesting === "matrix" ? ["start", [0, 1]] as const : ["slope", functions.at(-1)?.parameters.map((_, i) => i) ?? []] as const;
  return { wrt, grad: functionOf(exports, grad), product: functionOf(exports, "product"), [nesting]: functionOf(exports, nesting) };
}

const firstLine = (text: string): string => (text.split("\n")[0] ?? "").replaceAll(/[\d.e+-]+/g, "#");

/** the first identity that does not hold */
const identityOf = (detail: string): string => detail.slice(0, detail.indexOf(":"));

/** Whether two failures are the same defect as far as one can tell: numbers aside. */
function sameFailure(a: Verdict, b: Verdict): boolean {
  if (a.kind !== b.kind) return false;
  if ("code" in a && "code" in b) return a.code === b.code;
  if (a.kind === "wrong" && b.kind === "wrong") return identityOf(a.detail) === identityOf(b.detail);
  return "detail" in a && "detail" in b && firstLine(a.detail) === firstLine(b.detail);
}

const TRIALS = 400;

/** The failing program made small, and how it fails then. */
export function shrinkFailure({ seed, program, verdict }: Tried): { readonly program: Program; readonly verdict: Verdict } {
  const path = pathOf(seed);
  const guard = createLoopGuard();
  const workbench = createWorkbench({ [path]: printMarked(program) }, PLAIN_OPTIONS, guard);
  const judge = (candidate: Program): Verdict => {
    workbench.update(path, printMarked(candidate));
    return verdictOf(workbench, guard, path, candidate, seed);
  };
  try {
    const small = shrink(program, (candidate) => isFit(candidate) && sameFailure(judge(candidate), verdict), TRIALS);
    return { program: small, verdict: judge(small) };
  } finally {
    workbench.dispose();
  }
}
