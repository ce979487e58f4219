// What the driver must know of a module to rewrite it: its names, where imports go, which marker imports become unused.
// Works on one file with a checker; hands out offsets and texts only, so that the driver needs no trees.
import { ts } from "ts-morph";
import { eachNode } from "./lower/tree.ts";
import { bare, resolvedSymbol } from "./nodes.ts";
import { markerOf, type MarkerContext } from "./markers.ts";

export type Language = "ts" | "js";

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export const languageOf = (path: string): Language => (/\.[cm]?jsx?$/.test(path) ? "js" : "ts");

/** Every identifier that occurs in a file, in any scope: a name outside of this set is fresh everywhere. */
export function namesOf(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  eachNode(file, (node) => { if (ts.isIdentifier(node)) names.add(node.text); });
  return names;
}

/** does the node stand inside of a range? They are in order and do not overlap. */
function within(node: ts.Node, file: ts.SourceFile, ranges: readonly Range[]): boolean {
  const start = node.getStart(file);
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.start <= start) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && node.end <= range.end;
}

/** does a local name still occur outside of the replaced ranges (and of its own import)? */
function isUsed(name: ts.Identifier, file: ts.SourceFile, checker: ts.TypeChecker, replaced: readonly Range[]): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  let used = false;
  const ordered = [...replaced].sort((a, b) => a.start - b.start);
  eachNode(file, (node) => {
    if (used || ts.isImportDeclaration(node) || within(node, file, ordered)) return false;
    if (ts.isIdentifier(node) && node.text === name.text) {
      const found = ts.isShorthandPropertyAssignment(node.parent) ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : ts.isExportSpecifier(node.parent) ? checker.getExportSpecifierLocalTargetSymbol(node.parent) : checker.getSymbolAtLocation(node);
      if (found === symbol) used = true;
    }
    return true;
  });
  return used;
}

/** with the rest of its line, when nothing else stands on it */
function wholeLine(node: ts.Node, file: ts.SourceFile): Range {
  const start = node.getStart(file);
  const rest = /^[ \t]*(\r\n|\n|\r)?/.exec(file.text.slice(node.end))?.[0] ?? "";
  const alone = start === 0 || /[\n\r]$/.test(file.text.slice(0, start));
  return { start, end: node.end + (alone ? rest.length : 0) };
}

function unusedBindings(clause: ts.ImportClause, file: ts.SourceFile, context: MarkerContext, replaced: readonly Range[]): ReadonlySet<ts.Node> {
  const unused = new Set<ts.Node>();
  const bindings = clause.namedBindings;
  const isFree = (name: ts.Identifier): boolean => !isUsed(name, file, context.checker, replaced);
  if (clause.name !== undefined && markerOf(clause.name, context) !== null && isFree(clause.name)) unused.add(clause.name);
  if (bindings === undefined) return unused;
  if (ts.isNamespaceImport(bindings)) {
    const module = resolvedSymbol(bindings.name, context.checker);
    const ofMarkers = (module?.declarations ?? []).some((x) => context.isMarkerFile(x.getSourceFile().fileName));
    if (ofMarkers && isFree(bindings.name)) unused.add(bindings);
    return unused;
  }
  for (const element of bindings.elements) if (!element.isTypeOnly && markerOf(element.name, context) !== null && isFree(element.name)) unused.add(element);
  return unused;
}

function importEdit(node: ts.ImportDeclaration, unused: ReadonlySet<ts.Node>, file: ts.SourceFile, isPackage: boolean): Edit {
  const clause = node.importClause;
  const kept = clause?.namedBindings !== undefined && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements.filter((x) => !unused.has(x)) : [];
  const name = clause?.name !== undefined && !unused.has(clause.name) ? clause.name.text : null;
  const namespace = clause?.namedBindings !== undefined && ts.isNamespaceImport(clause.namedBindings) && !unused.has(clause.namedBindings) ? clause.namedBindings.getText(file) : null;
  const named = kept.length === 0 ? null : `{ ${kept.map((x) => x.getText(file)).join(", ")} }`;
  const what = [name, namespace, named].filter((x) => x !== null).join(", ");
  if (what === "") return isPackage ? { ...wholeLine(node, file), text: "" } : { start: node.getStart(file), end: node.end, text: `import ${node.moduleSpecifier.getText(file)};` };
  return { start: clause?.getStart(file) ?? node.end, end: clause?.end ?? node.end, text: what };
}

/** Edits that drop the marker imports which nothing outside of `replaced` uses. A user's own barrel stays imported for its effects. */
export function markerImportEdits(file: ts.SourceFile, context: MarkerContext, replaced: readonly Range[]): readonly Edit[] {
  return file.statements.filter(ts.isImportDeclaration).flatMap((node) => {
    const clause = node.importClause;
    if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const unused = unusedBindings(clause, file, context, replaced);
    if (unused.size === 0) return [];
    const module = context.checker.getSymbolAtLocation(node.moduleSpecifier);
    const isPackage = (module?.declarations ?? []).some((x) => context.isMarkerFile(x.getSourceFile().fileName));
    return [importEdit(node, unused, file, isPackage)];
  });
}

/** Where new imports go: in front of the first import, else behind directives and the opening comment. */
export function importPosition(file: ts.SourceFile): number {
  const first = file.statements.find((x) => ts.isImportDeclaration(x));
  if (first !== undefined) return first.getStart(file);
  const directives = file.statements.findIndex((x) => !(ts.isExpressionStatement(x) && ts.isStringLiteral(x.expression)));
  const at = directives < 0 ? file.statements.length : directives;
  const last = file.statements[at - 1];
  if (last !== undefined) return wholeLine(last, file).end;
  return ts.getShebang(file.text)?.length ?? 0;
}

export const newlineOf = (text: string): string => (/\r\n/.test(text) ? "\r\n" : "\n");

/** a variable of a module that is neither a function nor a literal: state, or something that is made once; a namespace may hold such */
export function moduleState(node: ts.Node): boolean {
  if (ts.isClassLike(node) || ts.isModuleDeclaration(node)) return true;
  if (!ts.isVariableDeclaration(node)) return false;
  const value = node.initializer === undefined ? undefined : bare(node.initializer);
  const isConst = (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0;
  return !isConst || value === undefined || !(ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isNumericLiteral(value) || ts.isStringLiteralLike(value));
}
