// Pages CT2021 to CT2023: Jacobians and Hessians that have no shape, take more runs than the function allows, or have no derivative.
import { jacobianShape, sparseColumns, sparseEffects, sparseInside } from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const matrixPages: readonly Page[] = [
  {
    code: "CT2021",
    title: "A Jacobian whose shape is not known",
    says: [jacobianShape(NOWHERE, "nearest", "union"), sparseColumns(NOWHERE, "laidOut", "width")],
    why: "A Jacobian has the structure of the output with a derivative in place of each number. Of a union of object types, and of a type that contains itself, no such type can be written out. The columns of a sparse matrix are counted: an argument that is a number or a text has one in some calls only.",
    example: code(`
      import { jacobian } from "cotangent";

      type Shape = { kind: "disc"; r: number } | { kind: "box"; w: number; h: number };

      function grown(v: number[]): Shape {
        const [a = 0, b = 0] = v;
        return a > b ? { kind: "disc", r: a * b } : { kind: "box", w: a * a, h: b };
      }

      export const jacobianOfShape = jacobian(grown);
    `),
    rewrite: code(`
      import { jacobian } from "cotangent";

      function grown(v: number[]): number[] {
        const [a = 0, b = 0] = v;
        return a > b ? [a * b] : [a * a, b];
      }

      export const jacobianOfShape = jacobian(grown);
    `),
  },
  {
    code: "CT2022",
    title: "A sparse derivative of a function with effects",
    says: [sparseEffects(NOWHERE, "steps")],
    why: "Where each output is computed from inputs alone, a sparse matrix takes one run. Otherwise one run finds out what depends on what, and others compute products for groups of columns or rows. A function that writes to its arguments or to module state, or calls what may have effects, would do so each time.",
    example: code(`
      import { jacobian } from "cotangent";

      let calls = 0;

      function steps(x: number[]): number[] {
        calls++;
        let at = 0;
        return x.map((item) => (at = Math.sin(at + item)));
      }

      export const stepsJacobian = jacobian(steps, { sparse: true });
    `),
    rewrite: code(`
      import { jacobian } from "cotangent";

      function steps(x: number[]): number[] {
        let at = 0;
        return x.map((item) => (at = Math.sin(at + item)));
      }

      export const stepsJacobian = jacobian(steps, { sparse: true });
    `),
  },
  {
    code: "CT2023",
    title: "A sparse matrix inside differentiated code",
    says: [sparseInside(NOWHERE)],
    why: "A sparse matrix is put together by the runtime. Its numbers would be constants for a derivative around it, and the gradient would miss them without a word.",
    example: code(`
      import { grad, jacobian } from "cotangent";

      const cubes = (x: number[]): number[] => x.map((item) => item ** 3);

      const spread = (x: number[]): number => jacobian(cubes, { sparse: true })(x).vals[0]!;

      export const spreadGrad = grad(spread);
    `),
    rewrite: code(`
      import { grad, jacobian } from "cotangent";

      const cubes = (x: number[]): number[] => x.map((item) => item ** 3);

      const spread = (x: number[]): number => jacobian(cubes)(x)[0]![0]!;

      export const spreadGrad = grad(spread);
    `),
  },
];
