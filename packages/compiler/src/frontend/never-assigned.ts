// Variables of a module that are constants without saying so: `var` and `let` that nobody assigns after their declaration.
// Other modules cannot assign them, so the text of their own says it all; but for what a namespace exports, which is a property of it.
import { ts } from "ts-morph";
import { scan } from "./lower/scan.ts";

const ASSIGNED = new WeakMap<ts.SourceFile, ReadonlySet<ts.Symbol>>();

/** does a variable of a module hold what its initializer says, for good? */
export function isConstant(declaration: ts.Declaration, checker: ts.TypeChecker): boolean {
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0) return true;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || !ts.isIdentifier(declaration.name)) return false;
  if (ts.findAncestor(declaration, ts.isModuleDeclaration) !== undefined && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0) return false;
  const file = declaration.getSourceFile();
  const symbol = checker.getSymbolAtLocation(declaration.name);
  // a script shares its variables with all others
  if (symbol === undefined || !ts.isExternalModule(file) || (symbol.declarations?.length ?? 0) !== 1) return false;
  const assigned = ASSIGNED.get(file) ?? scan(file, checker).assigned;
  ASSIGNED.set(file, assigned);
  return !assigned.has(symbol);
}
