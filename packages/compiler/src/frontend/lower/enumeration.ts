// Enumerations: what they and their members are called in generated code.
import { ts } from "ts-morph";
import { constant } from "../../ir/build.ts";
import type { Cell, Expr } from "../../ir/ir.ts";
import { bare } from "../nodes.ts";
import type { Body } from "./body.ts";
import { declaredCell, importedCell } from "./cells.ts";

/**
 * A member of an enumeration. Of a text the name is kept as well: TypeScript takes a number for the member that has it, and a text
 * for none. `of`: what stands at the left end of `node`, null where it has no name in a module.
 */
export function memberOf(of: Cell | null, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, value: string | number): Expr {
  const path = of === null || typeof value === "number" ? null : pathOf(node);
  return of === null || path === null ? constant(value) : { kind: "const", value, member: { of, path } };
}

/** ".b.c" of `a.b.c`; null where something is computed on the way */
function pathOf(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | null {
  const own = ts.isPropertyAccessExpression(node) ? `.${node.name.text}` : ts.isStringLiteralLike(node.argumentExpression) ? `[${JSON.stringify(node.argumentExpression.text)}]` : null;
  const left = bare(node.expression);
  const before = ts.isIdentifier(left) ? "" : ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left) ? pathOf(left) : null;
  return own === null || before === null ? null : before + own;
}

/** an enumeration, or a namespace around one, as the variable of a module; null for those of functions and those within namespaces */
export function enumCell(b: Body, named: ts.Symbol): Cell | null {
  const target = (named.flags & ts.SymbolFlags.Alias) !== 0 ? b.checker.getAliasedSymbol(named) : named;
  const { valueDeclaration: declaration } = target;
  const file = declaration?.getSourceFile();
  if (target !== named && (declaration === undefined || file === undefined || file.isDeclarationFile || declaration === file)) return importedCell(b, named, target);
  return declaration === undefined || declaration.parent !== file ? null : declaredCell(b, target, declaration, () => b.types.of(b.checker.getTypeOfSymbol(target)));
}
