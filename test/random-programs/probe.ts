// Whether a program is fit for comparison with differences: it ends, its numbers stay moderate, also those that it leaves in its
// arguments, no comparison, maximum or absolute value is close to where it would turn, nothing on the way jumps or is chaotic, and
// differences settle on a moderate slope. Runs the probed form, in which those operations report, and then the plain one.
import * as cotangent from "cotangent";
import { transformSync } from "esbuild";
import { directional, type Callable } from "../harness/differences.ts";
import { evaluate } from "../harness/evaluate.ts";
import { grad } from "../harness/numeric-markers.ts";
import { randomDirection } from "../harness/identities.ts";
import { createRandom } from "../harness/random.ts";
import { leavesOf, moved, type Direction } from "../harness/structure.ts";
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
  /** what is set, yielded or returned */
  readonly set: (a: unknown) => unknown;
  readonly step: () => void;
  /** as the global one; what is no number has no derivative, used or not */
  readonly math: typeof Math;
  /** was there nothing to refuse? A program may catch what is thrown at it */
  readonly isContent: () => boolean;
}

/** `trace`: gets what is set */
function createProbe(trace: number[]): Probe {
  let steps = 0;
  let isContent = true;
  const refuse = (why: string): never => {
    isContent = false;
    throw new Unfit(why);
  };
  const apart = (a: number, b: number): void => {
    if (!(Math.abs(a - b) >= SMALLEST_MARGIN)) refuse("too close to a turn");
  };
  return {
    less: (a, b) => (apart(a, b), a < b),
    max: (a, b) => (apart(a, b), Math.max(a, b)),
    min: (a, b) => (apart(a, b), Math.min(a, b)),
    abs: (a) => (apart(a, 0), Math.abs(a)),
    set: (a) => {
      for (const number of typeof a === "object" && a !== null ? Object.values(a) : [a]) {
        if (typeof number !== "number") continue;
        if (!(Math.abs(number) <= LARGEST_NUMBER)) refuse("a number too large");
        trace.push(number);
      }
      return a;
    },
    math: new Proxy(Math, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        return typeof member !== "function" ? member : (...given: readonly unknown[]): unknown => {
          const made: unknown = Reflect.apply(member, target, given);
          if (Number.isNaN(made)) refuse("no number");
          return made;
        };
      },
    }),
    step: () => {
      if (++steps > MOST_STEPS) refuse("too many steps");
    },
    isContent: () => isContent,
  };
}

export type Arguments = () => readonly unknown[];

/** Makes fresh arguments with every call. */
export function argumentsOf({ args }: Program): Arguments {
  const exported = evaluate(`exports.make = () => (${args});`, "arguments") as { readonly make: Arguments };
  return exported.make;
}

const finite = (value: unknown): boolean => [...leavesOf(value).values()].every(Number.isFinite);

/** what sets, yields or returns a value and ends a line, and what the library compares, wherever it stands: the library has no probed form */
const PROBED: readonly (readonly [line: RegExp, probed: string])[] = [
  [/^(\s*)(\w+(?:\.#?\w+|\[[^\]=]*\])* (?:\*\*|\?\?|\|\||&&|[*+/-])?= [^;\n]*);$/gm, "$1probe.set($2);"],
  [/^(const \w+ = \(0, \w+\.customRule\)\(\(.*?\) => )(.*)(, \{)$/gm, "$1probe.set($2)$3"],
  [/^(\s*)(\(?)([{[].*[}\]]) = ([{[].*[}\]])(\)?);$/gm, "$1$2$3 = probe.set($4)$5;"],
  [/\bif \((\w+) < (-?\d+\.\d+|\w+\.v)\)/g, "if (probe.less($1, $2))"],
  [/\bif \((\w+) > (\d+\.\d+)\)/g, "if (probe.less($2, $1))"],
  [/(^\s*(?:const|let) \w+ =|\byield|\breturn) ([^;\n]+);$/gm, "$1 probe.set(($2));"],
];

const texts: Readonly<Record<Form, WeakMap<Program, string>>> = { plain: new WeakMap(), probed: new WeakMap() };

function runnableText(program: Program, form: Form): string {
  const { code } = transformSync(printProgram(program, form), { loader: "ts", format: "cjs" });
  return form === "plain" ? code : PROBED.reduce((all, [line, probed]) => all.replaceAll(line, probed), code);
}

/** The function under test, made runnable without the compiler. */
function runnable(program: Program, form: Form, probe: Probe): Callable {
  const known = texts[form].get(program);
  const text = known ?? runnableText(program, form);
  if (known === undefined) texts[form].set(program, text);
  const { f } = evaluate(`const probe = require("probe");\n${form === "plain" ? "" : "const { math: Math } = probe;\n"}${text}`, form, (name) => (name === "probe" ? probe : { ...cotangent, grad })) as { readonly f: Callable };
  return f;
}

const LARGEST_SLOPE = 1e5;
const SETTLED = 1e-7;

/** Chaotic programs have slopes, but differences cannot find them. */
function settles(program: Program, args: readonly unknown[], direction: Direction, result: unknown): boolean {
  const weights = new Map([...leavesOf(result).keys()].map((path) => [path, 1]));
  const { value, error } = directional(runnable(program, "plain", createProbe([])), args, direction, weights);
  return error <= SETTLED * Math.max(1, Math.abs(value)) && Math.abs(value) <= LARGEST_SLOPE;
}

const SHORT = 1e-9;
/** in units of a short step; several, because rounding may decide a test one way at one place and the other way beside it: `x + (-x - 1) < -1` */
const NEARBY: readonly number[] = [1, -1, 0.37, -0.61, 1.73, -2.29];

/**
 * Whether what the program sets on its way changes little in a short step: there is neither a jump right where it starts nor chaos
 * that something flat hides, as `tanh` does. Differences of the result see neither of them; exact derivatives do.
 */
const isSteady = (here: readonly number[], there: readonly number[]): boolean =>
  here.length === there.length && here.every((number, i) => Math.abs(number - (there[i] ?? 0)) <= SHORT * LARGEST_SLOPE * Math.max(1, Math.abs(number)));

/** an element that an array has not is no number, whatever its type says */
const isThere = (result: unknown): boolean => (Array.isArray(result) ? result.every(isThere) : result !== undefined);

/** Whether derivatives of the program at its arguments can be compared with differences. Programs that do not run are unfit. */
export function isFit(program: Program): boolean {
  try {
    const make = argumentsOf(program);
    const args = make();
    const direction = randomDirection(args, createRandom(1));
    const run = (from: readonly unknown[]): { readonly result: unknown; readonly trace: readonly number[] } => {
      const trace: number[] = [];
      const probe = createProbe(trace);
      const result = runnable(program, "probed", probe)(...from);
      if (!probe.isContent()) throw new Unfit("caught");
      return { result, trace: [...trace, ...leavesOf(result).values()] };
    };
    const here = run(args);
    // what is no number in the arguments that it leaves has no slope, whatever the result is
    return isThere(here.result) && finite(here.result) && finite(args) && NEARBY.every((step) => isSteady(here.trace, run(moved(make(), direction, step * SHORT)).trace)) && settles(program, make(), direction, here.result);
  } catch {
    return false;
  }
}
