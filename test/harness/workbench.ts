// Compiles and runs programs in memory, as the tests need it: many files, one compiler, outcomes as values.
// A refusal is an outcome, and so is a crash of the compiler; both keep other files of the same compiler usable.
import { createCompiler, type Diagnostic } from "@cotangent/compiler";
import { createLoader, type Exports, type Loader } from "./modules.ts";

/** What a user's strict project says, without the flags that ask for `!` behind every element. */
export const PLAIN_OPTIONS = {
  target: "es2023", lib: ["es2023"], module: "esnext", moduleResolution: "bundler", strict: true, allowImportingTsExtensions: true, noEmit: true,
} as const;

export type Outcome =
  | { readonly kind: "compiled"; readonly code: string; readonly changed: boolean; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "crashed"; readonly error: Error };

export interface Workbench {
  /** the file with its marker calls replaced */
  readonly transform: (path: string) => Outcome;
  /** the sibling of a file with JSDoc markers */
  readonly generate: (path: string) => Outcome;
  /** adds, replaces or (null) removes a file */
  readonly update: (path: string, text: string | null) => void;
  /** runs the transformed file with all that it imports; throws where one of them did not compile */
  readonly load: (path: string) => Exports;
  /** a loader over the transformed files, to load the same file repeatedly */
  readonly loader: () => Loader;
  readonly dispose: () => void;
}

export const describeDiagnostic = ({ code, message, file, line, column }: Diagnostic): string => `${file}(${line},${column}): ${code}: ${message}`;

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Files = Readonly<Record<string, string>>;

/** How emitted code is run, where not as it is. */
export interface Running {
  /** rewrites emitted code before it runs */
  readonly adapt: (code: string) => string;
  /** packages that the rewritten code imports */
  readonly packages: Exports;
}

export function createWorkbench(files: Files, compilerOptions: object = PLAIN_OPTIONS, running?: Running): Workbench {
  const texts = new Map(Object.entries(files));
  const compiler = createCompiler({ files: { ...files }, compilerOptions });
  const attempt = (operation: "transform" | "generate", path: string): Outcome => {
    try {
      const result = compiler[operation](path);
      if (!result.ok) return { kind: "refused", diagnostics: result.diagnostics };
      return { kind: "compiled", code: result.code, changed: result.changed, diagnostics: result.diagnostics };
    } catch (error) {
      return { kind: "crashed", error: toError(error) };
    }
  };
  const known = new Map<string, Outcome>();
  const transform = (path: string): Outcome => {
    const done = known.get(path) ?? attempt("transform", path);
    known.set(path, done);
    return done;
  };
  const read = (path: string): string | undefined => {
    if (!texts.has(path)) return undefined;
    const outcome = transform(path);
    if (outcome.kind === "compiled") return running === undefined ? outcome.code : running.adapt(outcome.code);
    if (outcome.kind === "crashed") throw outcome.error;
    throw new Error(outcome.diagnostics.map(describeDiagnostic).join("\n"));
  };
  const loader = (): Loader => createLoader(read, running?.packages);
  return {
    transform,
    generate: (path) => attempt("generate", path),
    update: (path, text) => {
      if (text === null) texts.delete(path);
      else texts.set(path, text);
      known.clear();
      compiler.update(path, text);
    },
    load: (path) => loader().load(path),
    loader,
    dispose: () => compiler.dispose(),
  };
}

/** Why files did not compile: the first refusal or crash among them. */
export function firstFailure(outcomes: readonly Outcome[]): Exclude<Outcome, { readonly kind: "compiled" }> | undefined {
  for (const outcome of outcomes) if (outcome.kind === "crashed") return outcome;
  for (const outcome of outcomes) if (outcome.kind === "refused") return outcome;
  return undefined;
}
