// Pages CT8xxx and CT9xxx: projects, files and what happens at run time.
import {
  configProblem, missingFile, missingLibraries, missingProject, notSource, syntaxError, typeError, unknownFunction, unknownStage,
} from "../catalog.ts";
import { code, NOWHERE, type Page } from "./page.ts";

const project = { ...NOWHERE, file: "tsconfig.json" };

export const filePages: readonly Page[] = [
  {
    code: "CT8001",
    title: "A file that is not there, or is not source",
    says: [missingFile("src/loss.ts"), notSource("src/loss.json")],
    why: "The path does not lead to a TypeScript or JavaScript file. Paths are relative to the directory in which the command runs.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT8002",
    title: "The default libraries are missing",
    says: [missingLibraries(NOWHERE, ["Array", "Math"])],
    why: "Without the types of Array, Math and Float64Array nothing can be recognized, and every number would quietly become `any`.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT8003",
    title: "A type error in differentiated code",
    says: [typeError(NOWHERE, 2322, "Type 'string' is not assignable to type 'number'.")],
    why: "Derivatives follow types, so the types of the functions that are differentiated must be right. Errors elsewhere in the project do not matter here.",
    example: code(`
      /** @grad */
      export function f(x: number): number {
        const y: number = "2";
        return x * y;
      }
    `),
    rewrite: code(`
      /** @grad */
      export function f(x: number): number {
        const y = 2;
        return x * y;
      }
    `),
  },
  {
    code: "CT8004",
    title: "A syntax error",
    says: [syntaxError(NOWHERE, 1005, "';' expected.")],
    why: "The file cannot be read.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT8005",
    title: "A problem of the project's configuration",
    says: [configProblem(project, "Unknown compiler option 'targt'."), missingProject(project)],
    why: "The configuration decides how modules resolve and which checks apply, also for generated code.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT8006",
    title: "A function that is not in the file",
    says: [unknownFunction("src/loss.ts", "los", ["loss", "mean"])],
    why: "print and verify take FILE#FUNCTION, with a function or a const function at the top level of the file.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT8007",
    title: "A stage that cannot be printed",
    says: [unknownStage("src/loss.ts", "adjoints", ["ir", "normalize", "adjoint"])],
    why: "print --stage takes the name of a pass, or ir for all of them in order.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT9001",
    title: "A marker was called without being compiled",
    says: [],
    why: "grad and its kin are replaced when a file is compiled. This file was run as it is: the plugin is missing in the configuration of the bundler or the test runner, or the file was not part of the build. The message names the fix for the runner in which it was thrown.",
    example: null,
    rewrite: null,
  },
  {
    code: "CT9002",
    title: "A function arrived without its derivative, or one memory by two ways",
    says: [],
    why: "A place of type Differentiable<…> received a function that the compiler has not seen, or a function writes memory that it reaches both through an argument that is differentiated and by another way.",
    example: null,
    rewrite: null,
  },
];
