// What a function rests on: the declarations that it reaches, through imports, with their files.
// Assumes a checker for the program of the roots. Guarantees that an edit outside of the slice cannot change what the root
// computes or how it is typed (installed packages and default libraries are left out). Serves watch lists, hashes and type errors.
import { ts } from "ts-morph";
import { originalSlice } from "./sources.ts";
import { eachNode } from "./lower/tree.ts";
import { isLibrary } from "./libraries.ts";

export interface SlicePart {
  readonly node: ts.Node;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** part of what the root executes or is typed by; false for initializers of module variables, which run once elsewhere */
  readonly executed: boolean;
  /** the binding or the specifier of an import that a part goes through */
  readonly isImport: boolean;
}

export interface Slice {
  readonly parts: readonly SlicePart[];
  readonly files: readonly string[];
}

const isForeign = (path: string): boolean => isLibrary(path) || path.includes("/node_modules/") || path.startsWith("/@cotangent/");

/** the declaration at the top level of its module that holds a node: a local one belongs to it */
function container(node: ts.Node): ts.Node | null {
  for (let at = node; ; at = at.parent) {
    if (at.parent === undefined) return null;
    if (ts.isSourceFile(at.parent)) return at;
    if (ts.isVariableDeclaration(at) && ts.isSourceFile(at.parent.parent.parent)) return at;
  }
}

const isFunctionValue = (node: ts.Expression | undefined): boolean => {
  if (node === undefined) return false;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return isFunctionValue(node.expression);
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
};

const isImport = (node: ts.Node): boolean => ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isImportEqualsDeclaration(node);

/** what the text of a declaration names */
interface Named {
  readonly node: ts.Node;
  /** named where the declaration runs, or is typed, rather than in what runs once elsewhere */
  readonly runs: boolean;
  readonly isImport: boolean;
}

interface References {
  readonly named: readonly Named[];
  /** those that the names go through */
  readonly files: ReadonlySet<string>;
}

/** What declarations name, found once per program: the slices of many functions meet the same ones. */
class ReferenceTable {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Node, References>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(node: ts.Node): References {
    const known = this.#known.get(node) ?? this.#find(node);
    this.#known.set(node, known);
    return known;
  }

  #find(node: ts.Node): References {
    const named = new Map<ts.Node, Named>();
    const files = new Set<string>();
    const add = (x: Named): void => { if (x.runs || !named.has(x.node)) named.set(x.node, x); };
    const runsElsewhere = ts.isVariableDeclaration(node) && !isFunctionValue(node.initializer) && !this.#makesFunction(node.initializer) ? node.initializer : undefined;
    const look = (from: ts.Node, runs: boolean): void => eachNode(from, (at) => {
      if (runs && at === runsElsewhere) return false;
      if (ts.isIdentifier(at)) this.#reference(at, (x, isImport) => add({ node: x, runs, isImport }), files);
      return true;
    });
    look(node, true);
    if (runsElsewhere !== undefined) look(runsElsewhere, false);
    return { named: [...named.values()], files };
  }

  /** what is handed to `customRule`, or to the user's own maker, is run where the function is */
  #makesFunction(node: ts.Expression | undefined): boolean {
    return node !== undefined && ts.isCallExpression(node) && this.#checker.getTypeAtLocation(node).getCallSignatures().length > 0;
  }

  #reference(node: ts.Identifier, add: (node: ts.Node, isImport: boolean) => void, files: Set<string>): void {
    const shorthand = ts.isShorthandPropertyAssignment(node.parent);
    let symbol = shorthand ? this.#checker.getShorthandAssignmentValueSymbol(node.parent) : this.#checker.getSymbolAtLocation(node);
    while (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      for (const declaration of symbol.declarations ?? []) this.#import(declaration, add, files);
      const next: ts.Symbol | undefined = this.#checker.getImmediateAliasedSymbol(symbol);
      if (next === symbol) return;
      symbol = next;
    }
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isSourceFile(declaration)) continue;
      const at = container(declaration);
      if (at !== null && !isImport(at) && !isForeign(at.getSourceFile().fileName)) add(at, false);
    }
  }

  /** what an import says is wrong with it is wrong with the slice */
  #import(node: ts.Declaration, add: (node: ts.Node, isImport: boolean) => void, files: Set<string>): void {
    const file = node.getSourceFile().fileName;
    if (isForeign(file)) return;
    files.add(file);
    const at = ts.findAncestor(node, (x) => ts.isImportDeclaration(x) || ts.isExportDeclaration(x));
    if (at === undefined || !(ts.isImportDeclaration(at) || ts.isExportDeclaration(at)) || at.moduleSpecifier === undefined) return;
    this.#reexports(this.#checker.getSymbolAtLocation(at.moduleSpecifier), files, new Set());
    if (!ts.isImportDeclaration(at)) return;
    for (const part of [node, at.moduleSpecifier]) add(part, true);
  }

  /** a barrel decides what its importers get: the module itself, and those that it re-exports as a whole */
  #reexports(module: ts.Symbol | undefined, files: Set<string>, seen: Set<ts.Symbol>): void {
    const file = module?.declarations?.find(ts.isSourceFile);
    if (module === undefined || file === undefined || seen.has(module) || isForeign(file.fileName)) return;
    seen.add(module);
    const stars = file.statements.filter((x) => ts.isExportDeclaration(x) && x.exportClause === undefined);
    if (stars.length === 0) return;
    files.add(file.fileName);
    for (const x of stars) if (ts.isExportDeclaration(x) && x.moduleSpecifier !== undefined) this.#reexports(this.#checker.getSymbolAtLocation(x.moduleSpecifier), files, seen);
  }
}

const tables = new WeakMap<ts.TypeChecker, ReferenceTable>();

function tableOf(checker: ts.TypeChecker): ReferenceTable {
  const table = tables.get(checker) ?? new ReferenceTable(checker);
  tables.set(checker, table);
  return table;
}

/** `mentions`: expressions that name the roots; the files on the way count, what they say does not */
export function sliceOf(roots: readonly ts.Node[], checker: ts.TypeChecker, mentions: readonly ts.Node[] = []): Slice {
  const table = tableOf(checker);
  const executedParts = new Map<ts.Node, boolean>();
  const imports = new Set<ts.Node>();
  const files = new Set<string>();
  const queue: { readonly node: ts.Node; readonly executed: boolean }[] = [];
  const add = (node: ts.Node, executed: boolean): void => {
    const known = executedParts.get(node);
    if (known === true || known === executed) return;
    executedParts.set(node, executed);
    queue.push({ node, executed });
  };
  const visit = (node: ts.Node, executed: boolean): void => {
    const references = table.of(node);
    for (const file of references.files) files.add(file);
    for (const x of references.named) {
      if (!x.isImport) { add(x.node, executed && x.runs); continue; }
      imports.add(x.node);
      executedParts.set(x.node, (executed && x.runs) || executedParts.get(x.node) === true);
    }
  };
  for (const root of roots) if (!isForeign(root.getSourceFile().fileName)) add(root, true);
  for (const node of mentions) visit(node, false);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) visit(next.node, next.executed);
  const parts = [...executedParts].map(([node, executed]): SlicePart => {
    const file = node.getSourceFile();
    if (!imports.has(node)) files.add(file.fileName);
    return { node, file: file.fileName, start: node.getStart(file), end: node.end, executed, isImport: imports.has(node) };
  });
  return { parts: parts.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1)), files: [...files].sort() };
}

/** The texts of a slice, line ends as LF, in an order that does not depend on the machine. */
export const sliceText = ({ parts }: Slice): string =>
  parts.filter((x) => !x.isImport).map(({ node, start, end }) => originalSlice(node.getSourceFile(), start, end).replaceAll("\r\n", "\n")).join("\n\n");
