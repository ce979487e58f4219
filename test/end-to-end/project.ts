// Temporary projects on disk and the built command run in them: in this process, which is quick, or in one of its own, as users do.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Terminal } from "../../packages/cli/src/terminal.ts";
import { ROOT } from "../harness/paths.ts";

const COMMAND = join(ROOT, "packages/cli/bin/cotangent.js");
const BUILT = join(ROOT, "packages/cli/dist/main.js");

export const TSCONFIG = JSON.stringify({ compilerOptions: { target: "es2022", module: "nodenext", moduleResolution: "nodenext", strict: true, noEmit: true, skipLibCheck: true }, include: ["src"] });

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly error: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

type Main = { readonly run: (args: readonly string[], terminal: Terminal) => Promise<number> };

async function call(args: readonly string[], cwd: string, { input = "", env = {} }: RunOptions): Promise<Outcome> {
  const { run: main } = (await import(pathToFileURL(BUILT).href)) as Main;
  const texts = { output: "", error: "" };
  const code = await main(args, {
    cwd, env, interactive: false,
    output: (text) => { texts.output += text; },
    error: (text) => { texts.error += text; },
    input: () => Promise.resolve(input),
  });
  return { code, ...texts };
}

export interface Project {
  readonly folder: string;
  /** the built command, called in this process */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Outcome>;
  /** the built command as a process of its own */
  readonly spawn: (args: readonly string[], options?: RunOptions) => Promise<Outcome>;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
  /** every file, sorted */
  readonly files: () => readonly string[];
  readonly remove: () => void;
}

function start(command: readonly string[], cwd: string, input: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, GITHUB_ACTIONS: "", NO_COLOR: "", FORCE_COLOR: "", ...env } });
    const texts = { output: "", error: "" };
    child.stdout.on("data", (x: Buffer) => { texts.output += x.toString("utf8"); });
    child.stderr.on("data", (x: Buffer) => { texts.error += x.toString("utf8"); });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...texts }));
    child.stdin.end(input);
  });
}

/** Runs a Node script and waits for its end. */
export const runNode = (args: readonly string[], cwd: string): Promise<Outcome> => start([process.execPath, ...args], cwd, "", {});

export function createProject(files: Readonly<Record<string, string>>): Project {
  if (!existsSync(BUILT)) throw new Error("the command is not built: run `node tools/build.mjs` first");
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cotangent-project-")));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries({ "tsconfig.json": TSCONFIG, "package.json": '{ "type": "module" }\n', ...files })) write(path, text);
  return {
    folder, write,
    run: (args, options = {}) => call(args, folder, options),
    spawn: (args, { input = "", env = {} } = {}) => start([process.execPath, COMMAND, ...args], folder, input, env),
    read: (path) => readFileSync(join(folder, path), "utf8"),
    has: (path) => existsSync(join(folder, path)),
    files: () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((x) => x.isFile()).map((x) => relative(folder, join(x.parentPath, x.name))).sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
