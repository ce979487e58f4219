// `build --out-dir`: the project's tree again in another folder, with marker calls replaced and siblings added, the rest copied.
// Guarantees that sources are never overwritten, and that a file in the folder is replaced only if an earlier build wrote it:
// a manifest in the folder says which.
import { siblingPath, type Diagnostic, type FileWork } from "@cotangent/compiler";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import type { BuildOptions, Plan } from "./plan.ts";
import { isGenerated } from "./select.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./terminal.ts";
import { staysInside, type Output } from "./write.ts";

export const MANIFEST = ".cotangent-manifest.json";
const SKIPPED = new Set(["node_modules", ".git"]);
const SOURCE = /\.[cm]?[jt]sx?$/;

/** the files of a folder and below, without installed packages, hidden folders and the output itself */
function treeOf(folder: string, without: string): readonly string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = `${at}/${entry.name}`;
      if (path === without || SKIPPED.has(entry.name) || entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) {
        if (!existsSync(`${path}/${MANIFEST}`)) visit(path);
      } else if (entry.isFile()) {
        found.push(path);
      }
    }
  };
  visit(folder);
  return found.sort();
}

/** the folder that is mirrored: the project's */
function rootOf(session: Session, { project }: BuildOptions): string {
  if (project !== undefined) {
    const path = session.absolute(project);
    return path.endsWith(".json") ? dirname(path) : path;
  }
  for (let at = session.terminal.cwd; at !== dirname(at); at = dirname(at)) if (existsSync(`${at}/tsconfig.json`)) return at;
  return session.terminal.cwd;
}

function readManifest(outDir: string): ReadonlySet<string> {
  const path = `${outDir}/${MANIFEST}`;
  if (!existsSync(path)) return new Set();
  const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
  const files = typeof parsed === "object" && parsed !== null && "files" in parsed ? parsed.files : null;
  return new Set(Array.isArray(files) ? files.filter((x): x is string => typeof x === "string") : []);
}

interface Mirror {
  readonly outputs: Map<string, string | Uint8Array>;
  readonly diagnostics: Diagnostic[];
}

function rewrite(session: Session, root: string, path: string, work: FileWork | undefined, into: Mirror): void {
  const at = relative(root, path).replaceAll("\\", "/");
  if (work === undefined || (work.calls.length === 0 && work.demanded.length === 0)) {
    into.outputs.set(at, readFileSync(path));
  } else {
    const result = session.timed("transform", () => session.compiler.transform(path));
    into.diagnostics.push(...result.diagnostics);
    into.outputs.set(at, result.ok && result.changed ? result.code : readFileSync(path));
  }
  if (work === undefined || work.tags.length === 0) return;
  const sibling = session.timed("generate", () => session.compiler.generate(path));
  into.diagnostics.push(...sibling.diagnostics);
  if (sibling.ok && sibling.changed) into.outputs.set(siblingPath(at), sibling.code);
}

/** everything that the output folder shall hold, and what of an earlier build it shall hold no longer */
export function mirror(session: Session, options: BuildOptions, outDir: string, work: readonly FileWork[]): Plan {
  const root = rootOf(session, options);
  const out = session.absolute(outDir);
  if (out === root || root.startsWith(`${out}/`)) throw new UsageError(`--out-dir ${outDir} would overwrite the sources`);
  const byPath = new Map(work.map((x) => [session.absolute(x.path), x]));
  const mirrored: Mirror = { outputs: new Map(), diagnostics: [] };
  for (const path of treeOf(root, out)) {
    const found = byPath.get(path);
    if (found === undefined && SOURCE.test(path) && isGenerated(path) && mirrored.outputs.has(relative(root, path))) continue;
    rewrite(session, root, path, found, mirrored);
  }
  const written = readManifest(out);
  const outputs: Output[] = [];
  for (const [at, content] of mirrored.outputs) {
    const path = `${out}/${at}`;
    if (!staysInside(out, path)) throw new UsageError(`${at} would be written outside of ${outDir}`);
    if (existsSync(path) && !written.has(at) && !readFileSync(path).equals(Buffer.from(content))) {
      throw new UsageError(`${session.shown(path)} was not written by cotangent and is not overwritten; choose an empty --out-dir`);
    }
    outputs.push({ path, content });
  }
  const files = [...mirrored.outputs.keys()].sort();
  outputs.push({ path: `${out}/${MANIFEST}`, content: `${JSON.stringify({ tool: "cotangent", files }, null, 2)}\n` });
  const kept = new Set(files);
  const gone = options.prune === true ? [...written].filter((x) => !kept.has(x) && basename(x) !== MANIFEST).map((x) => `${out}/${x}`) : [];
  return { outputs, deletions: gone.filter((x) => existsSync(x) && staysInside(out, x)), diagnostics: mirrored.diagnostics };
}
