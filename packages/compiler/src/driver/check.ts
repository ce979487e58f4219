// `check`: compares siblings on disk with what would be generated now.
// A sibling is current if its header names this version and the same slice, and its code is the same but for formatting; so an
// unrelated edit of the source, or a formatter over the sibling, does not make it stale.
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../frontend/nodes.ts";
import { dirname, resolve } from "../frontend/path.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { sameCode } from "../frontend/tokens.ts";
import type { Tracer } from "../pass.ts";
import { generateSibling, siblingPath } from "./generate.ts";
import { readHeader } from "./header.ts";
import { hasErrors } from "./result.ts";

export interface Checked {
  readonly stale: readonly string[];
  readonly missing: readonly string[];
  readonly orphaned: readonly string[];
  readonly current: readonly string[];
  readonly findings: readonly Finding[];
}

interface Source {
  readonly program: OpenProgram;
  readonly file: SourceFile;
}

const SIBLING = /\.grad\.[cm]?[jt]s$/;

function isCurrent(found: string, expected: string): boolean {
  const [a, b] = [readHeader(found), readHeader(expected)];
  return a !== null && b !== null && a.version === b.version && a.hash === b.hash && sameCode(found, expected);
}

/** generated files whose source no longer asks for them, in the folders of the project */
function orphansIn(folders: ReadonlySet<string>, expected: ReadonlySet<string>, workspace: Workspace): readonly string[] {
  const orphans: string[] = [];
  for (const folder of folders) {
    for (const name of workspace.files.readDirectory(folder).files) {
      const path = resolve(folder, name);
      if (SIBLING.test(name) && !expected.has(path) && readHeader(workspace.text(path) ?? "") !== null) orphans.push(path);
    }
  }
  return orphans;
}

/** `asked`: the paths that a user named; null for the whole project */
export function checkSiblings(workspace: Workspace, sources: readonly Source[], asked: readonly string[] | null, tracer: Tracer): Checked {
  const stale: string[] = [];
  const missing: string[] = [];
  const current: string[] = [];
  const findings: Finding[] = [];
  const expected = new Set<string>();
  for (const { program, file } of sources) {
    if (SIBLING.test(file.fileName)) continue;
    const generated = generateSibling(workspace, program, file, tracer, (x) => x);
    const path = siblingPath(file.fileName);
    findings.push(...generated.findings.filter((x) => x.severity === "error"));
    if (generated.code === null && !hasErrors(generated.findings)) continue;
    expected.add(path);
    if (generated.code === null) continue;
    const found = workspace.text(path);
    if (found === undefined) missing.push(path);
    else (isCurrent(found, generated.code) ? current : stale).push(path);
  }
  const folders = new Set([...sources.map((x) => x.file.fileName), ...(asked ?? [])].map(dirname));
  const orphaned = orphansIn(folders, expected, workspace).filter((x) => asked === null || asked.some((path) => path === x || siblingPath(path) === x));
  return { stale, missing, orphaned, current, findings };
}
