// Whether a program is fit for comparison with differences: it ends, its numbers stay moderate, also those that it leaves in its arguments, no comparison, maximum or
// absolute value is close to where it would turn, and differences settle on a moderate slope. Runs the probed form, in which
// those operations report, and then the plain one.
import { transformSync } from "esbuild";
import { directional, type Callable } from "../harness/differences.ts";
import { evaluate } from "../harness/evaluate.ts";
import { randomDirection } from "../harness/identities.ts";
import { createRandom } from "../harness/random.ts";
import { leavesOf } from "../harness/structure.ts";
import { printProgram, type Form, type Program } from "./program.ts";

const SMALLEST_MARGIN = 1e-2;
const LARGEST_NUMBER = 1e4;
const MOST_STEPS = 20_000;

class Unfit extends Error {}

interface Probe {
  readonly less: (a: number, b: number) => boolean;
  readonly max: (a: number, b: number) => number;
  readonly min: (a: number, b: number) => number;
  readonly abs: (a: number) => number;
  readonly value: (a: number) => number;
  readonly step: () => void;
}

function createProbe(): Probe {
  let steps = 0;
  const apart = (a: number, b: number): void => {
    if (!(Math.abs(a - b) >= SMALLEST_MARGIN)) throw new Unfit("too close to a turn");
  };
  return {
    less: (a, b) => (apart(a, b), a < b),
    max: (a, b) => (apart(a, b), Math.max(a, b)),
    min: (a, b) => (apart(a, b), Math.min(a, b)),
    abs: (a) => (apart(a, 0), Math.abs(a)),
    value: (a) => {
      if (!(Math.abs(a) <= LARGEST_NUMBER)) throw new Unfit("a number too large");
      return a;
    },
    step: () => {
      if (++steps > MOST_STEPS) throw new Unfit("too many steps");
    },
  };
}

export type Arguments = () => readonly unknown[];

/** Makes fresh arguments with every call. */
export function argumentsOf({ args }: Program): Arguments {
  const exported = evaluate(`exports.make = () => (${args});`, "arguments") as { readonly make: Arguments };
  return exported.make;
}

const finite = (value: unknown): boolean => [...leavesOf(value).values()].every(Number.isFinite);

/** The function under test, made runnable without the compiler. */
function runnable(program: Program, form: Form, probe: Probe): Callable {
  const { code } = transformSync(printProgram(program, form), { loader: "ts", format: "cjs" });
  const { f } = evaluate(`const probe = require("probe");\n${code}`, form, () => probe) as { readonly f: Callable };
  return f;
}

const LARGEST_SLOPE = 1e5;
const SETTLED = 1e-7;

/** Chaotic programs have slopes, but differences cannot find them. */
function settles(program: Program, args: readonly unknown[], result: unknown): boolean {
  const weights = new Map([...leavesOf(result).keys()].map((path) => [path, 1]));
  const { value, error } = directional(runnable(program, "plain", createProbe()), args, randomDirection(args, createRandom(1)), weights);
  return error <= SETTLED * Math.max(1, Math.abs(value)) && Math.abs(value) <= LARGEST_SLOPE;
}

/** Whether derivatives of the program at its arguments can be compared with differences. Programs that do not run are unfit. */
export function isFit(program: Program): boolean {
  try {
    const make = argumentsOf(program);
    const args = make();
    const result = runnable(program, "probed", createProbe())(...args);
    // what is no number in the arguments that it leaves has no slope, whatever the result is
    return finite(result) && finite(args) && settles(program, make(), result);
  } catch {
    return false;
  }
}
