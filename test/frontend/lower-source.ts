// Lowers functions of small in-memory programs, and runs raw IR beside the program that it came from.
// Many programs can be the files of one: opening a program is what takes time.
import { transformSync } from "esbuild";
import { ts } from "ts-morph";
import { Supply } from "../../packages/compiler/src/ir/build.ts";
import { type Lowered, lowerProgram } from "../../packages/compiler/src/frontend/lower/program.ts";
import { markerOf } from "../../packages/compiler/src/frontend/markers.ts";
import type { FunctionNode } from "../../packages/compiler/src/frontend/nodes.ts";
import { openWorkspace } from "../../packages/compiler/src/frontend/project.ts";
import { createTypeTable } from "../../packages/compiler/src/frontend/types.ts";
import { evaluate } from "../harness/evaluate.ts";
import { callable, type Callable } from "../harness/interpreter.ts";

export interface Source {
  readonly lower: (name?: string, path?: string) => Lowered;
  /** what TypeScript says about a file */
  readonly problems: (path?: string) => readonly string[];
}

const MAIN = "/main.ts";
const OPTIONS = { target: "es2023", lib: ["es2023"], module: "esnext", moduleResolution: "bundler", strict: true };

export function openSource(files: Readonly<Record<string, string>>, options: object = OPTIONS): Source {
  const workspace = openWorkspace({ project: null, files: new Map(Object.entries(files)), compilerOptions: options, cwd: "/", host: null });
  const open = (path: string): NonNullable<ReturnType<typeof workspace.open>> => {
    const found = workspace.open(path);
    if (found === null) throw new Error(`there is no file ${path}`);
    return found;
  };
  const lower = (name = "f", path = MAIN): Lowered => {
    const { program: { program, checker, code }, file } = open(path);
    const markers = { checker, code, isMarkerFile: (x: string): boolean => workspace.isMarkerFile(x), libraryFunction: (): null => null };
    return lowerProgram({ program, checker, supply: new Supply(), types: createTypeTable(checker, program), code, isMarker: (callee) => markerOf(callee, markers) }, functionNamed(file, name));
  };
  const problems = (path = MAIN): readonly string[] => {
    const { program: { program }, file } = open(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((x) => ts.flattenDiagnosticMessageText(x.messageText, " "));
  };
  return { lower, problems };
}

function functionNamed(file: ts.SourceFile, name: string): FunctionNode {
  for (const s of file.statements) {
    if (ts.isFunctionDeclaration(s) && s.name?.text === name) return s;
    if (!ts.isVariableStatement(s)) continue;
    for (const d of s.declarationList.declarations) {
      if (d.name.getText() === name && d.initializer !== undefined && (ts.isArrowFunction(d.initializer) || ts.isFunctionExpression(d.initializer))) return d.initializer;
    }
  }
  throw new Error(`there is no function ${name}`);
}

/** lowers one function of a program of one file */
export const lowerText = (text: string, name = "f"): Lowered => openSource({ [MAIN]: text }).lower(name);

/** the same for many programs, each a file of one */
export function lowerAll(texts: readonly string[], options: object = {}): readonly Lowered[] {
  const paths = texts.map((_, i) => `/part-${i}.ts`);
  const source = openSource(Object.fromEntries(paths.map((path, i) => [path, texts[i] ?? ""])), { ...OPTIONS, ...options });
  return paths.map((path) => source.lower("f", path));
}

interface Module {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly read: (name: string) => unknown;
  readonly write: (name: string, value: unknown) => void;
}

/** an instance of the program as it stands, with a way to its module-level variables */
export function instantiate(text: string): Module {
  const access = "\nexport const __read = (n: string): unknown => eval(n);\nexport const __write = (n: string, __value: unknown): void => { eval(n + ' = __value'); };";
  const { code } = transformSync(text + access, { loader: "ts", format: "cjs", target: "es2023" });
  const exports = evaluate(code, "main.ts", () => ({})) as Record<string, unknown>;
  return { exports, read: exports["__read"] as Module["read"], write: exports["__write"] as Module["write"] };
}

export interface Outcome {
  readonly value: unknown;
  readonly args: readonly unknown[];
  readonly thrown: unknown;
}

export function run(f: Callable, args: readonly unknown[]): Outcome {
  try {
    return { value: f(...args), args, thrown: null };
  } catch (error) {
    return { value: undefined, args, thrown: error instanceof Error ? error.constructor.name : error };
  }
}

/** the same call of the program and of its IR, each with a module instance of its own */
export function runBoth(text: string, lowered: Lowered, makeArgs: () => readonly unknown[], name = "f"): { readonly expected: Outcome; readonly actual: Outcome } {
  const original = instantiate(text);
  const state = instantiate(text);
  const host = { readCell: (cell: { readonly name: string }) => state.read(cell.name), writeCell: (cell: { readonly name: string }, value: unknown) => state.write(cell.name, value) };
  return {
    expected: run(original.exports[name] as Callable, makeArgs()),
    actual: run(callable(lowered.program, lowered.root, host), makeArgs()),
  };
}
