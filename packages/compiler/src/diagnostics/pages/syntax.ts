// Pages CT1001 to CT1012: functions, classes and statements that cannot stand in differentiated code.
import {
  accessorProperty, argumentsObject, asyncFunction, classValue, deleteOperator, evalCall, forInLoop, generatorFunction, taggedTemplate,
  thisValue, tooDeep, unsupportedSyntax, withStatement,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const syntaxPages: readonly Page[] = [
  {
    code: "CT1001",
    title: "Syntax without a derivative",
    says: [unsupportedSyntax(NOWHERE, "a regular expression")],
    why: "The construct has no meaning for numbers, or the compiler has none for it yet. Everything that is supported is differentiated; what is not is refused, so that no derivative is wrong without a word.",
    example: code(`
      /** @grad */
      export function f(x: number, label: string): number {
        return /^sq/.test(label) ? x * x : x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, label: string): number {
        return label.startsWith("sq") ? x * x : x;
      }
    `),
  },
  {
    code: "CT1002",
    title: "A class used as a value",
    says: [classValue(NOWHERE, "Spring")],
    why: "Instances are followed from the `new` that names their class. Where the class itself is passed around, it is not known whose constructor and methods run.",
    example: code(`
      class Spring {
        constructor(readonly stiffness: number) {}
        energy(x: number): number { return 0.5 * this.stiffness * x * x; }
      }

      const energyOf = (kind: typeof Spring, x: number): number => new kind(3).energy(x);

      /** @grad */
      export function f(x: number): number {
        return energyOf(Spring, x);
      }
    `),
    rewrite: code(`
      class Spring {
        constructor(readonly stiffness: number) {}
        energy(x: number): number { return 0.5 * this.stiffness * x * x; }
      }

      const energyOf = (make: (stiffness: number) => Spring, x: number): number => make(3).energy(x);

      /** @grad */
      export function f(x: number): number {
        return energyOf((stiffness) => new Spring(stiffness), x);
      }
    `),
  },
  {
    code: "CT1003",
    title: "`this` in differentiated code",
    says: [thisValue(NOWHERE)],
    why: "What `this` is depends on the call. A parameter says it, and its numbers can be differentiated with respect to.",
    example: code(`
      interface Line { slope: number }

      /** @grad */
      export function f(this: Line, x: number): number {
        return this.slope * x;
      }
    `),
    rewrite: code(`
      interface Line { slope: number }

      /** @grad */
      export function f(x: number, line: Line): number {
        return line.slope * x;
      }
    `),
  },
  {
    code: "CT1004",
    title: "A getter or setter",
    says: [accessorProperty(NOWHERE, "area")],
    why: "Reading the property runs code. Where the type of the object knows a field instead, the reader cannot know which code.",
    example: code(`
      interface Square { side: number; area: number }

      /** @grad */
      export function f(x: number): number {
        const square: Square = { side: x, get area(): number { return this.side * this.side; } };
        return square.area;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const square = { side: x, get area(): number { return this.side * this.side; } };
        return square.area;
      }
    `),
  },
  {
    code: "CT1005",
    title: "The derivative of a generator",
    says: [generatorFunction(NOWHERE)],
    why: "A generator gives one value after the other, as many as its consumer asks for; there is no one result to differentiate. Inside differentiated functions generators are consumed as everywhere, and differentiated with their consumers.",
    example: code(`
      /** @jvp */
      export function* powers(x: number): Generator<number> {
        yield x;
        yield x * x;
      }
    `),
    rewrite: code(`
      function* powers(x: number): Generator<number> {
        yield x;
        yield x * x;
      }

      /** @jvp */
      export function f(x: number): number {
        let sum = 0;
        for (const power of powers(x)) sum += power;
        return sum;
      }
    `),
  },
  {
    code: "CT1006",
    title: "An async function",
    says: [asyncFunction(NOWHERE)],
    why: "A derivative is computed while its function runs, and an async function has not run when it returns. Fetch first, differentiate then.",
    example: code(`
      declare function load(): Promise<number>;

      export async function f(x: number): Promise<number> {
        return x * (await load());
      }

      /** @grad */
      export function g(x: number): number {
        void f(x);
        return x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, loaded: number): number {
        return x * loaded;
      }
    `),
  },
  {
    code: "CT1007",
    title: "`delete`",
    says: [deleteOperator(NOWHERE)],
    why: "An element that is deleted leaves a hole, which most methods of arrays skip. Fields of objects, properties of records and entries of maps may be deleted.",
    example: code(`
      /** @grad */
      export function f(v: number[]): number {
        delete v[1];
        return v.reduce((sum, x) => sum + x * x, 0);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(v: number[]): number {
        v[1] = 0;
        return v.reduce((sum, x) => sum + x * x, 0);
      }
    `),
  },
  {
    code: "CT1008",
    title: "A tag that is not a function of the program",
    says: [taggedTemplate(NOWHERE)],
    why: "A tag is called with the texts and the values, which is differentiated where the tag is a function by its name. Tags of the library, and those that are fields or parameters, are not.",
    example: code(`
      const tags = { total: (_: TemplateStringsArray, ...values: number[]): number => values.reduce((a, b) => a + b, 3) };

      /** @grad */
      export function f(x: number): number {
        const local = { ...tags };
        return local.total\`\${x} and \${2 * x}\`;
      }
    `),
    rewrite: code(`
      const total = (values: number[]): number => values.reduce((a, b) => a + b, 3);

      /** @grad */
      export function f(x: number): number {
        return total([x, 2 * x]);
      }
    `),
  },
  {
    code: "CT1009",
    title: "The `arguments` object",
    says: [argumentsObject(NOWHERE)],
    why: "`arguments` is not an array, has no element type and is tied to the parameters in old code. A rest parameter is an array like any other.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return x * arguments.length;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, ...rest: number[]): number {
        return x * (1 + rest.length);
      }
    `),
  },
  {
    code: "CT1010",
    title: "Code made at run time",
    says: [evalCall(NOWHERE, "eval")],
    why: "The compiler differentiates the text that it reads. Text that appears when the program runs comes too late.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        return x * Number(eval("2 + 1"));
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        return x * (2 + 1);
      }
    `),
  },
  {
    code: "CT1011",
    title: "`with`",
    says: [withStatement(NOWHERE)],
    why: "Inside `with`, what a name means is decided at run time. Modules forbid it too.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT1012",
    title: "`for…in`",
    says: [forInLoop(NOWHERE, "Map<string, number>")],
    why: "The names of objects, records and arrays can be looped over. Those of other values are no places that numbers stand in: the entries of a map are none of its properties.",
    example: code(`
      /** @grad */
      export function f(x: number, weights: Map<string, number>): number {
        let sum = 0;
        for (const key in weights) sum += x * (weights.get(key) ?? 0);
        return sum;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number, weights: Map<string, number>): number {
        let sum = 0;
        for (const weight of weights.values()) sum += x * weight;
        return sum;
      }
    `),
  },
  {
    code: "CT1050",
    title: "Nesting without end",
    says: [tooDeep(NOWHERE, "`loss`")],
    why: "The compiler follows expressions and branches into each other, and each level takes stack. Long sums and long chains of else-if are fine; thousands of levels of calls, arrays or branches inside each other, which only programs write, may not be.",
    example: null,
    rewrite: null,
  },
];
