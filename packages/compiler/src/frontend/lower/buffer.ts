// What a program lays over a buffer that it keeps in a constant: one kind of typed array, or there is no telling what a number in it means.
import { ts } from "ts-morph";
import type { ArrayName, Type } from "../../ir/ir.ts";
import { REAL } from "../../ir/build.ts";
import { eachNode } from "./tree.ts";

const TYPED = /^(Float64|Float32|Int8|Uint8|Uint8Clamped|Int16|Uint16|Int32|Uint32)Array$/;

/** the typed array that stands for the buffer in a constant; null if its uses do not agree on one */
export function arrayOfBuffer(symbol: ts.Symbol, scope: ts.Node, symbolOf: (node: ts.Node) => ts.Symbol | undefined): Type | null {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !(declaration.parent.flags & ts.NodeFlags.Const)) return null;
  const names = new Set<string | null>();
  eachNode(scope, (node) => {
    if (!ts.isIdentifier(node) || node.text !== symbol.name || node.parent === declaration || symbolOf(node) !== symbol) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name.text === "byteLength") return;
    names.add(ts.isNewExpression(parent) && parent.arguments?.[0] === node && TYPED.test(parent.expression.getText()) ? parent.expression.getText() : null);
  });
  const [only] = names;
  return names.size === 1 && typeof only === "string" ? { kind: "array", array: only as ArrayName, element: REAL } : null;
}
