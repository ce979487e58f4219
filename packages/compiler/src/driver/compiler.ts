// `createCompiler`: one object over one workspace, answering in the user's own terms.
// Assumes nothing about the machine: the file system is a port. Guarantees that user errors come back as diagnostics, and that
// several compilers in one process do not know of each other.
import * as catalog from "../diagnostics/catalog.ts";
import { type Finding, isStackOverflow } from "../diagnostics/diagnostic.ts";
import { toDiagnostic, type Diagnostic } from "../diagnostics/places.ts";
import { describeFunction, type FunctionDescription } from "../frontend/describe.ts";
import type { FileSystem } from "../frontend/file-system.ts";
import { targetsOf } from "../frontend/named.ts";
import type { SourceFile } from "../frontend/nodes.ts";
import { convertOptions } from "../frontend/options.ts";
import { resolve } from "../frontend/path.ts";
import { isSource, openWorkspace, type OpenProgram, type Workspace } from "../frontend/project.ts";
import { nodeFileSystem } from "../node.ts";
import type { StageName, Tracer } from "../pass.ts";
import { checkSiblings } from "./check.ts";
import { Derivations, hiddenName } from "./demand.ts";
import { generateSibling } from "./generate.ts";
import { Paths, type Form } from "./paths.ts";
import { printFunction, type PrintRequest } from "./print.ts";
import { distinct, hasErrors, type Result } from "./result.ts";
import { transformFile } from "./transform.ts";
import { contextOf, markersIn, workOf, type FileWork } from "./work.ts";

export type { PrintRequest } from "./print.ts";

export interface CompilerOptions {
  /** a tsconfig, or a solution of several; without `files` the default is the nearest one above each file */
  readonly project?: string;
  /** texts over the project; alone they are an in-memory project */
  readonly files?: { readonly [path: string]: string };
  readonly compilerOptions?: object;
  readonly cwd?: string;
  /** default: Node's */
  readonly host?: FileSystem;
  /** prints what a pass returns */
  readonly trace?: { readonly pass: string; readonly print: (text: string) => void };
  /** checks the invariants after every pass; default true */
  readonly verify?: boolean;
}

export interface PrintResult {
  readonly ok: boolean;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type DescribeResult =
  | { readonly ok: true; readonly description: FunctionDescription; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface CheckResult {
  /** paths of siblings */
  readonly stale: readonly string[];
  readonly missing: readonly string[];
  readonly orphaned: readonly string[];
  /** those that are as they should be */
  readonly current: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Compiler {
  /** the file with marker calls replaced */
  transform(path: string): Result;
  /** the sibling of a file with JSDoc markers */
  generate(path: string): Result;
  /** the derivative of one function; `name` may be null where the file has only one */
  print(path: string, name: string | null, request?: PrintRequest): PrintResult;
  describe(path: string, name: string): DescribeResult;
  /** what there is to do, in the project or in these files */
  files(paths?: readonly string[]): readonly FileWork[];
  check(paths?: readonly string[]): CheckResult;
  /** adds, replaces or (null) removes a file */
  update(path: string, text: string | null): void;
  /** reads again what changed on disk */
  refresh(): void;
  dispose(): void;
}

interface Opened {
  readonly program: OpenProgram;
  readonly file: SourceFile;
}

type Compilation = (opened: Opened, form: Form) => { readonly code: string | null; readonly map: Result extends infer R ? (R extends { readonly map: infer M } ? M : never) : never; readonly findings: readonly Finding[]; readonly files: readonly string[] };

/** as deep as functions without types may call each other */
const MOST_ROUNDS = 30;

function tracerOf({ trace, verify }: CompilerOptions): Tracer {
  const show = trace === undefined ? null : (pass: StageName, func: string, text: string): void => {
    if (pass === trace.pass || trace.pass === "all") trace.print(`-- ${pass} ${func}\n${text}\n`);
  };
  return { show, verify: verify ?? true };
}

class WorkspaceCompiler implements Compiler {
  readonly #workspace: Workspace;
  readonly #paths: Paths;
  /** a path of the user's, in whose form files of the project are named */
  readonly #reference: string;
  readonly #tracer: Tracer;
  readonly #derivations: Derivations;
  readonly #optionFindings: readonly Finding[];

  constructor(options: CompilerOptions) {
    const { project, files, compilerOptions } = options;
    const inMemory = files !== undefined && project === undefined && options.host === undefined;
    const host = inMemory ? null : (options.host ?? nodeFileSystem());
    const paths = new Paths(options.cwd ?? host?.currentDirectory() ?? "/");
    this.#paths = paths;
    this.#reference = project ?? paths.cwd;
    this.#tracer = tracerOf(options);
    this.#optionFindings = (compilerOptions === undefined ? [] : convertOptions(compilerOptions, paths.cwd).errors).map((x) => catalog.configProblem({ file: paths.cwd, start: 0, end: 0 }, x));
    this.#workspace = openWorkspace({
      project: project === undefined ? null : projectFile(paths.absolute(project), host),
      files: files === undefined ? null : new Map(Object.entries(files).map(([path, text]) => [paths.give(path), text])),
      compilerOptions: compilerOptions ?? null,
      cwd: paths.cwd,
      host,
    });
    this.#derivations = new Derivations(this.#workspace, this.#tracer);
  }

  transform(path: string): Result {
    return this.#compile(path, ({ program, file }, form) => {
      const { rewritten, findings, files } = transformFile(this.#workspace, program, file, this.#derivations, form);
      return { code: rewritten?.code ?? null, map: rewritten?.map ?? null, findings, files };
    });
  }

  generate(path: string): Result {
    return this.#compile(path, ({ program, file }, form) => generateSibling(this.#workspace, program, file, this.#tracer, form));
  }

  print(path: string, name: string | null, request: PrintRequest = {}): PrintResult {
    return this.#settled(path, () => this.#print(path, name, request));
  }

  /** code of packages is read when it is met: what was learned of it is the ground for another try */
  #settled<T>(path: string | null, run: () => T): T {
    if (path !== null) this.#workspace.enter(this.#paths.absolute(path));
    for (let round = 0; ; round++) {
      const result = run();
      if (round > MOST_ROUNDS || !this.#workspace.learn()) return result;
    }
  }

  #print(path: string, name: string | null, request: PrintRequest): PrintResult {
    const form = this.#paths.formLike(path);
    const opened = this.#open(path);
    if ("findings" in opened) return { ok: false, text: "", diagnostics: this.#diagnostics(opened.findings, form) };
    const { text, findings } = printFunction(this.#workspace, opened.program, opened.file, name, request, this.#tracer);
    return { ok: text !== null && !hasErrors(findings), text: text ?? "", diagnostics: this.#diagnostics(findings, form) };
  }

  describe(path: string, name: string): DescribeResult {
    const form = this.#paths.formLike(path);
    const opened = this.#open(path);
    if ("findings" in opened) return { ok: false, diagnostics: this.#diagnostics(opened.findings, form) };
    const targets = targetsOf(opened.file, contextOf(this.#workspace, opened.program));
    const target = targets.get(name);
    if (target === undefined) return { ok: false, diagnostics: this.#diagnostics([catalog.unknownFunction(opened.file.fileName, name, [...targets.keys()])], form) };
    return { ok: true, description: describeFunction(target.node, name, opened.program.checker), diagnostics: [] };
  }

  files(paths?: readonly string[]): readonly FileWork[] {
    return this.#settled(null, () => this.#files(paths));
  }

  #files(paths: readonly string[] | undefined): readonly FileWork[] {
    return this.#sources(paths).flatMap(({ program, file, form }) => {
      const work = workOf(file, form(file.fileName), markersIn(file, contextOf(this.#workspace, program)), this.#derivations.demandedOf(program, file.fileName).map((x) => hiddenName(x.call, file.fileName)));
      return work === null ? [] : [work];
    });
  }

  check(paths?: readonly string[]): CheckResult {
    return this.#settled(null, () => this.#check(paths));
  }

  #check(paths: readonly string[] | undefined): CheckResult {
    const sources = this.#sources(paths);
    const form: Form = sources[0]?.form ?? this.#paths.formLike(this.#reference);
    const checked = checkSiblings(this.#workspace, sources, paths === undefined ? null : paths.map((x) => this.#paths.absolute(x)), this.#tracer);
    const shown = (list: readonly string[]): readonly string[] => list.map(form).sort();
    return {
      stale: shown(checked.stale), missing: shown(checked.missing), orphaned: shown(checked.orphaned), current: shown(checked.current),
      diagnostics: this.#diagnostics(checked.findings, form),
    };
  }

  update(path: string, text: string | null): void {
    this.#workspace.update(this.#paths.give(path), text);
  }

  refresh(): void {
    this.#workspace.refresh();
  }

  dispose(): void {
    this.#workspace.dispose();
  }

  #open(path: string): Opened | { readonly findings: readonly Finding[] } {
    if (this.#optionFindings.length > 0) return { findings: this.#optionFindings };
    const absolute = this.#paths.absolute(path);
    if (!this.#workspace.files.fileExists(absolute)) return { findings: [catalog.missingFile(absolute)] };
    if (!isSource(absolute)) return { findings: [catalog.notSource(absolute)] };
    return this.#workspace.open(absolute) ?? { findings: [catalog.notSource(absolute)] };
  }

  /** the files of the project, or those given, each with the form in which it is named */
  #sources(paths: readonly string[] | undefined): readonly (Opened & { readonly form: Form })[] {
    if (paths !== undefined) {
      return paths.flatMap((path) => {
        const opened = this.#open(path);
        return "findings" in opened ? [] : [{ ...opened, form: this.#paths.formLike(path) }];
      });
    }
    const form = this.#paths.formLike(this.#reference);
    return this.#workspace.programs().flatMap(({ program, files }) => files.map((file) => ({ program, file, form })));
  }

  /** what no function can be blamed for: the parser's stack ended, or the emitter's */
  #compile(path: string, run: Compilation): Result {
    try {
      return this.#settled(path, () => this.#compileOnce(path, run));
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      const file = this.#paths.absolute(path);
      const end = this.#workspace.text(file)?.length ?? 0;
      return { ok: false, dependencies: [], diagnostics: this.#diagnostics([catalog.tooDeep({ file, start: 0, end }, "this file")], this.#paths.formLike(path)) };
    }
  }

  #compileOnce(path: string, run: Compilation): Result {
    const form = this.#paths.formLike(path);
    const opened = this.#open(path);
    if ("findings" in opened) return { ok: false, dependencies: [], diagnostics: this.#diagnostics(opened.findings, form) };
    const { code, map, findings, files } = run(opened, form);
    const dependencies = files.map(form);
    const diagnostics = this.#diagnostics(findings, form);
    if (hasErrors(findings)) return { ok: false, dependencies, diagnostics };
    return { ok: true, changed: code !== null, code: code ?? opened.file.text, map, dependencies, diagnostics };
  }

  #diagnostics(findings: readonly Finding[], form: Form): readonly Diagnostic[] {
    // messages name files too
    const shown = (x: Finding): Finding => ({ ...x, message: x.message.replaceAll(PATH_IN_MESSAGE, (path) => form(path)) });
    return distinct(findings).map((x) => toDiagnostic(shown(x), (file) => this.#workspace.text(file), form));
  }
}

/** an absolute path of a source file or a tsconfig */
const PATH_IN_MESSAGE = /(?<![\w./])(?:[A-Za-z]:)?\/[^\s()'"`,;]*\.(?:[cm]?[jt]sx?|json)\b/g;

/** a folder means the tsconfig in it */
const projectFile = (path: string, host: FileSystem | null): string => (host?.directoryExists(path) === true ? resolve(path, "tsconfig.json") : path);

export function createCompiler(options: CompilerOptions = {}): Compiler {
  return new WorkspaceCompiler(options);
}
