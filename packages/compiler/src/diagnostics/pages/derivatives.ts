// Pages CT2xxx and CT4xxx: where a derivative cannot be taken, where it ends without a word, and what gradients cannot show.
import {
  activeCallRefused, activeIndex, activeMutationRefused, activeOperationRefused, activeTripCount, branchOnlyResult, comparedFunctions, escapingFunction,
  integerArrayStore, notDifferentiable, mixedValue, numberReadBack, operationKillsDerivative, privateState, unknownCallee,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

const warns = (operation: string): string => `the derivative through ${operation} is zero wherever it exists, and the gradient says so without a word`;

export const derivativePages: readonly Page[] = [
  {
    code: "CT2001",
    title: "An operation without a derivative",
    says: [activeOperationRefused(NOWHERE, "Math.sumPrecise", "it takes a whole array; add the elements in a loop")],
    why: "The operation is in the rule tables as one that has no derivative in its operands. docs/generated/functions.md lists them all with the reason.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT2002",
    title: "Numbers and references that move together",
    says: [activeMutationRefused(NOWHERE, "reverse")],
    why: "In an array of numbers derivatives move when reverse comes by, in an array of references when the program does. An array of both would need both.",
    example: code(`
      /** @grad */
      export function f(v: number[]): number {
        const pair: [number, number[]] = [2 * (v[0] ?? 0), v];
        pair.reverse();
        return pair[0];
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: number[]): number {
        const pair: [number, number[]] = [2 * (v[0] ?? 0), v];
        const [first] = pair;
        return first;
      }
    `),
  },
  {
    code: "CT2003",
    title: "A call into code that cannot be read",
    says: [activeCallRefused(NOWHERE, "gammaln")],
    why: "A derivative needs the source of every function that the value passes through. Here only a declaration is at hand.",
    example: code(`
      declare function gammaln(x: number): number;

      /** @grad */
      export function f(x: number): number {
        return gammaln(x);
      }
    `),
    rewrite: code(`
      const gammaln = (x: number): number => (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x);

      /** @grad */
      export function f(x: number): number {
        return gammaln(x);
      }
    `),
  },
  {
    code: "CT2004",
    title: "A function that leaves differentiated code",
    says: [escapingFunction(NOWHERE)],
    why: "Functions that are made and called in differentiated code become data there. Code that is not differentiated, a variable of a module and the caller can do nothing with that.",
    example: code(`
      export let last = (t: number): number => t;

      /** @grad */
      export function f(x: number): number {
        last = (t) => t * x;
        return last(x);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const last = (t: number): number => t * x;
        return last(x);
      }
    `),
  },
  {
    code: "CT2006",
    title: "A call of an unknown function",
    says: [unknownCallee(NOWHERE)],
    why: "The source of the function is needed, and behind a parameter of the function that is differentiated any function may stand. It may be called with constants.",
    example: code(`
      /** @grad */
      export function f(x: number, g: (t: number) => number): number {
        return g(x);
      }
    `),
    rewrite: code(`
      const g = (t: number): number => t * t;

      /** @grad */
      export function f(x: number): number {
        return g(x);
      }
    `),
  },
  {
    code: "CT2008",
    title: "A value that is a number or an array",
    says: [mixedValue(NOWHERE, "a")],
    why: "The adjoint of a number is a number, that of an array is an array. Where only run time knows which one it is, there is no place for both. A function that takes both is lowered once for each, so a value that is one of them where the function is called is no problem.",
    example: code(`
      interface Box {
        size: number | number[];
      }

      function width(size: number | number[]): number {
        return typeof size === "number" ? size : size[0]!;
      }

      /** @grad */
      export function f(box: Box): number {
        return width(box.size) ** 2;
      }
    `),
    rewrite: code(`
      interface Box {
        size: number[];
      }

      /** @grad */
      export function f(box: Box): number {
        return box.size[0]! ** 2;
      }
    `),
  },
  {
    code: "CT2020",
    title: "Functions that are compared",
    says: [comparedFunctions(NOWHERE)],
    why: "A function value that may be one of several is kept as its name and what it captures. Two closures made by the same line are two functions, but have one name.",
    example: code(`
      /** @grad */
      export function f(x: number, steep: boolean): number {
        const square = (t: number): number => t * t;
        let g = square;
        if (steep) g = (t) => t * t * t;
        return g === square ? g(x) : 2 * g(x);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, steep: boolean): number {
        const square = (t: number): number => t * t;
        let g = square;
        if (steep) g = (t) => t * t * t;
        return steep ? 2 * g(x) : g(x);
      }
    `),
  },
  {
    code: "CT2101",
    title: "A number rounded to text",
    says: [operationKillsDerivative(NOWHERE, ".toFixed", "it rounds the number to a few digits and makes text of it")],
    why: `Rounding changes in steps: ${warns("`toFixed`")}.`,
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return Number((x * x).toFixed(2));
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return x * x;
      }
    `),
  },
  {
    code: "CT2102",
    title: "A number truncated to an integer",
    says: [operationKillsDerivative(NOWHERE, "|", "it truncates to a 32-bit integer")],
    why: `Bit operations work on 32-bit integers: ${warns("`x | 0`")}. Math.floor and its kin do the same and are not warned of, because they say what they do.`,
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return x * ((2 * x) | 0);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return x * Math.trunc(2 * x);
      }
    `),
  },
  {
    code: "CT2103",
    title: "A store into an integer array",
    says: [integerArrayStore(NOWHERE, "Int32Array")],
    why: `The array rounds what it stores: ${warns("it")}.`,
    example: code(`
      /** @grad */
      export function f(x: number): number {
        const v = new Int32Array(1);
        v[0] = 3 * x;
        return x * (v[0] ?? 0);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const v = new Float64Array(1);
        v[0] = 3 * x;
        return x * (v[0] ?? 0);
      }
    `),
  },
  {
    code: "CT2104",
    title: "A derivative that ends in an index",
    says: [activeIndex(NOWHERE, "x")],
    why: `Which element is read changes in steps: ${warns("an index")}. The fraction that an interpolation uses keeps its derivative.`,
    example: code(`
      /** @grad */
      export function f(x: number, table: number[]): number {
        return table[x] ?? 0;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, table: number[]): number {
        const i = Math.floor(x);
        const t = x - i;
        return (1 - t) * (table[i] ?? 0) + t * (table[i + 1] ?? 0);
      }
    `),
  },
  {
    code: "CT2105",
    title: "A derivative that ends in a number of iterations",
    says: [activeTripCount(NOWHERE, "n")],
    why: `How often a loop runs changes in steps: ${warns("it")}.`,
    example: code(`
      /** @grad wrt=x,n */
      export function f(x: number, n: number): number {
        let y = 1;
        for (let i = 0; i < n; i++) y *= x;
        return y;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, n: number): number {
        let y = 1;
        for (let i = 0; i < n; i++) y *= x;
        return y;
      }
    `),
  },
  {
    code: "CT2106",
    title: "Equality of numbers that carry a derivative",
    says: [operationKillsDerivative(NOWHERE, "===", "numbers that carry a derivative are compared for equality: no slope is seen where they are equal")],
    why: "A branch that is taken at one point only has a derivative of its own there, which is not the slope of the function around it.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return x === 0 ? 1 : Math.sin(x) / x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return Math.abs(x) < 1e-4 ? 1 - (x * x) / 6 : Math.sin(x) / x;
      }
    `),
  },
  {
    code: "CT2107",
    title: "A copy through JSON",
    says: [operationKillsDerivative(NOWHERE, "JSON.stringify", "text carries no derivative: what JSON.parse makes of it is constant")],
    why: `Text carries no derivative: ${warns("JSON.parse(JSON.stringify(x))")}.`,
    example: null,
    rewrite: code(`
      const copy = (p: { x: number[] }): { x: number[] } => ({ x: p.x.slice() });
    `),
  },
  {
    code: "CT2108",
    title: "A number read back from text",
    says: [numberReadBack(NOWHERE, "parseFloat")],
    why: `Text carries no derivative, nor does a date or an object around a number: ${warns("parseFloat(String(x))")}. Text that is only shown, compared or used as a key is fine.`,
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return x * parseFloat(String(x));
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return x * x;
      }
    `),
  },
  {
    code: "CT2109",
    title: "A result that only branches depend on",
    says: [branchOnlyResult(NOWHERE, "bisect")],
    why: "Bisection returns a point made of its bounds; the function values only decide which bound moves. The derivative of what it computes is zero, although the root that it approaches does move.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        let low = 0;
        let high = 10;
        for (let i = 0; i < 50; i++) {
          const middle = (low + high) / 2;
          if (middle * middle < x) low = middle;
          else high = middle;
        }
        return low;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        let low = 0;
        let high = 10;
        for (let i = 0; i < 50; i++) {
          const middle = (low + high) / 2;
          if (middle * middle < x) low = middle;
          else high = middle;
        }
        return low - (low * low - x) / (2 * low);
      }
    `),
  },
  {
    code: "CT4001",
    title: "Numbers in a private member of an input",
    says: [privateState(NOWHERE, "#stiffness")],
    why: "The gradient of an object is a plain object with the same fields, and a #private member cannot be a field of one.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT4002",
    title: "A parameter without numbers",
    says: [notDifferentiable(NOWHERE, "grad", "label", "string")],
    why: "A gradient has one entry per number of the parameter. This one has none.",
    example: code(`
      /** @grad wrt=label */
      export function f(x: number, label: string): number {
        return label === "" ? x : x * x;
      }
    `),
    rewrite: code(`
      /** @grad wrt=x */
      export function f(x: number, label: string): number {
        return label === "" ? x : x * x;
      }
    `),
  },
];
