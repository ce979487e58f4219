// Pages CT3020 on: JSDoc tags and the sibling files that they ask for.
import {
  anonymousDefault, callsInSibling, duplicateGenerated, importCycle, invalidTagName, misplacedTag, mustBeExported, notAssignable, packageState, unknownTagOption, unknownTagParameter, unreachableState, unreadablePackage, unwritableName,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const tagPages: readonly Page[] = [
  {
    code: "CT3020",
    title: "A tag with an option that it does not know",
    says: [unknownTagOption(NOWHERE, "grad", "mode=forward")],
    why: "A tag takes `wrt=` with names of parameters and `as=` with the name of what is generated.",
    example: code(`
      /** @grad mode=forward */
      export const f = (x: number): number => x * x;
    `),
    rewrite: code(`
      /** @grad as=slope */
      export const f = (x: number): number => x * x;
    `),
  },
  {
    code: "CT3021",
    title: "A tag that names a parameter that is not there",
    says: [unknownTagParameter(NOWHERE, "grad", "y", ["x"])],
    why: "In tags, `wrt` takes the names of parameters, as they are declared.",
    example: code(`
      /** @grad wrt=y */
      export const f = (x: number): number => x * x;
    `),
    rewrite: code(`
      /** @grad wrt=x */
      export const f = (x: number): number => x * x;
    `),
  },
  {
    code: "CT3022",
    title: "A tag that asks for an impossible name",
    says: [invalidTagName(NOWHERE, "grad", "my-slope")],
    why: "What is generated is exported under the name, so it must be an identifier and not a reserved word.",
    example: code(`
      /** @grad as=my-slope */
      export const f = (x: number): number => x * x;
    `),
    rewrite: code(`
      /** @grad as=mySlope */
      export const f = (x: number): number => x * x;
    `),
  },
  {
    code: "CT3023",
    title: "A tag in the wrong place",
    says: [misplacedTag(NOWHERE, "grad")],
    why: "The sibling file imports or copies what it differentiates, which must therefore stand at the top level of the module.",
    example: code(`
      export function outer(x: number): number {
        /** @grad */
        function inner(y: number): number {
          return y * y;
        }
        return inner(x);
      }
    `),
    rewrite: code(`
      /** @grad */
      export function inner(y: number): number {
        return y * y;
      }
    `),
  },
  {
    code: "CT3024",
    title: "A tag on a default export without a name",
    says: [anonymousDefault(NOWHERE, "grad")],
    why: "The name of what is generated is made from the name of the function.",
    example: code(`
      /** @grad */
      export default function (x: number): number {
        return x * x;
      }
    `),
    rewrite: code(`
      /** @grad */
      export default function square(x: number): number {
        return x * x;
      }
    `),
  },
  {
    code: "CT3025",
    title: "Two tags that ask for one name",
    says: [duplicateGenerated(NOWHERE, "fGrad")],
    why: "A module cannot export two things under one name.",
    example: code(`
      /** @grad as=slope */
      export const f = (x: number): number => x * x;

      /** @grad as=slope */
      export const g = (x: number): number => x + 1;
    `),
    rewrite: code(`
      /** @grad */
      export const f = (x: number): number => x * x;

      /** @grad */
      export const g = (x: number): number => x + 1;
    `),
  },
  {
    code: "CT3026",
    title: "Module state that a sibling cannot reach",
    says: [mustBeExported(NOWHERE, "calls", "loss.grad.ts")],
    why: "Helpers are copied into the sibling; a variable that changes cannot be, or there would be two of it.",
    example: code(`
      let calls = 0;
      export const count = (): number => calls;

      /** @grad */
      export function f(x: number): number {
        calls += 1;
        return x * x + 0 * calls;
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
    code: "CT3027",
    title: "State of another module",
    says: [unreachableState(NOWHERE, "table", "table.ts"), notAssignable(NOWHERE, "calls", "counter.ts")],
    why: "Generated code reaches another module by imports, which can read what is exported and assign nothing.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT3037",
    title: "State inside of a package",
    says: [packageState(NOWHERE, "seed", "node_modules/noise/index.js")],
    why: "Derivatives stand in the module that asks for them. Tables that a package only reads are copied there; what it changes, or makes with effects, is its own.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT3038",
    title: "A package whose code cannot be read",
    says: [unreadablePackage(NOWHERE, "`spline()`", "node_modules/spline/index.js", "CommonJS")],
    why: "Functions of installed packages are differentiated from the code that they ship. Minified code has lost what makes a derivative readable, CommonJS what its names mean.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT3028",
    title: "A tagged function that calls a marker",
    says: [callsInSibling(NOWHERE, "step")],
    why: "Marker calls are replaced when their own module is compiled, and tags are for modules that are not.",
    example: code(`
      import { grad } from "cotangent";

      const square = (x: number): number => x * x;

      /** @grad */
      export function step(x: number): number {
        return x - 0.1 * grad(square)(x);
      }
    `),
    rewrite: code(`
      /** @grad */
      export const square = (x: number): number => x * x;
    `),
  },
  {
    code: "CT3029",
    title: "A name that the generated file cannot write",
    says: [unwritableName(NOWHERE, "Options", "its declaration is local to a function")],
    why: "Generated code has explicit types, and every type in it must have a name that can be imported or copied.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT3030",
    title: "An import that would close a cycle",
    says: [importCycle(NOWHERE, "weights", "loss.grad.ts")],
    why: "The derivative reads a variable of a module that, directly or through others, imports the generated file. Modules that import each other may see each other half made.",
    example: null,
    rewrite: null,
  },
];
