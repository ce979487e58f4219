// Assignments as statements and as values: `=`, `+=` and its kin, `&&=`, `||=`, `??=`, `++`, `--`, destructuring.
// Guarantees JavaScript's order: target first, then its old value, then the right side; the target is evaluated once.
import { ts } from "ts-morph";
import type { Expr } from "../../ir/ir.ts";
import { constant, ONE, op, REAL, typeOf, use } from "../../ir/build.ts";
import { bare } from "../nodes.ts";
import { destructureAssignment } from "./binding.ts";
import { type Body, PLAIN, TESTED, type Want } from "./body.ts";
import { arithmetic, nullish, operatorOf, truth } from "./operator.ts";
import { tallyAssignment } from "./tally.ts";
import { read, reference, type Reference, referenceName, write } from "./reference.ts";
import { present } from "../../ir/facts.ts";

const K = ts.SyntaxKind;

/** the value of an assignment; null where only its effect matters */
export function assignment(b: Body, node: ts.BinaryExpression, want: Want | null): Expr | null {
  const { kind } = node.operatorToken;
  const left = bare(node.left);
  if (kind === K.EqualsToken && (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left))) return destructureAssignment(b, left, node, want);
  if (want === null && tallyAssignment(b, node)) return null;
  if (want === null && kind === K.EqualsToken && isLabel(b, left, bare(node.right))) return null;
  const target = reference(b, left);
  if (kind === K.EqualsToken) return plain(b, target, node, want);
  if (kind === K.AmpersandAmpersandEqualsToken || kind === K.BarBarEqualsToken || kind === K.QuestionQuestionEqualsToken) return logicalAssignment(b, target, node, want);
  const old = b.settle(read(target, PLAIN), left);
  const right = b.atom(node.right);
  return finish(b, target, arithmetic(b, operatorOf(kind) ?? K.PlusToken, old, right, node), node, want);
}

/** `made.of = maker`: what is put on a function that is made here; nothing reads it, since properties of functions are refused, as functions are that leave */
function isLabel(b: Body, left: ts.Expression, right: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(left) || !ts.isIdentifier(left.expression)) return false;
  const symbol = b.symbolOf(left.expression);
  const variable = symbol === undefined ? undefined : b.lookup(symbol);
  const isInert = ts.isFunctionExpression(right) || ts.isArrowFunction(right) || ts.isIdentifier(right) || ts.isNumericLiteral(right) || ts.isStringLiteralLike(right);
  return variable?.type.kind === "function" && isInert;
}

function plain(b: Body, target: Reference, node: ts.BinaryExpression, want: Want | null): Expr | null {
  const tested = target.kind === "variable" && isTested(b, node.left);
  return finish(b, target, b.value(node.right, { ...PLAIN, tested, hint: referenceName(target) ?? want?.hint ?? null }), node, want);
}

function isTested(b: Body, given: ts.Expression): boolean {
  const symbol = b.symbolOf(bare(given));
  return symbol !== undefined && b.unit.facts(given).tested.has(symbol);
}

/** stores a value; where the assignment itself has a use, its value is what was stored, not what the target then holds */
function finish(b: Body, target: Reference, value: Expr, node: ts.Node, want: Want | null): Expr | null {
  if (want === null && target.kind === "variable") {
    write(b, target, value, node);
    return null;
  }
  const atom = b.settle(value, node, want?.hint ?? referenceName(target));
  write(b, target, atom, node);
  return want === null ? null : atom;
}

function logicalAssignment(b: Body, target: Reference, node: ts.BinaryExpression, want: Want | null): Expr | null {
  const { kind } = node.operatorToken;
  const old = b.settle(read(target, TESTED), node.left);
  const taken = kind === K.QuestionQuestionEqualsToken ? nullish(b, old, node) : truth(b, old, node);
  const result = want === null ? null : b.declare(want.hint ?? referenceName(target) ?? "chosen", b.typeOf(node), node, old);
  const set = (): void => {
    const value = finish(b, target, b.value(node.right), node, result === null ? null : PLAIN);
    if (result !== null && value !== null) b.assign(result, value, node);
  };
  const nothing = (): void => undefined;
  b.branch(taken, kind === K.BarBarEqualsToken ? nothing : set, kind === K.BarBarEqualsToken ? set : nothing, node);
  return result === null ? null : use(result);
}

/** `++` and `--` */
export function update(b: Body, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, want: Want | null): Expr | null {
  const target = reference(b, node.operand);
  const old = b.settle(read(target, PLAIN), node.operand);
  const isBig = present(typeOf(old)).kind === "bigint";
  const name = node.operator === K.PlusPlusToken ? "+" : "-";
  const next = op(name, [old, isBig ? constant(1n) : ONE], isBig ? { kind: "bigint" } : REAL);
  if (ts.isPrefixUnaryExpression(node)) return finish(b, target, next, node, want);
  finish(b, target, next, node, null);
  return want === null ? null : old;
}
