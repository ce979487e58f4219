// What TypeScript says about texts that exist in memory only. TypeScript 7 says it: it is ten times as fast as 6, which checks the
// stored goldens (strictness.test.ts).
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./paths.ts";

export interface Problem {
  readonly path: string;
  /** with the line that it is about */
  readonly text: string;
}

const COMPILER = join(ROOT, "node_modules/typescript7/bin/tsc");

/** `path(line,column): error TS1234: message`, with more of the message in the lines below, which are indented */
const PROBLEM = /^(?:(?<path>[^\s(].*?)\((?<line>\d+),\d+\): )?error (?<message>TS\d+: .*(?:\n +.*)*)/gm;

/** The errors in some of the files of an in-memory project; paths are absolute in it. `cotangent` is the workspace's. */
export function typeProblems(files: ReadonlyMap<string, string>, checked: readonly string[], compilerOptions: object): readonly Problem[] {
  if (checked.length === 0) return [];
  // where the packages of the workspace are found
  const folder = mkdtempSync(join(ROOT, "node_modules/.typecheck-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(folder + path), { recursive: true });
      writeFileSync(folder + path, text);
    }
    const config = join(folder, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...compilerOptions, customConditions: ["@cotangent/source"], types: [], noEmit: true }, files: checked.map((path) => folder + path) }));
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMPILER, "-p", config, "--pretty", "false"], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
    const isChecked = new Set(checked);
    const found = [...stdout.matchAll(PROBLEM)].map(({ groups = {} }) => {
      const path = `/${groups["path"] ?? ""}`;
      const at = Number(groups["line"]);
      return { path, text: `${path}(${at}): ${groups["message"] ?? ""}\n  ${(files.get(path) ?? "").split("\n")[at - 1]?.trim() ?? ""}` };
    });
    if (found.length === 0 ? status !== 0 : found.some(({ path }) => path === "/" || path === "/tsconfig.json")) throw new Error(`TypeScript does not run: ${stdout}${stderr}`);
    return found.filter(({ path }) => isChecked.has(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
