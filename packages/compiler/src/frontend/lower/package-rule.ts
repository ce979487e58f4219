// Functions of packages whose code cannot be read and whose derivatives are known: `import erf from "@stdlib/math-base-special-erf"`. They are
// functions with a rule, which stands in a module that every program carries.
import { ts } from "ts-morph";
import type { Cell, Expr } from "../../ir/ir.ts";
import { PACKAGE_RULES_FILE } from "../package-rules.ts";
import type { Body } from "./body.ts";
import { ruledImport } from "./rule.ts";

/** packages of one function each, and the folders of the package that holds them all */
const STDLIB = /^@stdlib\/math(?:-base-special-|\/base\/special\/)(\w+)$/;

/** the function that an import names, with its rule; null where the table has none */
export function packageFunction(b: Body, cell: Cell, node: ts.Expression): Expr | null {
  const name = cell.imported === null || cell.imported.name === "*" ? null : STDLIB.exec(cell.imported.specifier)?.[1] ?? null;
  const rule = name === null ? null : ruleNamed(b, "stdlib", name);
  return rule === null ? null : ruledImport(b, node, cell, rule);
}

/** a rule of one of the tables */
export function ruleNamed(b: Body, tableName: string, name: string): ts.ObjectLiteralExpression | null {
  const file = b.unit.context.program.getSourceFile(PACKAGE_RULES_FILE);
  for (const s of file?.statements ?? []) {
    const [table] = ts.isVariableStatement(s) ? s.declarationList.declarations : [];
    if (table === undefined || table.name.getText() !== tableName || table.initializer === undefined || !ts.isObjectLiteralExpression(table.initializer)) continue;
    const row = table.initializer.properties.find((x) => x.name?.getText() === name);
    return row !== undefined && ts.isPropertyAssignment(row) && ts.isObjectLiteralExpression(row.initializer) ? row.initializer : null;
  }
  return null;
}
