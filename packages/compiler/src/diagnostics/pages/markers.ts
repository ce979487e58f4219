// Pages CT3001 to CT3019: what grad, jvp and their kin can be called with.
import {
  asyncTarget, bodylessTarget, builtinTarget, hiddenCapture, markerAsValue, noArgument, noParameters, nonLiteralOptions, notANumber,
  parameterTarget, reassignedTarget, receiverTarget, unannotatedParameter, unfollowedMaker, unknownOption, unresolvedArrival, unresolvedTarget,
  wrtOutOfRange, wrtRepeated,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

const DIRECT = code(`
  import { grad } from "cotangent";

  const square = (x: number): number => x * x;
  export const slope = grad(square);
`);

export const markerPages: readonly Page[] = [
  {
    code: "CT3001",
    title: "A function that cannot be found at compile time",
    says: [unresolvedTarget(NOWHERE, "grad", "losses[0]")],
    why: "The derivative is made from the source of the function, so the compiler must see which one it is: a declaration, a const, an import, or a function written at the call.",
    example: code(`
      import { grad } from "cotangent";

      const losses = [(x: number): number => x * x];
      export const slope = grad(losses[0]!);
    `),
    rewrite: DIRECT,
  },
  {
    code: "CT3002",
    title: "A variable that holds several functions",
    says: [reassignedTarget(NOWHERE, "grad", "loss")],
    why: "The variable is assigned again somewhere, so the function that it holds at the call is known only at run time.",
    example: code(`
      import { grad } from "cotangent";

      let loss = (x: number): number => x * x;
      export const slope = grad(loss);
      loss = (x: number): number => x;
    `),
    rewrite: DIRECT,
  },
  {
    code: "CT3003",
    title: "A parameter as the function",
    says: [parameterTarget(NOWHERE, "grad", "loss")],
    why: "Every caller may pass another function. A parameter of type Differentiable<…> brings its derivative along.",
    example: code(`
      import { grad } from "cotangent";

      export function step(loss: (x: number) => number, x: number): number {
        return x - 0.1 * grad(loss)(x);
      }
    `),
    rewrite: code(`
      import { grad, type Differentiable } from "cotangent";

      export function step(loss: Differentiable<(x: number) => number>, x: number): number {
        return x - 0.1 * grad(loss)(x);
      }
    `),
  },
  {
    code: "CT3004",
    title: "A function without a body",
    says: [bodylessTarget(NOWHERE, "grad", "gammaln", "special.d.ts")],
    why: "A declaration says what a function takes and returns, not what it computes.",
    example: code(`
      import { grad } from "cotangent";

      declare function gammaln(x: number): number;
      export const digamma = grad(gammaln);
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      const gammaln = (x: number): number => (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x);
      export const digamma = grad(gammaln);
    `),
  },
  {
    code: "CT3005",
    title: "A method of an object without a name, or a built-in, as the function",
    says: [receiverTarget(NOWHERE, "grad", "makeModel().loss"), builtinTarget(NOWHERE, "grad", "Math.hypot")],
    why: "A method is differentiated with its object, which generated code names each time that it runs: a variable, `this`, or a property of one. A built-in has no source. In an inline function both are ordinary calls.",
    example: code(`
      import { grad } from "cotangent";

      export const slope = grad(Math.hypot);
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      export const slope = grad((x: number) => Math.hypot(x, 1));
    `),
  },
  {
    code: "CT3006",
    title: "Options that are not literal or not known",
    says: [nonLiteralOptions(NOWHERE, "grad", "`wrt` is computed"), unknownOption(NOWHERE, "grad", "mode", ["wrt"])],
    why: "The options decide which code is generated, so they must be there when it is.",
    example: code(`
      import { grad } from "cotangent";

      const f = (x: number, y: number): number => x * y;
      export const slope = (which: 0 | 1): unknown => grad(f, { wrt: which });
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      const f = (x: number, y: number): number => x * y;
      export const slope = grad(f, { wrt: 1 });
    `),
  },
  {
    code: "CT3007",
    title: "`wrt` names parameters that are not there, or twice",
    says: [wrtOutOfRange(NOWHERE, "f", 2, 2), wrtRepeated(NOWHERE, 0), noParameters(NOWHERE, "grad", "f")],
    why: "Indices count the declared parameters from 0, without `this`; each may be named once.",
    example: code(`
      import { grad } from "cotangent";

      const f = (x: number, y: number): number => x * y;
      export const slope = grad(f, { wrt: [0, 0] });
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      const f = (x: number, y: number): number => x * y;
      export const slope = grad(f, { wrt: [0, 1] });
    `),
  },
  {
    code: "CT3008",
    title: "A marker used as a value",
    says: [markerAsValue(NOWHERE, "grad")],
    why: "Markers are replaced by generated code where they are called. Passed around, they would have to differentiate at run time.",
    example: code(`
      import { grad } from "cotangent";

      const losses = [(x: number): number => x * x];
      export const slopes = losses.map(grad as never);
    `),
    rewrite: DIRECT,
  },
  {
    code: "CT3009",
    title: "An inline function whose parameters have no types",
    says: [unannotatedParameter(NOWHERE, "grad", "x")],
    why: "The generated function has the same parameters and needs types for them.",
    example: code(`
      import { grad } from "cotangent";

      export const slope = grad((x) => x * x);
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      export const slope = grad((x: number) => x * x);
    `),
  },
  {
    code: "CT3010",
    title: "A marker without a function",
    says: [noArgument(NOWHERE, "grad")],
    why: "There is nothing to differentiate.",
    example: null,
    rewrite: DIRECT,
  },
  {
    code: "CT3011",
    title: "A function that does not return a number",
    says: [notANumber(NOWHERE, "grad", "scale", "void"), notANumber(NOWHERE, "grad", "scale", "number[]")],
    why: "A gradient is the slope of one number. Derivatives are of the value returned: an argument that the function changes is not an output.",
    example: code(`
      /** @grad */
      export function scale(v: number[]): void {
        for (let i = 0; i < v.length; i++) v[i] = 2 * (v[i] ?? 0);
      }
    `),
    rewrite: code(`
      /** @vjp */
      export function scale(v: number[]): number[] {
        const scaled: number[] = [];
        for (const x of v) scaled.push(2 * x);
        return scaled;
      }
    `),
  },
  {
    code: "CT3012",
    title: "An async function or a generator as the function",
    says: [asyncTarget(NOWHERE, "loss", "async")],
    why: "Such a function has not computed its result when it returns.",
    example: code(`
      import { jvp } from "cotangent";

      const loss = async (x: number): Promise<number> => x * x;
      export const moved = jvp(loss);
    `),
    rewrite: code(`
      import { jvp } from "cotangent";

      const loss = (x: number): number => x * x;
      export const moved = jvp(loss);
    `),
  },
  {
    code: "CT3013",
    title: "A captured variable that is hidden at the call",
    says: [hiddenCapture(NOWHERE, "scale")],
    why: "What the function captured is handed to the generated code where the marker stands. There the name means something else, so it cannot be handed over.",
    example: code(`
      import { grad } from "cotangent";

      export function slopes(scale: number): number[] {
        const f = (x: number): number => scale * x * x;
        return [1, 2].map((scale) => grad(f)(scale));
      }
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      export function slopes(scale: number): number[] {
        const slope = grad((x: number): number => scale * x * x);
        return [1, 2].map((at) => slope(at));
      }
    `),
  },
  {
    code: "CT3035",
    title: "A function that is made out of sight",
    says: [unfollowedMaker(NOWHERE, "grad", "makeLoss(data)", "it may return `losses[0]`")],
    why: "A function that another function makes carries its derivative from where it is made, so that what it holds is made once and kept. The compiler must find every function that the maker can return, in code that it compiles.",
    example: code(`
      import { grad } from "cotangent";

      const losses = [(x: number): number => x * x];

      function pick(index: number): (x: number) => number {
        return losses[index]!;
      }

      export const slope = grad(pick(0));
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      function makeLoss(target: number): (x: number) => number {
        return (x) => (x - target) ** 2;
      }

      export const slope = grad(makeLoss(3));
    `),
  },
  {
    code: "CT3045",
    title: "A function whose derivative cannot be passed along",
    says: [unresolvedArrival(NOWHERE, "loss", "grad(loss): the parameter `loss` can be any function")],
    why: "Where a Differentiable function is needed, the compiler attaches the derivatives that are asked of it there. It must find the function for that, or the function must come from a place of the same type.",
    example: code(`
      import { grad, type Differentiable } from "cotangent";

      function step(loss: Differentiable<(x: number) => number>, x: number): number {
        return x - 0.1 * grad(loss)(x);
      }

      export function steps(loss: (x: number) => number, x: number): number {
        return step(loss, step(loss, x));
      }
    `),
    rewrite: code(`
      import { grad, type Differentiable } from "cotangent";

      function step(loss: Differentiable<(x: number) => number>, x: number): number {
        return x - 0.1 * grad(loss)(x);
      }

      export function steps(loss: Differentiable<(x: number) => number>, x: number): number {
        return step(loss, step(loss, x));
      }
    `),
  },
];
