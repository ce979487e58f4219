// The default libraries that ts-morph carries, readable without a disk, parsed once per process.
// Sharing the trees is safe: a library is bound once, and checkers keep their own tables beside it (language servers share them alike).
import { Project, ts } from "ts-morph";

/** Where the libraries stand in every program; no disk has this folder. */
export const LIBRARY_FOLDER = "/@cotangent/typescript";

const CARRIED_FOLDER = "/node_modules/typescript/lib";

interface LibraryStore {
  readonly text: (path: string) => string | undefined;
  readonly trees: Map<string, ts.SourceFile>;
}

function openStore(): LibraryStore {
  const host = new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();
  return {
    text: (path) => host.readFile?.(CARRIED_FOLDER + path.slice(LIBRARY_FOLDER.length)),
    trees: new Map(),
  };
}

const opened: LibraryStore[] = [];

function store(): LibraryStore {
  const found = opened[0] ?? openStore();
  if (opened.length === 0) opened.push(found);
  return found;
}

export const isLibrary = (path: string): boolean => path.startsWith(`${LIBRARY_FOLDER}/`);

export const libraryText = (path: string): string | undefined => store().text(path);

export function libraryFile(path: string): ts.SourceFile | undefined {
  const { text, trees } = store();
  const known = trees.get(path);
  if (known !== undefined) return known;
  const content = text(path);
  if (content === undefined) return undefined;
  const file = ts.createSourceFile(path, content, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone });
  trees.set(path, file);
  return file;
}
