// Does a file import markers at all? Asked of every file of a project, so only import declarations are looked at.
import { ts } from "ts-morph";
import { markerOf, type MarkerContext } from "./markers.ts";
import { resolvedSymbol } from "./nodes.ts";

/** Does some import of the file bind a marker, or a namespace that has them? */
export function importsMarkers(file: ts.SourceFile, context: MarkerContext): boolean {
  const isMarker = (name: ts.Identifier): boolean => markerOf(name, context) !== null;
  const hasMarkers = (name: ts.Identifier): boolean => {
    const module = resolvedSymbol(name, context.checker);
    if (module === undefined || (module.flags & ts.SymbolFlags.ValueModule) === 0) return false;
    return context.checker.getExportsOfModule(module).some((x) => {
      const target = (x.flags & ts.SymbolFlags.Alias) !== 0 ? context.checker.getAliasedSymbol(x) : x;
      return (target.declarations ?? []).some((d) => context.isMarkerFile(d.getSourceFile().fileName));
    });
  };
  return file.statements.some((node) => {
    if (ts.isImportEqualsDeclaration(node)) return hasMarkers(node.name);
    const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
    if (clause === undefined) return false;
    if (clause.name !== undefined && (isMarker(clause.name) || hasMarkers(clause.name))) return true;
    const bindings = clause.namedBindings;
    if (bindings === undefined) return false;
    if (ts.isNamespaceImport(bindings)) return hasMarkers(bindings.name);
    return bindings.elements.some((x) => isMarker(x.name) || hasMarkers(x.name));
  });
}
