// The port through which the compiler sees files, and an overlay of texts on top of it.
// Assumes absolute, normal paths; guarantees that a text in the overlay hides the file below it, and `null` hides it altogether.
import { ancestors, dirname } from "./path.ts";

export interface DirectoryEntries {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** What the compiler needs of a disk. `@cotangent/compiler/node` has Node's; a browser needs none. */
export interface FileSystem {
  readonly caseSensitive: boolean;
  readFile(path: string): string | undefined;
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  /** names, not paths; an unreadable directory is empty */
  readDirectory(path: string): DirectoryEntries;
  realpath(path: string): string;
  currentDirectory(): string;
}

export const EMPTY_FILE_SYSTEM: FileSystem = {
  caseSensitive: true,
  readFile: () => undefined,
  fileExists: () => false,
  directoryExists: () => false,
  readDirectory: () => ({ files: [], directories: [] }),
  realpath: (path) => path,
  currentDirectory: () => "/",
};

export interface Overlay extends FileSystem {
  set(path: string, text: string | null): void;
  /** the paths that have a text */
  paths(): readonly string[];
}

/** `base` with texts laid over it. */
export function overlay(base: FileSystem): Overlay {
  const texts = new Map<string, string | null>();
  const children = new Map<string, Set<string>>();

  const enter = (path: string): void => {
    let child = path;
    for (const folder of ancestors(dirname(path))) {
      const known = children.get(folder) ?? new Set<string>();
      known.add(child.slice(child.lastIndexOf("/") + 1));
      children.set(folder, known);
      child = folder;
    }
  };
  const laid = (path: string): boolean => typeof texts.get(path) === "string";
  const laidDirectory = (path: string): boolean => [...texts].some(([file, text]) => text !== null && file.startsWith(`${path === "/" ? "" : path}/`));

  return {
    caseSensitive: base.caseSensitive,
    currentDirectory: () => base.currentDirectory(),
    readFile: (path) => (texts.has(path) ? (texts.get(path) ?? undefined) : base.readFile(path)),
    fileExists: (path) => (texts.has(path) ? laid(path) : base.fileExists(path)),
    directoryExists: (path) => (children.has(path) && laidDirectory(path)) || base.directoryExists(path),
    readDirectory: (path) => {
      const below = base.readDirectory(path);
      const prefix = path === "/" ? "/" : `${path}/`;
      const names = [...(children.get(path) ?? [])];
      const files = new Set(below.files.filter((name) => texts.get(prefix + name) !== null));
      const directories = new Set(below.directories);
      for (const name of names) {
        if (laid(prefix + name)) files.add(name);
        else if (children.has(prefix + name) && laidDirectory(prefix + name)) directories.add(name);
      }
      return { files: [...files], directories: [...directories] };
    },
    realpath: (path) => (texts.has(path) ? path : base.realpath(path)),
    set: (path, text) => {
      // what the disk says anyway is left to the disk, so that later changes there are seen
      if (text === (base.readFile(path) ?? null)) {
        texts.delete(path);
        return;
      }
      texts.set(path, text);
      if (text !== null) enter(path);
    },
    paths: () => [...texts].flatMap(([path, text]) => (text === null ? [] : [path])),
  };
}
