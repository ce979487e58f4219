// Pages about classes: code that is found at run time, storage that only a class reaches.
import { capturingClass, exceptionMember, foreignBase, hiddenClass, methodValue, privateStorage, unknownMember } from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

export const classPages: readonly Page[] = [
  {
    code: "CT1035",
    title: "A class that generated code cannot name",
    says: [hiddenClass(NOWHERE, "Spring")],
    why: "Where an object may belong to one of several classes, generated code asks with `instanceof`, and objects that it hands out are made instances of their class. For both it has to name the class.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        class Spring { energy(at: number): number { return at * at; } }
        class Damped extends Spring { override energy(at: number): number { return 0.5 * at * at; } }
        const part: Spring = x > 0 ? new Damped() : new Spring();
        return part.energy(x);
      }
    `),
    rewrite: code(`
      export class Spring { energy(at: number): number { return at * at; } }
      export class Damped extends Spring { override energy(at: number): number { return 0.5 * at * at; } }

      /** @grad */
      export function f(x: number): number {
        const part: Spring = x > 0 ? new Damped() : new Spring();
        return part.energy(x);
      }
    `),
  },
  {
    code: "CT1036",
    title: "A method whose code is not known",
    says: [unknownMember(NOWHERE, "Integrator", "step")],
    why: "A method is followed into its body. One that is only declared, or that a class of another kind declares, has none that could be differentiated.",
    example: code(`
      declare class Integrator { value: number; step(by: number): number }

      /** @grad */
      export function f(x: number, integrator: Integrator): number {
        return integrator.step(x);
      }
    `),
    rewrite: code(`
      export class Integrator { constructor(public value: number) {} step(by: number): number { return this.value + by; } }

      /** @grad */
      export function f(x: number, integrator: Integrator): number {
        return integrator.step(x);
      }
    `),
  },
  {
    code: "CT1037",
    title: "A method taken off its object",
    says: [methodValue(NOWHERE, "energy")],
    why: "Read as a value, a method forgets its object: when it is called later, `this` is undefined.",
    example: code(`
      class Spring { constructor(readonly k: number) {} energy(x: number): number { return this.k * x * x; } }

      /** @grad */
      export function f(x: number): number {
        const energy = new Spring(3).energy;
        return energy(x);
      }
    `),
    rewrite: code(`
      class Spring { constructor(readonly k: number) {} energy(x: number): number { return this.k * x * x; } }

      /** @grad */
      export function f(x: number): number {
        const spring = new Spring(3);
        const energy = (at: number): number => spring.energy(at);
        return energy(x);
      }
    `),
  },
  {
    code: "CT1038",
    title: "A class that extends one without source",
    says: [foreignBase(NOWHERE, "Samples", "Array"), exceptionMember(NOWHERE, "Diverged", "at")],
    why: "What a base class of the library keeps in an object is not visible as fields, so its numbers could not be followed. Classes that extend Error are made, thrown and told apart, and their message is read; a number that such an object carries to a catch would have to carry its derivative along.",
    example: code(`
      class Samples extends Array<number> { sum(): number { let total = 0; for (const x of this) total += x; return total; } }

      /** @grad */
      export function f(x: number): number {
        const samples = new Samples();
        samples.push(x, x * x);
        return samples.sum();
      }
    `),
    rewrite: code(`
      class Samples { values: number[] = []; sum(): number { let total = 0; for (const x of this.values) total += x; return total; } }

      /** @grad */
      export function f(x: number): number {
        const samples = new Samples();
        samples.values.push(x, x * x);
        return samples.sum();
      }
    `),
  },
  {
    code: "CT1039",
    title: "A class that uses variables around it",
    says: [capturingClass(NOWHERE, "Scale")],
    why: "Methods become functions that take their object. One that also needs the variables of a function around its class would have to be made anew in every call of that function.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        class Scale { constructor(readonly k: number) {} get(): number { return this.k * x; } }
        return new Scale(2).get();
      }
    `),
    rewrite: code(`
      class Scale { constructor(readonly k: number, readonly x: number) {} get(): number { return this.k * this.x; } }

      /** @grad */
      export function f(x: number): number {
        return new Scale(2, x).get();
      }
    `),
  },
  {
    code: "CT2015",
    title: "Private storage of an object from outside",
    says: [privateStorage(NOWHERE, "#k")],
    why: "JavaScript lets only the class itself reach its `#` members. Generated code stands outside of the class, so it can neither read them in objects that it is given nor make such objects for others.",
    example: code(`
      export class Spring { #k: number; constructor(k: number) { this.#k = k; } energy(x: number): number { return this.#k * x * x; } }

      /** @grad */
      export function f(x: number, spring: Spring): number {
        return spring.energy(x);
      }
    `),
    rewrite: code(`
      export class Spring { private k: number; constructor(k: number) { this.k = k; } energy(x: number): number { return this.k * x * x; } }

      /** @grad */
      export function f(x: number, spring: Spring): number {
        return spring.energy(x);
      }
    `),
  },
];
