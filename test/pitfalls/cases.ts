// The pitfalls as values: small programs on which differentiating compilers fail, with the gradients that are right.
// Assumes the layout of cases.json; its expressions are evaluated here and nowhere else.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { beside } from "../harness/paths.ts";

/** What the answer is measured against. */
export type Expectation =
  /** one of these gradients, `null` where nothing is said about an input */
  | { readonly kind: "gradients"; readonly accepted: readonly unknown[] }
  /** f is homogeneous of degree two in its first argument: its gradient must be consistent with the value of the same call */
  | { readonly kind: "replay" }
  /** either refused or this gradient */
  | { readonly kind: "reject"; readonly accepted: readonly unknown[] };

export interface Pitfall {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly args: () => readonly unknown[];
  readonly expectation: Expectation;
  readonly tolerance: number;
  /** whether the gradient can be compared with differences around this point */
  readonly smooth: boolean;
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly at: string;
  readonly want: string;
  readonly check: "fd" | "closed" | "kink" | "right" | "reject";
  readonly accept?: readonly string[];
  readonly closed?: string;
  readonly tol?: string;
}

/** One array that two paths reach: the program itself makes the paths, the argument is the array. */
const SHARED = { at: "[[3]]", want: "[[6]]" } as const;

const DEFAULT_TOLERANCE = 1e-9;

const evaluateExpression = (text: string): unknown => runInThisContext(`((f64) => (${text}))((...values) => Float64Array.of(...values))`) as unknown;

function expectationOf({ check, want, closed, accept }: Entry): Expectation {
  if (want === "replay") return { kind: "replay" };
  const exact = closed ?? want;
  const accepted = (accept ?? [exact === "shared" ? SHARED.want : exact]).map(evaluateExpression);
  return { kind: check === "reject" ? "reject" : "gradients", accepted };
}

function toPitfall(entry: Entry): Pitfall {
  const at = entry.at === "shared" ? SHARED.at : entry.at;
  return {
    id: entry.id,
    name: entry.name,
    code: entry.code.replaceAll("'../ad'", "'cotangent'"),
    args: () => evaluateExpression(at) as readonly unknown[],
    expectation: expectationOf(entry),
    // `want` is sometimes rounded in print; where a closed form stands beside it, that is used
    tolerance: entry.tol === undefined ? DEFAULT_TOLERANCE : Number(entry.tol),
    smooth: entry.check === "fd",
  };
}

/** All cases, or undefined where they do not lie beside the project. */
export function readPitfalls(): readonly Pitfall[] | undefined {
  const folder = beside("pitfalls");
  if (folder === undefined) return undefined;
  const entries = JSON.parse(readFileSync(resolve(folder, "cases.json"), "utf8")) as readonly Entry[];
  return entries.map(toPitfall);
}
