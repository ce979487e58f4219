// What packages.mjs runs in a process of its own: examines one file after the other, all functions marked by calls and then by tags.
// A program is opened once per project and stays for the files that follow.
import { readFileSync } from "node:fs";
import { type Compiler, createCompiler } from "@cotangent/compiler";
import { examine } from "./examine.ts";
import { type Mode, withCalls, withTags } from "./mark.ts";

export interface Request {
  readonly project: string;
  readonly file: string;
  readonly mode: Mode;
}

export interface Row {
  readonly functions: number;
  /** how often which diagnostic was given */
  readonly codes: { readonly [code: string]: number };
  /** of processor time */
  readonly seconds: number;
  readonly problems: readonly string[];
}

let open: { readonly project: string; readonly compiler: Compiler } | null = null;

function compilerOf(project: string): Compiler {
  if (open?.project !== project) {
    open?.compiler.dispose();
    open = { project, compiler: createCompiler({ project }) };
  }
  return open.compiler;
}

const textOnDisk = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

function rowOf({ project, file, mode }: Request): Row {
  const compiler = compilerOf(project);
  const text = readFileSync(file, "utf8");
  const codes: Record<string, number> = {};
  const problems: string[] = [];
  let functions = 0;
  const start = process.cpuUsage();
  for (const [operation, marked] of [["transform", withCalls(file, text, mode)], ["generate", withTags(file, text, mode)]] as const) {
    if (marked === null) continue;
    functions += marked.functions;
    compiler.update(file, marked.text);
    const found = examine(compiler, operation, file, (x) => (x === file ? marked.text : textOnDisk(x)), (code) => { codes[code] = (codes[code] ?? 0) + 1; });
    if (found !== null) problems.push(`${operation}: ${found.what}`);
  }
  compiler.update(file, text);
  const { user, system } = process.cpuUsage(start);
  return { functions, codes, seconds: (user + system) / 1e6, problems };
}

process.on("message", (request: Request) => process.send!(rowOf(request)));
