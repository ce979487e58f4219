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

class Reach {
  readonly #checker: ts.TypeChecker;
  readonly #parts = new Map<ts.Node, { node: ts.Node; executed: boolean }>();
  readonly #files = new Set<string>();
  readonly #imports = new Set<ts.Node>();
  readonly #queue: { readonly node: ts.Node; readonly executed: boolean }[] = [];

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  run(roots: readonly ts.Node[], mentions: readonly ts.Node[]): Slice {
    for (const root of roots) this.#add(root, true);
    for (const node of mentions) this.#visit(node, false);
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) this.#visit(next.node, next.executed);
    const parts = [...this.#parts.values()].map(({ node, executed }): SlicePart => {
      const file = node.getSourceFile();
      return { node, file: file.fileName, start: node.getStart(file), end: node.end, executed, isImport: this.#imports.has(node) };
    });
    return { parts: parts.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1)), files: [...this.#files].sort() };
  }

  #add(node: ts.Node, executed: boolean): void {
    const file = node.getSourceFile().fileName;
    if (isForeign(file)) return;
    this.#files.add(file);
    const known = this.#parts.get(node);
    if (known !== undefined && (known.executed || !executed)) return;
    this.#parts.set(node, { node, executed });
    this.#queue.push({ node, executed });
  }

  #visit(node: ts.Node, executed: boolean): void {
    const runsElsewhere = ts.isVariableDeclaration(node) && !isFunctionValue(node.initializer) && !this.#makesFunction(node.initializer) ? node.initializer : undefined;
    eachNode(node, (at) => {
      if (at === runsElsewhere) return false;
      if (ts.isIdentifier(at)) this.#reference(at, executed);
      return true;
    });
    if (runsElsewhere !== undefined) eachNode(runsElsewhere, (at) => { if (ts.isIdentifier(at)) this.#reference(at, false); });
  }

  /** what is handed to `customRule`, or to the user's own maker, is run where the function is */
  #makesFunction(node: ts.Expression | undefined): boolean {
    return node !== undefined && ts.isCallExpression(node) && this.#checker.getTypeAtLocation(node).getCallSignatures().length > 0;
  }

  #reference(node: ts.Identifier, executed: boolean): void {
    const shorthand = ts.isShorthandPropertyAssignment(node.parent);
    let symbol = shorthand ? this.#checker.getShorthandAssignmentValueSymbol(node.parent) : this.#checker.getSymbolAtLocation(node);
    while (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      for (const declaration of symbol.declarations ?? []) this.#import(declaration, executed);
      const next: ts.Symbol | undefined = this.#checker.getImmediateAliasedSymbol(symbol);
      if (next === symbol) return;
      symbol = next;
    }
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isSourceFile(declaration)) continue;
      const at = container(declaration);
      if (at !== null && !isImport(at)) this.#add(at, executed);
    }
  }

  /** what an import says is wrong with it is wrong with the slice */
  #import(node: ts.Declaration, executed: boolean): void {
    const file = node.getSourceFile().fileName;
    if (isForeign(file)) return;
    this.#files.add(file);
    const at = ts.findAncestor(node, (x) => ts.isImportDeclaration(x) || ts.isExportDeclaration(x));
    if (at === undefined || !(ts.isImportDeclaration(at) || ts.isExportDeclaration(at)) || at.moduleSpecifier === undefined) return;
    this.#reexports(this.#checker.getSymbolAtLocation(at.moduleSpecifier), new Set());
    if (!ts.isImportDeclaration(at)) return;
    for (const part of [node, at.moduleSpecifier]) {
      this.#imports.add(part);
      this.#parts.set(part, { node: part, executed: executed || this.#parts.get(part)?.executed === true });
    }
  }

  /** a barrel decides what its importers get: the module itself, and those that it re-exports as a whole */
  #reexports(module: ts.Symbol | undefined, seen: Set<ts.Symbol>): void {
    const file = module?.declarations?.find(ts.isSourceFile);
    if (module === undefined || file === undefined || seen.has(module) || isForeign(file.fileName)) return;
    seen.add(module);
    const stars = file.statements.filter((x) => ts.isExportDeclaration(x) && x.exportClause === undefined);
    if (stars.length === 0) return;
    this.#files.add(file.fileName);
    for (const x of stars) if (ts.isExportDeclaration(x) && x.moduleSpecifier !== undefined) this.#reexports(this.#checker.getSymbolAtLocation(x.moduleSpecifier), seen);
  }
}

/** `mentions`: expressions that name the roots; the files on the way count, what they say does not */
export const sliceOf = (roots: readonly ts.Node[], checker: ts.TypeChecker, mentions: readonly ts.Node[] = []): Slice => new Reach(checker).run(roots, mentions);

/** The texts of a slice, line ends as LF, in an order that does not depend on the machine. */
export const sliceText = ({ parts }: Slice): string =>
  parts.filter((x) => !x.isImport).map(({ node, start, end }) => originalSlice(node.getSourceFile(), start, end).replaceAll("\r\n", "\n")).join("\n\n");
