// Enumerations: what they and their members are called in generated code.
import { ts } from "ts-morph";
import { constant } from "../../ir/build.ts";
import type { Cell, Expr } from "../../ir/ir.ts";
import { bare } from "../nodes.ts";
import type { Body } from "./body.ts";
import { importOf, isExported } from "./exports.ts";

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
  const isAlias = (named.flags & ts.SymbolFlags.Alias) !== 0;
  const target = isAlias ? b.checker.getAliasedSymbol(named) : named;
  const { valueDeclaration: declaration } = target;
  const file = declaration?.getSourceFile();
  const local = isAlias ? named.declarations?.[0] : undefined;
  const imported = local === undefined ? null : importOf(local);
  if (local !== undefined && imported !== null && (file === undefined || file.isDeclarationFile || declaration === file)) {
    return b.unit.cell(named, () => ({ name: named.name, file: local.getSourceFile().fileName, type: b.types.of(b.checker.getTypeOfSymbol(target)), mutable: false, exported: false, imported }));
  }
  if (declaration === undefined || file === undefined || declaration.parent !== file) return null;
  return b.unit.cell(target, () => ({ name: target.name, file: file.fileName, type: b.types.of(b.checker.getTypeOfSymbol(target)), mutable: false, exported: isExported(b, target, declaration), imported: null }));
}
