// Recognizes `m.set(k, (m.get(k) ?? 0) + e)` and `o[k] = (o[k] ?? 0) + e` as what they are: an accumulation into an entry that starts
// from zero. Its adjoint only reads, so loops that tally have independent trips.
// Assumes nothing of `e` but that it changes nothing. Guarantees the bits of the sum.
import { ts } from "ts-morph";
import type { Expr } from "../../ir/ir.ts";
import { element, op } from "../../ir/build.ts";
import { bare } from "../nodes.ts";
import type { Body } from "./body.ts";
import { isRecord, keyAtom } from "./entries.ts";
import { hasEffects } from "./iterate.ts";
import { present } from "../../ir/facts.ts";

const K = ts.SyntaxKind;

interface Sum {
  readonly entry: ts.Expression;
  readonly added: ts.Expression;
  readonly sign: 1 | -1;
}

/** `(entry ?? 0) + added` */
function sumOf(given: ts.Expression): Sum | null {
  const sum = bare(given);
  if (!ts.isBinaryExpression(sum) || (sum.operatorToken.kind !== K.PlusToken && sum.operatorToken.kind !== K.MinusToken)) return null;
  const first = bare(sum.left);
  if (!ts.isBinaryExpression(first) || first.operatorToken.kind !== K.QuestionQuestionToken) return null;
  const zero = bare(first.right);
  if (!ts.isNumericLiteral(zero) || Number(zero.text) !== 0 || hasEffects(sum.right)) return null;
  return { entry: bare(first.left), added: sum.right, sign: sum.operatorToken.kind === K.PlusToken ? 1 : -1 };
}

/** the same variables and fields under the same names, evaluated without effects */
function isSame(a: ts.Expression, c: ts.Expression): boolean {
  const [x, y] = [bare(a), bare(c)];
  return x.getText() === y.getText() && !hasEffects(x);
}

/** emits the accumulation; false (nothing emitted) where the statement is none. `map.set(key, value)` */
export function tallySet(b: Body, node: ts.CallExpression, map: Expr): boolean {
  const [key, value] = node.arguments;
  const callee = bare(node.expression);
  const type = present(b.typeOf(ts.isPropertyAccessExpression(callee) ? bare(callee.expression) : callee));
  if (key === undefined || value === undefined || !ts.isPropertyAccessExpression(callee) || type.kind !== "map" || type.value.kind !== "real") return false;
  const sum = sumOf(value);
  if (sum === null || !ts.isCallExpression(sum.entry) || !ts.isPropertyAccessExpression(sum.entry.expression) || sum.entry.expression.name.text !== "get") return false;
  const [read] = sum.entry.arguments;
  if (read === undefined || !isSame(read, key) || !isSame(sum.entry.expression.expression, callee.expression)) return false;
  accumulate(b, map, b.atom(key), sum, node);
  return true;
}

/** `record[key] = value` */
export function tallyAssignment(b: Body, node: ts.BinaryExpression): boolean {
  const target = bare(node.left);
  if (node.operatorToken.kind !== K.EqualsToken || !ts.isElementAccessExpression(target)) return false;
  const type = present(b.typeOf(bare(target.expression)));
  const sum = isRecord(type) && type.kind === "map" && type.value.kind === "real" ? sumOf(node.right) : null;
  if (sum === null || !isSame(sum.entry, target)) return false;
  const record = b.atom(target.expression);
  accumulate(b, record, keyAtom(type, b.atom(target.argumentExpression)), sum, node);
  return true;
}

function accumulate(b: Body, map: Expr, key: Expr, { added, sign }: Sum, node: ts.Node): void {
  const term = b.atom(added);
  const value = sign === 1 ? term : b.settle(op("neg", [term]), node);
  b.emit({ kind: "accumulate", place: element(map, key), value, origin: b.origin(node) });
}
