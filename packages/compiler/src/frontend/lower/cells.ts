// The variables of modules, as generated code sees them: what a module declares, and what it gets by an import.
import { ts } from "ts-morph";
import type { Cell, Type } from "../../ir/ir.ts";
import { importOf } from "../nodes.ts";
import type { Body } from "./body.ts";

/** what a module declares; `more`: what only some kinds of declarations have */
export function declaredCell(b: Body, symbol: ts.Symbol, declaration: ts.Declaration, type: () => Type, more: () => Partial<Cell> = () => ({})): Cell {
  return b.unit.cell(symbol, () => {
    const around = namespacesAround(declaration);
    const [outer] = around;
    const outermost = outer === undefined ? undefined : b.checker.getSymbolAtLocation(outer.name);
    const isInside = outer !== undefined && ![declaration, ...around.slice(1)].every(isOpen);
    const made = { name: symbol.name, file: declaration.getSourceFile().fileName, type: type(), mutable: false, imported: null, ...more() };
    const name = [...around.map((x) => x.name.text), made.name].join(".");
    return { ...made, name, exported: outer === undefined || outermost === undefined ? isExported(b, symbol, declaration) : !isInside && isExported(b, outermost, outer), ...(isInside ? { isInside } : {}) };
  });
}

/** the namespaces that a declaration stands in, outermost first */
function namespacesAround(declaration: ts.Declaration): readonly ts.ModuleDeclaration[] {
  const around = ts.findAncestor(declaration.parent, ts.isModuleDeclaration);
  return around === undefined || ts.isStringLiteral(around.name) || (around.flags & ts.NodeFlags.GlobalAugmentation) !== 0 ? [] : [...namespacesAround(around), around];
}

/** does a namespace show what stands in it? */
const isOpen = (x: ts.Declaration): boolean => (ts.getCombinedModifierFlags(x) & ts.ModifierFlags.Export) !== 0 || (x.flags & ts.NodeFlags.NestedNamespace) !== 0;

/** what a module gets by an import, of code that is not read here; null where no import says so */
export function importedCell(b: Body, local: ts.Symbol, target: ts.Symbol, unreadable?: Cell["unreadable"]): Cell | null {
  const declaration = local.declarations?.[0];
  const imported = importOf(declaration);
  if (declaration === undefined || imported === null) return null;
  return b.unit.cell(local, () => ({
    name: local.name, file: declaration.getSourceFile().fileName, type: b.types.of(b.checker.getTypeOfSymbol(target)), mutable: false, exported: false, imported,
    ...(unreadable === undefined ? {} : { unreadable: { file: unreadable.file, why: unreadable.why } }),
  }));
}

function isExported(b: Body, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) return true;
  const file = b.checker.getSymbolAtLocation(declaration.getSourceFile());
  return file?.exports !== undefined && b.checker.getExportsOfModule(file).some((x) => x.name === symbol.name && (x === symbol || ((x.flags & ts.SymbolFlags.Alias) !== 0 && b.checker.getAliasedSymbol(x) === symbol)));
}
