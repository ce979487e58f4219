// Compiles functions that call installed packages and checks their derivatives: the packages' code as it stands on disk,
// marker calls in files that exist only in memory, everything bundled as an application would be.
// Assumes a folder with a tsconfig whose files export functions and, under `samples`, argument lists for each by name.
import { createCompiler, type Compiler, type Diagnostic } from "@cotangent/compiler";
import { nodeFileSystem } from "@cotangent/compiler/node";
import { build, type Plugin } from "esbuild";
import { basename, dirname } from "node:path";
import ts from "typescript";
import { directional, type Callable } from "../harness/differences.ts";
import { evaluate } from "../harness/evaluate.ts";
import { checkDerivatives, randomDirection, TOLERANCES, type Derivatives } from "../harness/identities.ts";
import { functionOf, type Exports } from "../harness/modules.ts";
import { createRandom } from "../harness/random.ts";
import { leavesOf, tangentOf } from "../harness/structure.ts";

export type Compiled = { readonly code: string; readonly diagnostics: readonly Diagnostic[] } | { readonly refused: readonly Diagnostic[] };

export interface Bench {
  /** a file beside the program that differentiates one of its functions in every way */
  readonly compile: (program: string, subject: string, scalar: boolean) => Compiled;
  /** runs compiled code with what it imports */
  readonly run: (program: string, code: string) => Promise<Exports>;
  /** what TypeScript says about compiled code */
  readonly typeErrors: (program: string, code: string) => readonly string[];
  readonly dispose: () => void;
}

const driverOf = (program: string, subject: string, scalar: boolean): string => [
  'import { grad, jvp, valueAndGrad, vjp } from "cotangent";',
  `import { ${subject} as subject } from "./${basename(program).replace(/ts$/, "js")}";`,
  "export { subject };",
  "export const forward = jvp(subject);",
  "export const kept = vjp(subject);",
  ...(scalar ? ['export const reverse = valueAndGrad(subject, { wrt: "all" });', 'export const gradient = grad(subject, { wrt: "all" });', 'export const second = jvp(grad(subject, { wrt: "all" }));'] : []),
  "",
].join("\n");

export function createBench(folder: string): Bench {
  const project = `${folder}/tsconfig.json`;
  const open = (): Compiler => createCompiler({ project, cwd: folder, host: nodeFileSystem() });
  const compiler = open();
  const driver = (program: string): string => `${dirname(program)}/driver.ts`;
  const compile: Bench["compile"] = (program, subject, scalar) => {
    const path = driver(program);
    compiler.update(path, driverOf(program, subject, scalar));
    const result = compiler.transform(path);
    return result.ok ? { code: result.code, diagnostics: result.diagnostics } : { refused: result.diagnostics };
  };
  const run: Bench["run"] = async (program, code) => {
    const only: Plugin = {
      name: "driver",
      setup: ({ onResolve, onLoad }) => {
        onResolve({ filter: /^driver:/ }, () => ({ path: driver(program), namespace: "driver" }));
        onLoad({ filter: /.*/, namespace: "driver" }, () => ({ contents: code, loader: "ts", resolveDir: dirname(program) }));
      },
    };
    const { outputFiles } = await build({
      entryPoints: ["driver:"], bundle: true, write: false, format: "cjs", platform: "node", mainFields: ["module", "main"], conditions: ["@cotangent/source"], logLevel: "silent", plugins: [only],
    });
    return evaluate(outputFiles[0]?.text ?? "", basename(program)) as Exports;
  };
  const known = new Map<string, ts.SourceFile | undefined>();
  const last: { program: ts.Program | null } = { program: null };
  const typeErrors: Bench["typeErrors"] = (program, code) => {
    const { config } = ts.readConfigFile(project, (x) => ts.sys.readFile(x)) as { readonly config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
    const host = ts.createCompilerHost(options);
    const path = driver(program);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (x) => x === path || fileExists(x);
    host.readFile = (x) => (x === path ? code : readFile(x));
    host.getSourceFile = (x, settings, ...rest) => {
      if (x === path) return ts.createSourceFile(x, code, settings);
      if (!known.has(x)) known.set(x, getSourceFile(x, settings, ...rest));
      return known.get(x);
    };
    const checked = ts.createProgram([path], options, host, last.program ?? undefined);
    last.program = checked;
    const file = checked.getSourceFile(path);
    return [...checked.getSyntacticDiagnostics(file), ...checked.getSemanticDiagnostics(file)].map((x) => ts.flattenDiagnosticMessageText(x.messageText, " "));
  };
  return { compile, run, typeErrors, dispose: () => compiler.dispose() };
}

export type Verdict = { readonly kind: "right" } | { readonly kind: "refused"; readonly codes: readonly string[]; readonly diagnostics: readonly Diagnostic[] } | { readonly kind: "wrong"; readonly problems: readonly string[] };

const codesOf = (diagnostics: readonly Diagnostic[]): readonly string[] => [...new Set(diagnostics.filter((x) => x.severity === "error").map((x) => x.code))].sort();

/** One function at its samples, in both modes: values, effects, differences, one mode against the other, second order, types. */
export async function checkSubject(bench: Bench, program: string, subject: string, samples: readonly (readonly unknown[])[], show: (code: string) => void = () => undefined): Promise<Verdict> {
  const NOT_A_NUMBER = "CT3011";
  const whole = bench.compile(program, subject, true);
  const isScalar = !("refused" in whole && codesOf(whole.refused).join() === NOT_A_NUMBER);
  const compiled = isScalar ? whole : bench.compile(program, subject, false);
  if ("refused" in compiled) return { kind: "refused", codes: codesOf(compiled.refused), diagnostics: compiled.refused };
  show(compiled.code);
  const problems = bench.typeErrors(program, compiled.code).map((x) => `it does not type-check: ${x}`);
  const exports = await bench.run(program, compiled.code);
  const given = (name: string): Callable => functionOf(exports, name);
  const derivatives: Derivatives = { primal: given("subject"), jvp: given("forward"), vjp: given("kept"), ...(isScalar ? { valueAndGrad: given("reverse") } : {}) };
  samples.forEach((args, i) => problems.push(...checkDerivatives(derivatives, args, createRandom(i + 1), TOLERANCES).map((x) => `sample ${i}: ${x}`)));
  if (isScalar) problems.push(...secondOrder(given("gradient"), given("second"), samples));
  return problems.length === 0 ? { kind: "right" } : { kind: "wrong", problems };
}

function secondOrder(gradient: Callable, second: Callable, samples: readonly (readonly unknown[])[]): readonly string[] {
  return samples.flatMap((args, i) => {
    const random = createRandom(i + 3);
    const [direction, weights] = [randomDirection(args, random), randomDirection(args, random)];
    const expected = directional(gradient, structuredClone(args) as readonly unknown[], direction, weights);
    const own = structuredClone(args) as readonly unknown[];
    const numbers = leavesOf((second(own, tangentOf(own, direction)) as readonly unknown[])[1]);
    const actual = [...weights].reduce((sum, [path, x]) => sum + x * (numbers.get(path) ?? Number.NaN), 0);
    return Math.abs(actual - expected.value) <= 1e-5 * Math.max(1, Math.abs(expected.value)) ? [] : [`sample ${i}: forward over reverse gives ${actual}, differences ${expected.value}`];
  });
}
