// Pages CT2030, CT3031 and CT3032: what cannot be run again, and directives that say nothing.
import { misplacedCheckpoint, notReplayable, unclearCheckpoint } from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const checkpointPages: readonly Page[] = [
  {
    code: "CT2030",
    title: "A checkpoint that cannot be run again",
    says: [notReplayable(NOWHERE, "`Math.random` differs from run to run"), notReplayable(NOWHERE, "it sets the module variable `calls`")],
    why: "A checkpointed call or loop is not recorded: reverse runs it again from copies of what it started from. That must do what the first run did, and nothing that others can see: no draws of random numbers, no clock, no stores to variables of modules, no calls of functions whose code is not known. What is said to the console is said once. Between `vjp` and its pullback callers may write to the objects of a module, so what is checkpointed there reads only constants made of literals that their file never writes to, and objects whose type is `readonly`.",
    example: code(`
      import { checkpoint, grad } from "cotangent";

      const shaken = (x: number): number => Math.sin(x) + 0.1 * Math.random() * x;

      const energy = (x: number): number => checkpoint(shaken)(x) ** 2;

      export const energyGrad = grad(energy);
    `),
    rewrite: code(`
      import { checkpoint, grad } from "cotangent";

      const shaken = (x: number, noise: number): number => Math.sin(x) + 0.1 * noise * x;

      const energy = (x: number): number => checkpoint(shaken)(x, Math.random()) ** 2;

      export const energyGrad = grad(energy);
    `),
  },
  {
    code: "CT3031",
    title: "A checkpoint directive without a loop",
    says: [misplacedCheckpoint(NOWHERE)],
    why: "`/** @checkpoint */` says of a loop that reverse is to run its trips again instead of recording them. It stands right before the loop.",
    example: code(`
      import { grad } from "cotangent";

      function settled(x: number): number {
        /** @checkpoint */
        let y = x;
        for (let k = 0; k < 100; k++) y += 0.1 * Math.sin(x * y);
        return y;
      }

      export const settledGrad = grad(settled);
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      function settled(x: number): number {
        let y = x;
        /** @checkpoint */
        for (let k = 0; k < 100; k++) y += 0.1 * Math.sin(x * y);
        return y;
      }

      export const settledGrad = grad(settled);
    `),
  },
  {
    code: "CT3032",
    title: "A number of checkpoints that is none",
    says: [unclearCheckpoint(NOWHERE, "slots=few")],
    why: "The number of states that a loop keeps is part of the text, a whole number of at least one. Without it the runtime chooses: about the square root of twice the trips where their number is known, 100 where it is not.",
    example: code(`
      import { grad } from "cotangent";

      function settled(x: number): number {
        let y = x;
        /** @checkpoint slots=few */
        for (let k = 0; k < 100; k++) y += 0.1 * Math.sin(x * y);
        return y;
      }

      export const settledGrad = grad(settled);
    `),
    rewrite: code(`
      import { grad } from "cotangent";

      function settled(x: number): number {
        let y = x;
        /** @checkpoint slots=6 */
        for (let k = 0; k < 100; k++) y += 0.1 * Math.sin(x * y);
        return y;
      }

      export const settledGrad = grad(settled);
    `),
  },
];
