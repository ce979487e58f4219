// The variables of modules, as generated code sees them: what a module declares, and what it gets by an import.
import { ts } from "ts-morph";
import type { Cell, Type } from "../../ir/ir.ts";
import { importOf } from "../nodes.ts";
import type { Body } from "./body.ts";

/** what a module declares; `more`: what only some kinds of declarations have */
export function declaredCell(b: Body, symbol: ts.Symbol, declaration: ts.Declaration, type: () => Type, more: () => Partial<Cell> = () => ({})): Cell {
  return b.unit.cell(symbol, () => ({
    name: symbol.name, file: declaration.getSourceFile().fileName, type: type(), mutable: false, exported: isExported(b, symbol, declaration), imported: null, ...more(),
  }));
}

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
