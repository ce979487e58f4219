// Pages CT11xx and CT12xx: library functions without a rule, and values whose type says too little.
import {
  activeKeys, arrayView, boundFunction, comparatorWithEffects, foreignContainer, mixedOperands, unsupportedFunction, unsupportedMethod,
  untypedAssertion, untypedCallee, untypedCopy, untypedNumber, variadicCallback,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const libraryPages: readonly Page[] = [
  {
    code: "CT1101",
    title: "A method without a rule",
    says: [unsupportedMethod(NOWHERE, "Array", "reduce", "give it an initial value")],
    why: "Methods of the standard library have no source to differentiate; each needs a rule of its own, and for some uses there is none yet.",
    example: code(`
      /** @grad */
      export function f(v: number[]): number {
        const squares = new Array<number>(2);
        squares[1] = (v[0] ?? 0) ** 2;
        return squares.reduce((a, b) => a + b);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: number[]): number {
        const squares = new Array<number>(2);
        squares[1] = (v[0] ?? 0) ** 2;
        return squares.reduce((a, b) => a + b, 0);
      }
    `),
  },
  {
    code: "CT1102",
    title: "A function without a rule",
    says: [unsupportedFunction(NOWHERE, "Reflect.apply", "call the function")],
    why: "Functions of the standard library have no source to differentiate; each needs a rule of its own, and this one has none yet.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return Reflect.apply(Math.sin, undefined, [x]);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return Math.sin(x);
      }
    `),
  },
  {
    code: "CT1103",
    title: "A comparator with effects",
    says: [comparatorWithEffects(NOWHERE)],
    why: "Sorting puts elements into an order that comparisons decide. What a comparator does beside comparing happens as often as the engine likes, so it has no derivative.",
    example: code(`
      /** @grad */
      export function f(v: number[]): number {
        let gap = 0;
        const sorted = v.toSorted((a, b) => {
          gap = a - b;
          return gap;
        });
        return (sorted[0] ?? 0) * gap;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: number[]): number {
        const sorted = v.toSorted((a, b) => a - b);
        const gap = (sorted[1] ?? 0) - (sorted[0] ?? 0);
        return (sorted[0] ?? 0) * gap;
      }
    `),
  },
  {
    code: "CT1105",
    title: "One memory read as two kinds of array",
    says: [arrayView(NOWHERE, "new Float32Array(…)")],
    why: "Views of one kind share their derivatives as they share their memory. What a number that was written as bits of another kind means has no derivative.",
    example: code(`
      /** @grad */
      export function f(v: Float64Array): number {
        const singles = new Float32Array(v.buffer);
        return singles[0] ?? 0;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: Float64Array): number {
        const singles = new Float32Array(v);
        return singles[0] ?? 0;
      }
    `),
  },
  {
    code: "CT1107",
    title: "A variadic function as a callback",
    says: [variadicCallback(NOWHERE, "Math.max")],
    why: "Array methods call their callback with the element, the index and the array, and a function of any number of arguments uses them all.",
    example: code(`
      /** @grad */
      export function f(v: number[]): number {
        return v.reduce(Math.max as (a: number, b: number) => number);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: number[]): number {
        return v.reduce((a, b) => Math.max(a, b));
      }
    `),
  },
  {
    code: "CT1108",
    title: "A function of functions",
    says: [boundFunction(NOWHERE, "apply")],
    why: "`bind`, `call` and `apply` are followed where the function, its object and the number of its arguments are known. An arrow function says the rest.",
    example: code(`
      const scaled = (k: number, x: number): number => k * x;

      /** @grad */
      export function f(x: number): number {
        const given: [number, number] = [3, x];
        return scaled.apply(null, given);
      }
    `),
    rewrite: code(`
      const scaled = (k: number, x: number): number => k * x;

      /** @grad */
      export function f(x: number): number {
        const given: [number, number] = [3, x];
        return scaled(...given);
      }
    `),
  },
  {
    code: "CT1110",
    title: "Keys that are objects with numbers",
    says: [activeKeys(NOWHERE)],
    why: "The adjoints of what a map holds are found under its keys; those of the keys themselves are found nowhere when the keys are listed.",
    example: code(`
      interface Body { mass: number; speed: number }

      /** @grad */
      export function f(a: Body, b: Body): number {
        const impulses = new Map<Body, number>([[a, 2], [b, 3]]);
        let sum = 0;
        for (const [body, impulse] of impulses) sum += body.mass * body.speed * impulse;
        return sum;
      }
    `),
    rewrite: code(`
      interface Body { mass: number; speed: number }

      /** @grad */
      export function f(a: Body, b: Body): number {
        const impulses = new Map<Body, number>([[a, 2], [b, 3]]);
        let sum = 0;
        for (const body of new Set([a, b])) sum += body.mass * body.speed * (impulses.get(body) ?? 0);
        return sum;
      }
    `),
  },
  {
    code: "CT1111",
    title: "A set of numbers from outside",
    says: [foreignContainer(NOWHERE, "Set")],
    why: "The elements of a set are its keys: there is no set of derivatives that mirrors it, as a map of derivatives mirrors a map. Of a weak map nobody can list the entries.",
    example: code(`
      /** @grad */
      export function f(points: Set<number>): number {
        let sum = 0;
        for (const point of points) sum += point ** 2;
        return sum;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(points: readonly number[]): number {
        let sum = 0;
        for (const point of new Set(points)) sum += point ** 2;
        return sum;
      }
    `),
  },
  {
    code: "CT1201",
    title: "A value of unknown type used as a number",
    says: [untypedNumber(NOWHERE, "any")],
    why: "Derivatives follow types: a number has one, text has none. What is typed any may be either.",
    example: code(`
      /** @grad */
      export function f(x: number, config: any): number {
        return x * config.scale;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, config: { scale: number }): number {
        return x * config.scale;
      }
    `),
  },
  {
    code: "CT1202",
    title: "A value of unknown type that is called",
    says: [untypedCallee(NOWHERE, "any")],
    why: "Which function is called is not known, nor what it returns.",
    example: code(`
      /** @grad */
      export function f(x: number, g: any): number {
        return g(x);
      }
    `),
    rewrite: code(`
      const g = (x: number): number => x * x;

      /** @grad */
      export function f(x: number): number {
        return g(x);
      }
    `),
  },
  {
    code: "CT1203",
    title: "An assertion that invents a type",
    says: [untypedAssertion(NOWHERE, "unknown", "number[]")],
    why: "The assertion tells TypeScript that numbers are there, and not where they come from. A derivative would end silently at it.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        const p = JSON.parse(JSON.stringify([x])) as number[];
        return p[0] ?? 0;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const p = [x];
        return p[0] ?? 0;
      }
    `),
  },
  {
    code: "CT1204",
    title: "A copy of elements of unknown type",
    says: [untypedCopy(NOWHERE, "any[]")],
    why: "The copy would be an array of which nobody can say whether it holds numbers.",
    example: code(`
      /** @grad */
      export function f(x: number, given: any[]): number {
        const v = new Float64Array(given);
        return x * (v[0] ?? 0);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, given: number[]): number {
        const v = new Float64Array(given);
        return x * (v[0] ?? 0);
      }
    `),
  },
  {
    code: "CT1205",
    title: "An operator between numbers and something else",
    says: [mixedOperands(NOWHERE, "*", "real", "bigint")],
    why: "JavaScript converts the operands by rules that depend on their values. Converted explicitly, both are numbers.",
    example: code(`
      /** @grad */
      export function f(x: number, scale: bigint): number {
        return x * (scale as unknown as number);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, scale: bigint): number {
        return x * Number(scale);
      }
    `),
  },
];
