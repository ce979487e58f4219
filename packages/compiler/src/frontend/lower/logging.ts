// Functions of packages that do nothing but write to the console: what derivative code calls of them is the console.
// Assumes untyped code, where such functions gather whatever they are given, and often cannot be followed. What they put in front of a
// message is lost; nothing else that a program sees is.
import { ts } from "ts-morph";
import type { FunctionNode } from "../nodes.ts";
import type { Body } from "./body.ts";
import { isAssignment } from "./scan.ts";
import { isUnder } from "./tree.ts";

const WRITES: ReadonlySet<string> = new Set(["log", "info", "warn", "error", "debug", "trace"]);

/** where a function writes to */
export interface Writes {
  /** of `console`; null where the program knows of none */
  readonly method: string | null;
}

/** what a function does that does nothing but write; null where it does anything else, or is not a package's */
export function onlyWrites(b: Body, target: FunctionNode): Writes | null {
  if (target.body === undefined || !b.unit.context.code.isPackageCode(target.getSourceFile().fileName)) return null;
  const found: { method: string | null } = { method: null };
  const changesMore = isUnder(target.body, (node) => {
    if (ts.isCallExpression(node)) found.method ??= methodOf(node);
    if (ts.isReturnStatement(node)) return node.expression !== undefined;
    if (ts.isNewExpression(node) || ts.isThrowStatement(node) || ts.isDeleteExpression(node) || ts.isYieldExpression(node)) return true;
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return !isOwn(b, target, node.left);
    return (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node) && !isOwn(b, target, node.operand);
  });
  if (changesMore || found.method === null) return null;
  const isKnown = b.checker.resolveName("console", undefined, ts.SymbolFlags.Value, false) !== undefined;
  return { method: isKnown ? found.method : null };
}

function methodOf({ expression }: ts.CallExpression): string | null {
  const isConsole = ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression) && expression.expression.text === "console";
  return isConsole && WRITES.has(expression.name.text) ? expression.name.text : null;
}

const isStep = ({ operator }: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean => operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

/** a parameter or variable of the function itself, and no property of anything */
function isOwn(b: Body, target: FunctionNode, node: ts.Expression): boolean {
  const declaration = ts.isIdentifier(node) ? b.checker.getSymbolAtLocation(node)?.valueDeclaration : undefined;
  return declaration !== undefined && declaration.getSourceFile() === target.getSourceFile() && declaration.pos >= target.pos && declaration.end <= target.end;
}
