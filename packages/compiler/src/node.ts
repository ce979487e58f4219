// Node's file system behind the compiler's port: the one place that touches Node's built-ins.
// They are asked for at run time, never imported, so that a bundle for a browser needs no replacement for them.
import { EMPTY_FILE_SYSTEM, type FileSystem } from "./frontend/file-system.ts";

const slashed = (path: string): string => path.replaceAll("\\", "/");

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

/** The disk as Node sees it. Outside Node: a disk without files. */
export function nodeFileSystem(): FileSystem {
  const builtin = typeof process === "object" && typeof process.getBuiltinModule === "function" ? process : null;
  if (builtin === null) return EMPTY_FILE_SYSTEM;
  const { readFileSync, statSync, readdirSync, realpathSync } = builtin.getBuiltinModule("node:fs");
  const stat = (path: string): ReturnType<typeof statSync> => attempt(() => statSync(path, { throwIfNoEntry: false }), undefined);
  return {
    caseSensitive: builtin.platform !== "win32" && builtin.platform !== "darwin",
    readFile: (path) => attempt(() => readFileSync(path, "utf8").replace(/^\uFEFF/, ""), undefined),
    fileExists: (path) => stat(path)?.isFile() ?? false,
    directoryExists: (path) => stat(path)?.isDirectory() ?? false,
    readDirectory: (path) => {
      const files: string[] = [];
      const directories: string[] = [];
      for (const entry of attempt(() => readdirSync(path, { withFileTypes: true }), [])) {
        const found = entry.isSymbolicLink() ? stat(`${path}/${entry.name}`) : entry;
        if (found?.isFile() === true) files.push(entry.name);
        else if (found?.isDirectory() === true) directories.push(entry.name);
      }
      return { files: files.sort(), directories: directories.sort() };
    },
    realpath: (path) => attempt(() => slashed(realpathSync.native(path)), path),
    currentDirectory: () => slashed(builtin.cwd()),
  };
}

export type { DirectoryEntries, FileSystem } from "./frontend/file-system.ts";
