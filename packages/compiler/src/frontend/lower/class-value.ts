// Classes as values: what `instanceof` asks, and the storage of static fields. A class is a constant of its module.
import { ts } from "ts-morph";
import type { Cell, Expr, Field, Type } from "../../ir/ir.ts";
import { load } from "../../ir/build.ts";
import { chainOf, className, classKey, classNamed, type ClassNode, isStatic, memberName } from "../classes.ts";
import { spanOf } from "../nodes.ts";
import type { Body } from "./body.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { positionalFields } from "../positional.ts";
import { declaredCell } from "./cells.ts";
import { enclosingFunction } from "./scan.ts";

/** the class itself; null after saying why generated code cannot name it */
export function classCell(b: Body, node: ClassNode, at: ts.Node): Expr | null {
  const cell = cellOf(b, node);
  if (cell === null) {
    b.report(refusals.hiddenClass(spanOf(at), className(node)));
    return null;
  }
  return load({ kind: "cell", cell }, cell.type);
}

/** the class that an expression names, where it stands with its code */
export function codeOfClass(b: Body, node: ts.Expression): ClassNode | null {
  const named = classNamed(node, b.checker);
  return named === null ? null : b.unit.context.code.classBehind(named);
}

export function cellOf(b: Body, node: ClassNode): Cell | null {
  const holder = ts.isClassDeclaration(node) ? node : declarationAround(node);
  const name = holder?.name;
  if (holder === null || name === undefined || !ts.isIdentifier(name) || enclosingFunction(holder) !== null) return null;
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return null;
  const positional = positionalFields(node, b.checker);
  return declaredCell(b, symbol, holder, () => staticsOf(b, node), () => ({ name: name.text, lineage: chainOf(node, b.checker).map(classKey), ...(positional === null ? {} : { positional }) }));
}

/** a class of a function is read where it is used; only what it runs by being there would have to run here */
export function localClass(b: Body, node: ClassNode): void {
  const runs = node.members.find((x) => ts.isClassStaticBlockDeclaration(x) || (ts.isPropertyDeclaration(x) && isStatic(x)));
  if (runs !== undefined) b.report(refusals.unsupportedSyntax(spanOf(runs), "a static member of a class inside a function"));
}

/** the class as an object: its static fields */
function staticsOf(b: Body, node: ClassNode): Type {
  const members = chainOf(node, b.checker).flatMap((x) => x.members).filter((x) => ts.isPropertyDeclaration(x) && isStatic(x));
  const fields = new Map<string, Field>();
  for (const x of members) {
    const key = memberName(x.name);
    const isHidden = (ts.getCombinedModifierFlags(x) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
    if (key !== null && !fields.has(key)) fields.set(key, { name: key, type: b.typeOf(x), optional: false, ...(isHidden ? { hidden: true } : {}) });
  }
  return { kind: "struct", id: STATICS - node.pos, name: null, isClass: false, isStatic: true, fields: [...fields.values()] };
}

/** ids of these types are apart from those of declared ones */
const STATICS = -4_000_000;

function declarationAround(node: ClassNode): ts.VariableDeclaration | null {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) ? at : null;
}
