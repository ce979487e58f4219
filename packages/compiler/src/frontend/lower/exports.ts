// How other modules get what a module declares.
import { ts } from "ts-morph";
import type { Body } from "./body.ts";

export function isExported(b: Body, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) return true;
  const file = b.checker.getSymbolAtLocation(declaration.getSourceFile());
  return file?.exports !== undefined && b.checker.getExportsOfModule(file).some((x) => x.name === symbol.name && (x === symbol || ((x.flags & ts.SymbolFlags.Alias) !== 0 && b.checker.getAliasedSymbol(x) === symbol)));
}

/** the module specifier and the name under which an import declaration gets its binding */
export function importOf(declaration: ts.Declaration): { readonly specifier: string; readonly name: string } | null {
  for (let at: ts.Node = declaration; !ts.isSourceFile(at); at = at.parent) {
    if (!ts.isImportDeclaration(at) || !ts.isStringLiteral(at.moduleSpecifier)) continue;
    const name = ts.isImportSpecifier(declaration) ? (declaration.propertyName ?? declaration.name).text : ts.isNamespaceImport(declaration) ? "*" : "default";
    return { specifier: at.moduleSpecifier.text, name };
  }
  return null;
}
