// Pages CT5001 to CT5010: functions with a rule of their own.
import { activeCapture, emptyRule, functionsWithRule, lateState, restWithRule, ruleAssigns, ruleCaptures, ruleShares, ruleThrows, ruleWrites, unknownRule, unwrittenRule } from "../catalog-of-rules.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const rulePages: readonly Page[] = [
  {
    code: "CT5001",
    title: "A rule without functions",
    says: [emptyRule(NOWHERE)],
    why: "customRule replaces the derivative of a function, so it has to be told one. Either function is enough: the other mode uses its transpose.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const soft = customRule((x: number): number => Math.log1p(Math.exp(x)), {});

      export const slope = grad((x: number) => soft(x));
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const soft = customRule((x: number): number => Math.log1p(Math.exp(x)), {
        vjp: ([x], _value, cotangent) => [cotangent / (1 + Math.exp(-x))],
      });

      export const slope = grad((x: number) => soft(x));
    `),
  },
  {
    code: "CT5002",
    title: "A rule that is not written out",
    says: [unwrittenRule(NOWHERE, "rules.soft")],
    why: "The functions of a rule become part of the derivative, so they have to be found at compile time: in an object literal where customRule stands, or in a const. It has no other entries than `jvp` and `vjp`.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const rules = { soft: { vjp: ([x]: [number], _value: number, c: number): [number] => [c / (1 + Math.exp(-x))] } };

      const soft = customRule((x: number): number => Math.log1p(Math.exp(x)), rules.soft);

      export const slope = grad((x: number) => soft(x));
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const rule = { vjp: ([x]: [number], _value: number, c: number): [number] => [c / (1 + Math.exp(-x))] };

      const soft = customRule((x: number): number => Math.log1p(Math.exp(x)), rule);

      export const slope = grad((x: number) => soft(x));
    `),
  },
  {
    code: "CT5003",
    title: "A rule for a function that is not known",
    says: [unknownRule(NOWHERE, "primal"), unknownRule(NOWHERE, "vjp")],
    why: "Generated code calls the function and its rule where they are needed. A parameter may be any function.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const steep = (f: (x: number) => number): ((x: number) => number) =>
        grad((x: number) => customRule(f, { vjp: (_args, _value, c) => [2 * c] })(x));

      export const slope = steep(Math.sin);
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const steepSine = customRule(Math.sin, { vjp: (_args, _value, c) => [2 * c] });

      export const slope = grad((x: number) => steepSine(x));
    `),
  },
  {
    code: "CT5004",
    title: "Parameters that a rule cannot speak of",
    says: [restWithRule(NOWHERE), functionsWithRule(NOWHERE)],
    why: "A rule gives one entry per parameter. A rest parameter stands for any number of arguments, and a function has no derivative that could be an entry.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const largest = customRule((...items: number[]): number => Math.max(...items), {
        vjp: (items, value, c) => items.map((x) => (x === value ? c : 0)),
      });

      export const slope = grad((x: number) => largest(x, 1));
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const largest = customRule((items: number[]): number => Math.max(...items), {
        vjp: ([items], value, c) => [items.map((x) => (x === value ? c : 0))],
      });

      export const slope = grad((x: number) => largest([x, 1]));
    `),
  },
  {
    code: "CT5005",
    title: "A function with a rule that changes something",
    says: [ruleWrites(NOWHERE, "normalize"), ruleAssigns(NOWHERE, "count")],
    why: "A rule says how the result depends on the arguments. What the function changes besides would change without a derivative.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const scaled = customRule((v: number[]): number => { v[0] = 2 * v[0]!; return v[0]; }, { vjp: (_args, _value, c) => [[2 * c]] });

      export const slope = grad((v: number[]) => scaled(v));
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const scaled = customRule((v: readonly number[]): number => 2 * v[0]!, { vjp: (_args, _value, c) => [[2 * c]] });

      export const slope = grad((v: number[]) => scaled(v));
    `),
  },
  {
    code: "CT5006",
    title: "A function with a rule that returns its argument",
    says: [ruleShares(NOWHERE, "clipped")],
    why: "One array has one derivative. The rule is told the derivative of the result and gives another to the argument, so the two must be two arrays.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const clipped = customRule((v: number[]): number[] => v, { vjp: (_args, _value, c) => [c.map((x) => Math.min(1, Math.max(-1, x)))] });

      export const slope = grad((v: number[]) => clipped(v)[0]! ** 3);
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const clipped = customRule((v: number[]): number[] => v.slice(), { vjp: (_args, _value, c) => [c.map((x) => Math.min(1, Math.max(-1, x)))] });

      export const slope = grad((v: number[]) => clipped(v)[0]! ** 3);
    `),
  },
  {
    code: "CT5007",
    title: "A rule that uses a local function",
    says: [ruleCaptures(NOWHERE, "square")],
    why: "The functions of a rule are taken out of the function around them, with the values that they use. A function cannot be taken along.",
    example: code(`
      import { customRule, grad } from "cotangent";

      export const slope = grad((x: number) => {
        const square = (y: number): number => y * y;
        const f = customRule((y: number): number => square(y), { vjp: ([y], _value, c) => [2 * y * c] });
        return f(x);
      });
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const square = (y: number): number => y * y;

      export const slope = grad((x: number) => {
        const f = customRule((y: number): number => square(y), { vjp: ([y], _value, c) => [2 * y * c] });
        return f(x);
      });
    `),
  },
  {
    code: "CT5008",
    title: "A rule that misses a dependence",
    says: [activeCapture(NOWHERE, "scaled", "k")],
    why: "The rule gives an entry for each parameter, and none for what the function finds around it. A variable there that depends on what is differentiated would lose that part of the derivative without a word.",
    example: code(`
      import { customRule, grad } from "cotangent";

      export const slope = grad((x: number) => {
        const k = x * x;
        const scaled = customRule((y: number): number => k * y, { vjp: (_args, _value, c) => [k * c] });
        return scaled(x);
      });
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const scaled = customRule((y: number, k: number): number => k * y, { vjp: ([y, k], _value, c) => [k * c, y * c] });

      export const slope = grad((x: number) => scaled(x, x * x));
    `),
  },
  {
    code: "CT5009",
    title: "A function with a rule that throws under a handler",
    says: [ruleThrows(NOWHERE, "root")],
    why: "A handler of differentiated code carries derivatives from where an exception is thrown to where it is caught. What happens inside a function with a rule is the rule's own business, so nothing is known of the exception.",
    example: code(`
      import { customRule, grad } from "cotangent";

      const root = customRule((x: number): number => { if (x < 0) throw new RangeError("negative"); return Math.sqrt(x); }, { vjp: (_args, value, c) => [c / (2 * value)] });

      export const slope = grad((x: number) => { try { return root(x); } catch { return x; } });
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      const root = customRule((x: number): number => Math.sqrt(x), { vjp: (_args, value, c) => [c / (2 * value)] });

      export const slope = grad((x: number) => (x < 0 ? x : root(x)));
    `),
  },
  {
    code: "CT5010",
    title: "A rule that reads the module too late",
    says: [lateState(NOWHERE, "falling", "gravity")],
    why: "What a rule reads of the module is read at the call and handed to it, because its reverse runs when the program has gone on. That is not done inside functions that the rule calls and that stay calls themselves, as recursive ones do.",
    example: code(`
      import { customRule, grad } from "cotangent";

      let gravity = 9.81;

      function power(n: number): number { return n === 0 ? 1 : gravity * power(n - 1); }

      const falling = customRule((t: number): number => t * power(2), { vjp: (_args, _value, c) => [c * power(2)] });

      export const slope = grad((t: number) => { gravity = 1.62; return falling(t); });
    `),
    rewrite: code(`
      import { customRule, grad } from "cotangent";

      let gravity = 9.81;

      function power(base: number, n: number): number { return n === 0 ? 1 : base * power(base, n - 1); }

      const falling = customRule((t: number): number => t * power(gravity, 2), { vjp: (_args, _value, c) => [c * power(gravity, 2)] });

      export const slope = grad((t: number) => { gravity = 1.62; return falling(t); });
    `),
  },
];
