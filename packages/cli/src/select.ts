// Which files a command works on: globs, files and folders named on the command line, else the files of the project.
// Guarantees forward slashes, sorted, without generated siblings, installed packages and output.
import { statSync } from "node:fs";
import { globSync } from "tinyglobby";
import { UsageError, type Terminal } from "./terminal.ts";

const SOURCES = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";
const IGNORED = ["**/node_modules/**", "**/.git/**", "**/dist/**", "**/*.d.{ts,mts,cts}", "**/*.grad.{ts,mts,cts,js,mjs,cjs,jsx,tsx}"];
const GLOB = /[*?[\]{}()!]/;

export const isGenerated = (path: string): boolean => /\.grad\.[cm]?[jt]sx?$/.test(path);

/** Absolute paths for the patterns; null if none were given: the project decides. */
export function selectFiles(patterns: readonly string[], terminal: Terminal): readonly string[] | null {
  if (patterns.length === 0) return null;
  const found = new Set<string>();
  for (const given of patterns) {
    const pattern = given.replaceAll("\\", "/");
    const stats = statSync(pattern.startsWith("/") ? pattern : `${terminal.cwd}/${pattern}`, { throwIfNoEntry: false });
    if (stats === undefined && !GLOB.test(pattern)) throw new UsageError(`there is no file ${given}`);
    const query = stats?.isDirectory() === true ? `${pattern.replace(/\/$/, "")}/${SOURCES}` : pattern;
    const matches = stats?.isFile() === true
      ? [pattern.startsWith("/") || /^[A-Za-z]:\//.test(pattern) ? pattern : `${terminal.cwd}/${pattern}`]
      : globSync([query], { cwd: terminal.cwd, absolute: true, ignore: IGNORED, onlyFiles: true });
    for (const path of matches) found.add(path.replaceAll("\\", "/").replaceAll("/./", "/"));
  }
  return [...found].sort();
}
