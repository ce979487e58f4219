// Emitted code type-checks: every fixture and the programs beside this file, in every operator, as user projects with the strictest
// flags and with the usual ones see it. What a program is refused for is tested elsewhere.
import { afterAll, describe, expect, it } from "vitest";
import { fixtureFiles, fixtures, STRICT_OPTIONS } from "../harness/fixtures.ts";
import { typeProblems } from "../harness/typecheck.ts";
import { createWorkbench, PLAIN_OPTIONS } from "../harness/workbench.ts";
import { PROGRAMS } from "./programs.ts";

const OPERATORS = {
  reverse: 'valueAndGrad(subject, { wrt: "all" })',
  forward: "jvp(subject)",
  kept: "vjp(subject)",
  second: 'jvp(grad(subject, { wrt: "all" }))',
} as const;

/** what flags can make different: the other derivatives consist of the same statements */
const FEW = { reverse: OPERATORS.reverse, kept: OPERATORS.kept } as const;

/** made of those: under the strictest flags alone */
const BEYOND = {
  product: 'hvp(subject, { wrt: "all" })',
  rows: 'jacobian(subject, { wrt: "all" })',
  columns: 'jacobian(subject, { wrt: "all", mode: "forward" })',
  matrix: "hessian(subject)",
  sparseRows: 'jacobian(subject, { wrt: "all", sparse: true })',
  sparseMatrix: "hessian(subject, { sparse: true })",
  reversedTwice: 'vjp(grad(subject, { wrt: "all" }))',
} as const;

interface Subject {
  readonly path: string;
  readonly name: string;
}

const programs = Object.entries(PROGRAMS).map(([title, text]) => [`/programs/${title.replaceAll(/\W+/g, "-")}.ts`, text] as const);

const subjects: readonly Subject[] = [...fixtures.map(({ path, subject }) => ({ path, name: subject })), ...programs.map(([path]) => ({ path, name: "f" }))];

const driversOf = (operators: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(subjects.flatMap(({ path, name }) => Object.entries(operators).map(([operator, call]) => [
  path.replace(/\.ts$/, `.${operator}.ts`),
  `import { grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "cotangent";\nimport { ${name} as subject } from "./${path.slice(path.lastIndexOf("/") + 1)}";\nexport const derivative = ${call};\n`,
] as const)));

const sources: Readonly<Record<string, string>> = { ...fixtureFiles, ...Object.fromEntries(programs) };

// the file that calls the marker is the user's: it keeps imports that the markers leave, and a declaration without a type
const { noUnusedLocals: _locals, noUnusedParameters: _parameters, isolatedDeclarations: _isolated, declaration: _declaration, ...strictest } = STRICT_OPTIONS;

describe.each([["the strictest flags", strictest, { ...OPERATORS, ...BEYOND }], ["the usual flags", PLAIN_OPTIONS, FEW]] as const)("emitted code under %s", (_, options, operators) => {
  const drivers = driversOf(operators);
  const workbench = createWorkbench({ ...sources, ...Object.fromEntries(drivers) }, options);
  afterAll(() => workbench.dispose());

  it("type-checks", () => {
    const files = new Map(Object.entries(sources).map(([path, text]) => {
      const outcome = workbench.transform(path);
      return [path, outcome.kind === "compiled" ? outcome.code : text];
    }));
    const emitted = [...drivers.keys()].flatMap((path) => {
      const outcome = workbench.transform(path);
      if (outcome.kind === "crashed") throw outcome.error;
      if (outcome.kind === "compiled") files.set(path, outcome.code);
      return outcome.kind === "compiled" ? [path] : [];
    });
    expect(emitted.length).toBeGreaterThan(0.9 * drivers.size);
    expect(typeProblems(files, emitted, options).map(({ text }) => text)).toEqual([]);
  }, 600_000);
});
