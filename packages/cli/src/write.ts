// Writing files all together or not at all: every text goes to a temporary file first, and only when all stand are they renamed.
// Guarantees that a failure leaves the disk as it was, and that a file with the same content is not touched.
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, isAbsolute } from "node:path";
import { UsageError } from "./terminal.ts";

export interface Output {
  readonly path: string;
  readonly content: string | Uint8Array;
}

interface Pending {
  readonly temporary: string;
  readonly path: string;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const same = ({ path, content }: Output): boolean => {
  if (!existsSync(path)) return false;
  return readFileSync(path).equals(typeof content === "string" ? Buffer.from(content) : Buffer.from(content));
};

/** makes a folder and remembers which part of it is new */
function makeFolder(folder: string, made: string[]): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first !== undefined) made.push(first);
}

/** Writes and deletes; on failure nothing has changed. Returns the paths that were written. */
export function writeAll(outputs: readonly Output[], deletions: readonly string[] = []): readonly string[] {
  const changed = outputs.filter((x) => !same(x));
  const pending: Pending[] = [];
  const folders: string[] = [];
  const undo = (): void => {
    for (const { temporary } of pending) rmSync(temporary, { force: true });
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (): void => {
    undo();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  try {
    for (const { path, content } of changed) {
      makeFolder(dirname(path), folders);
      const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${pending.length}.tmp`);
      pending.push({ temporary, path });
      writeFileSync(temporary, content, { flag: "wx" });
    }
    for (const { path } of pending) if (existsSync(path) && !lstatSync(path).isFile()) throw new Error(`${path} is not a file`);
  } catch (error) {
    undo();
    throw new UsageError(`cannot write: ${reason(error)}`);
  } finally {
    process.removeListener("SIGINT", interrupted);
  }
  for (const { temporary, path } of pending) renameSync(temporary, path);
  for (const path of deletions) rmSync(path, { force: true });
  return changed.map((x) => x.path);
}

/** the real place of a path that may not exist yet: links in its existing part are followed */
function realPlace(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPlace(parent), basename(path));
}

/** does a path stay inside a folder, links followed? */
export function staysInside(folder: string, path: string): boolean {
  const way = relative(realPlace(folder), realPlace(path));
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
