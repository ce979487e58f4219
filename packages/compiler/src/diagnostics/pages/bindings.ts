// Pages CT1013 on: values and bindings whose form leaves open what the numbers in them are.
import {
  catchPattern, dynamicImport, dynamicKey, genericLocal, genericValue, invalidTarget, loopHeaderClosure, newTarget, notIterable, restThroughValue, sparseArray,
  spreadArgument, spreadIntoTuple, unknownName, unspreadableObject, usingDeclaration,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const bindingPages: readonly Page[] = [
  {
    code: "CT1013",
    title: "Iterating over something unknown",
    says: [notIterable(NOWHERE, "BigInt64Array")],
    why: "Arrays, maps, sets and records are walked by index and key, which reverse mode can do backwards. Other iterables run code of their own.",
    example: code(`
      /** @grad */
      export function f(x: number, scales: BigInt64Array): number {
        let sum = 0;
        for (const s of scales) sum += Number(s) * x;
        return sum;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, scales: readonly number[]): number {
        let sum = 0;
        for (const s of scales) sum += s * x;
        return sum;
      }
    `),
  },
  {
    code: "CT1014",
    title: "A property named at run time",
    says: [dynamicKey(NOWHERE, "Parameters")],
    why: "Fields of one type can be chosen by name while the program runs, and so can properties of a record. Where the fields that the name can mean are of several types, the compiler does not know what it gets.",
    example: code(`
      /** @grad */
      export function f(p: { mass: number; label: string }, key: "mass" | "label"): number {
        return Number(p[key]) ** 2;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(p: { mass: number; label: string }, key: "mass" | "label"): number {
        return (key === "mass" ? p.mass : Number(p.label)) ** 2;
      }
    `),
  },
  {
    code: "CT1015",
    title: "A spread over named parameters",
    says: [spreadArgument(NOWHERE), spreadIntoTuple(NOWHERE)],
    why: "Which element becomes which parameter, or which position of a tuple, depends on lengths that are known only at run time.",
    example: code(`
      const area = (width: number, height = 1): number => width * height;

      /** @grad */
      export function f(sides: [number, ...number[]]): number {
        return area(...sides);
      }
    `),
    rewrite: code(`
      const area = (width: number, height = 1): number => width * height;

      /** @grad */
      export function f(sides: [number, number]): number {
        return area(sides[0], sides[1]);
      }
    `),
  },
  {
    code: "CT1016",
    title: "A function with a rest parameter as a value",
    says: [restThroughValue(NOWHERE, "total")],
    why: "How many arguments arrive is decided by whoever calls the value. A wrapper with named parameters fixes it.",
    example: code(`
      const total = (...values: number[]): number => values.reduce((a, b) => a + b, 0);
      const both = (g: (a: number, b: number) => number, x: number): number => g(x, x);

      /** @grad */
      export function f(x: number): number {
        return both(total, x);
      }
    `),
    rewrite: code(`
      const total = (...values: number[]): number => values.reduce((a, b) => a + b, 0);
      const both = (g: (a: number, b: number) => number, x: number): number => g(x, x);

      /** @grad */
      export function f(x: number): number {
        return both((a, b) => total(a, b), x);
      }
    `),
  },
  {
    code: "CT1017",
    title: "A spread of an object with unknown properties",
    says: [unspreadableObject(NOWHERE, "Record<string, number>")],
    why: "`{ ...p }` copies the properties that are there at run time. Where the type does not list them the copy has no known fields.",
    example: code(`
      /** @grad */
      export function f(x: number, defaults: Record<string, number>): number {
        const p = { ...defaults, x };
        return p.x * p.x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, defaults: { scale: number }): number {
        const p = { ...defaults, x };
        return p.x * p.x;
      }
    `),
  },
  {
    code: "CT1018",
    title: "An assignment to something unknown",
    says: [invalidTarget(NOWHERE)],
    why: "Derivatives follow variables, elements and fields. Other targets have no adjoint.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT1019",
    title: "Destructuring in `catch`",
    says: [catchPattern(NOWHERE)],
    why: "What was thrown may be anything, so a pattern over it can fail a second time.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        let length = 0;
        try {
          JSON.parse("{");
        } catch ({ message }: any) {
          length = 1;
        }
        return x * length;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return x * 1;
      }
    `),
  },
  {
    code: "CT1020",
    title: "An array with holes",
    says: [sparseArray(NOWHERE)],
    why: "A hole is neither a number nor undefined: methods skip it, loops do not.",
    example: code(`
      /** @grad */
      export function f(x: number, more: number[]): number {
        const v = [x, , ...more];
        return v.length * x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, more: number[]): number {
        const v = [x, 0, ...more];
        return v.length * x;
      }
    `),
  },
  {
    code: "CT1022",
    title: "A function in the header of a loop",
    says: [loopHeaderClosure(NOWHERE, "i")],
    why: "The loop variable is a new one in each iteration, and the function in the header belongs to none of them.",
    example: code(`
      /** @grad */
      export function f(x: number, limits: number[]): number {
        let sum = 0;
        for (let i = 0; limits.some((limit) => i < limit); i++) sum += x;
        return sum;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, limits: number[]): number {
        let last = 0;
        for (const limit of limits) last = Math.max(last, limit);
        let sum = 0;
        for (let i = 0; i < last; i++) sum += x;
        return sum;
      }
    `),
  },
  {
    code: "CT1023",
    title: "A dynamic import",
    says: [dynamicImport(NOWHERE)],
    why: "The module arrives after the function has returned.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        void import("cotangent");
        return x * x;
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
    code: "CT1024",
    title: "`new` of an object that cannot be followed",
    says: [newTarget(NOWHERE, "DataView")],
    why: "The object gives out its memory in ways that have no derivative, or runs code behind every access. Arrays and typed arrays are followed.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        const view = new DataView(new ArrayBuffer(8));
        return x * view.getFloat64(0);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const values = new Float64Array(1);
        return x * (values[0] ?? 0);
      }
    `),
  },
  {
    code: "CT1025",
    title: "A name that does not resolve",
    says: [unknownName(NOWHERE, "lossScale")],
    why: "There is no declaration for the name, so there is nothing to differentiate or to copy.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT1026",
    title: "`using`",
    says: [usingDeclaration(NOWHERE)],
    why: "The resource is disposed of when the block ends, also when the derivative still needs what it held.",
    example: code(`
      /** @grad */
      export function f(x: number, open: () => Disposable): number {
        using handle = open();
        return handle === undefined ? x : x * x;
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
    code: "CT1049",
    title: "A generic function as a value",
    says: [genericValue(NOWHERE, "paired"), genericLocal(NOWHERE, "paired")],
    why: "A generic function is lowered for the types of each call. As a value it has those that are expected where it goes; where nothing is expected, nobody can tell what is in what it is given, and a number that is taken for something else has no derivative.",
    example: code(`
      const paired = <T>(value: T): [T, T] => [value, value];

      /** @grad */
      export function f(x: number): number {
        const make = x > 100 ? null : paired;
        return make === null ? 0 : make(x)[1];
      }
    `),
    rewrite: code(`
      const paired = <T>(value: T): [T, T] => [value, value];

      /** @grad */
      export function f(x: number): number {
        const make = x > 100 ? null : (value: number) => paired(value);
        return make === null ? 0 : make(x)[1];
      }
    `),
  },
];
