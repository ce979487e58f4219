// The markers of `cotangent`, computed by differences. Slow and of limited accuracy, but independent of the compiler:
// with them the harness and the programs under test can be tested themselves.
import { directional, numericGradient, type Callable } from "./differences.ts";
import { copyOf, leavesOf, tangentOf, type Direction } from "./structure.ts";

type Wrt = number | readonly number[] | "all";
interface Options { readonly wrt?: Wrt }

function pick(all: unknown, wrt: Wrt = 0): unknown {
  const entries = all as readonly unknown[];
  if (wrt === "all") return entries;
  return typeof wrt === "number" ? entries[wrt] : wrt.map((index) => entries[index]);
}

const weighted = (f: Callable, weights: Direction): Callable => (...args) => {
  let sum = 0;
  for (const [path, number] of leavesOf(f(...args))) sum += (weights.get(path) ?? 0) * number;
  return sum;
};

function gradientOf(f: Callable, args: readonly unknown[], wrt: Wrt | undefined): unknown {
  const cells = new Map([...numericGradient(f, args)].map(([path, { value }]) => [path, value]));
  return pick(tangentOf(args, cells), wrt);
}

export function grad(f: Callable, { wrt }: Options = {}): Callable {
  return (...args) => gradientOf(f, copyOf(args), wrt);
}

export function valueAndGrad(f: Callable, { wrt }: Options = {}): Callable {
  return (...args) => {
    const before = copyOf(args);
    return [f(...args), gradientOf(f, before, wrt)];
  };
}

export function jvp(f: Callable): Callable {
  return (primals, tangents) => {
    const args = primals as readonly unknown[];
    const before = copyOf(args);
    const direction = leavesOf(tangents);
    const result = f(...args);
    const cells = new Map([...leavesOf(result).keys()].map((path) => [path, directional(f, before, direction, new Map([[path, 1]])).value]));
    return [result, tangentOf(result, cells)];
  };
}

export function vjp(f: Callable): Callable {
  return (...args) => {
    const before = copyOf(args);
    const pullback = (cotangent: unknown): unknown => gradientOf(weighted(f, leavesOf(cotangent)), before, "all");
    return [f(...args), pullback];
  };
}
