// Pages CT1045 to CT1048: generators that cannot be put into the loops that consume them.
import { guardedYield, heldGenerator, steppedGenerator, unknownGenerator } from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const generatorPages: readonly Page[] = [
  {
    code: "CT1045",
    title: "A `yield` inside `try`",
    says: [guardedYield(NOWHERE, "try"), guardedYield(NOWHERE, "finally")],
    why: "A generator is put into the loop that consumes it, so what the loop throws would arrive in a `catch` around the `yield`, where JavaScript does not bring it; and a `yield` in a `finally` block would run while the generator is being closed.",
    example: code(`
      function* readings(x: number): Generator<number> {
        try {
          yield Math.log(x);
        } catch {
          yield 0;
        }
      }

      /** @grad */
      export function f(x: number): number {
        let sum = 0;
        for (const reading of readings(x)) sum += reading;
        return sum;
      }
    `),
    rewrite: code(`
      function* readings(x: number): Generator<number> {
        yield Math.log(x);
      }

      /** @grad */
      export function f(x: number): number {
        let sum = 0;
        for (const reading of readings(x)) sum += reading;
        return sum;
      }
    `),
  },
  {
    code: "CT1046",
    title: "A kept generator with computed defaults",
    says: [heldGenerator(NOWHERE)],
    why: "JavaScript evaluates the defaults of a generator's parameters when it is called and its body when it is consumed. Both happen where it is consumed in generated code, so a default that may have changed until then is refused.",
    example: code(`
      const settings = { step: 0.5 };

      function* grid(x: number, step = settings.step): Generator<number> {
        for (let i = 0; i < 3; i++) yield x + i * step;
      }

      /** @grad */
      export function f(x: number): number {
        const points = grid(x);
        let sum = 0;
        for (const point of points) sum += point * point;
        return sum;
      }
    `),
    rewrite: code(`
      const settings = { step: 0.5 };

      function* grid(x: number, step = settings.step): Generator<number> {
        for (let i = 0; i < 3; i++) yield x + i * step;
      }

      /** @grad */
      export function f(x: number): number {
        let sum = 0;
        for (const point of grid(x)) sum += point * point;
        return sum;
      }
    `),
  },
  {
    code: "CT1047",
    title: "A generator that is stepped by hand",
    says: [steppedGenerator(NOWHERE, "next")],
    why: "A generator becomes part of the loop that consumes it. One that is asked for its next value here and there would have to stop in the middle and be run backwards between the stops.",
    example: code(`
      function* powers(x: number): Generator<number, void> {
        yield x;
        yield x * x;
      }

      /** @grad */
      export function f(x: number): number {
        const values = powers(x);
        values.next();
        return values.next().value ?? 0;
      }
    `),
    rewrite: code(`
      function* powers(x: number): Generator<number, void> {
        yield x;
        yield x * x;
      }

      /** @grad */
      export function f(x: number): number {
        const [, second] = powers(x);
        return second ?? 0;
      }
    `),
  },
  {
    code: "CT1048",
    title: "A generator that is not known",
    says: [unknownGenerator(NOWHERE)],
    why: "A generator is put into the loop that consumes it, so it has to be one and the same wherever that loop runs: not one of several by a condition, not one that calls itself, and not one that is consumed again inside its own loop.",
    example: code(`
      function* rising(x: number): Generator<number> {
        yield x;
        yield 2 * x;
      }

      function* falling(x: number): Generator<number> {
        yield x;
        yield x / 2;
      }

      /** @grad */
      export function f(x: number, up: boolean): number {
        const values = up ? rising(x) : falling(x);
        let sum = 0;
        for (const value of values) sum += value;
        return sum;
      }
    `),
    rewrite: code(`
      function* rising(x: number): Generator<number> {
        yield x;
        yield 2 * x;
      }

      function* falling(x: number): Generator<number> {
        yield x;
        yield x / 2;
      }

      /** @grad */
      export function f(x: number, up: boolean): number {
        const values = up ? [...rising(x)] : [...falling(x)];
        let sum = 0;
        for (const value of values) sum += value;
        return sum;
      }
    `),
  },
];
