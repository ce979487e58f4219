// Typed arrays over the memory of others: `subarray`, `new Float64Array(v.buffer, …)`, buffers made here. A buffer is represented
// by the typed array that covers all of it, so that a view of a buffer is a part of that array.
// Guarantees one element type per buffer; that an array covers its buffer is seen in its declaration, else checked at run time.
import { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { constant, length, op, typeOf } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import type { MethodCall } from "./array-loop.ts";
import { type Body, PLAIN } from "./body.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

type Typed = Type & { readonly kind: "array" };

const isTyped = (t: Type): t is Typed => t.kind === "array" && t.array !== "Array" && t.array !== "Tape";

/** `v.subarray(start, end)` */
export function subarray(m: MethodCall): Expr {
  const { b, node, array, type } = m;
  const [start, end] = m.args.map((x) => b.atom(x));
  if (!isTyped(type)) return b.refuse(refusals.unsupportedMethod(spanOf(node), "Array", m.name), node);
  return { kind: "view", source: array, start: start ?? null, end: end ?? null, type };
}

/** `v.buffer`: the array itself, if it is all there is */
export function bufferOf(b: Body, base: Expr, node: ts.PropertyAccessExpression): Expr {
  if (!coversItsBuffer(b, node.expression)) {
    const name = node.expression.getText();
    b.emit({ kind: "call", callee: { kind: "external", name: "cotangent:requireWhole", cell: null }, args: [constant(name), base], result: null, origin: b.origin(node) });
  }
  return base;
}

const COPIES: ReadonlySet<string> = new Set(["from", "of", "slice", "map", "filter", "toSorted", "toReversed", "with"]);

/** was it declared as an array with memory of its own? */
function coversItsBuffer(b: Body, given: ts.Expression): boolean {
  const node = bare(given);
  const declaration = ts.isIdentifier(node) ? b.symbolOf(node)?.valueDeclaration : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !(declaration.parent.flags & ts.NodeFlags.Const) || declaration.initializer === undefined) return false;
  const made = bare(declaration.initializer);
  if (ts.isNewExpression(made)) return made.arguments?.[0] === undefined || !isBuffer(b, made.arguments[0]);
  return ts.isCallExpression(made) && ts.isPropertyAccessExpression(made.expression) && COPIES.has(made.expression.name.text);
}

/** does the expression give a buffer? */
export const isBuffer = (b: Body, node: ts.Expression): boolean => /^(Shared)?ArrayBuffer/.test(b.checker.typeToString(b.checker.getTypeAtLocation(node)));

/** `new Float64Array(buffer, byteOffset, length)` */
export function arrayOverBuffer(b: Body, node: ts.NewExpression, type: Type): Expr {
  const [buffer, offset, count] = node.arguments ?? [];
  if (buffer === undefined || !isTyped(type)) return b.refuse(refusals.newTarget(spanOf(node), node.expression.getText()), node);
  const own = offset === undefined ? null : withinOwnView(buffer, offset);
  const source = b.atom(own === null ? buffer : own.array);
  const of = present(typeOf(source));
  if (!isTyped(of) || of.array !== type.array) return b.refuse(refusals.arrayView(spanOf(node), `new ${node.expression.getText()}(…)`), node);
  const given = own === null ? offset : own.offset;
  const start = given === undefined || given === null ? null : inElements(b, given, bytesOf(type));
  const size = count === undefined ? null : b.atom(count, { ...PLAIN, hint: "size" });
  const end = start === null || size === null ? size : b.settle(op("+", [start, size]), node, "end");
  return start === null && end === null ? source : { kind: "view", source, start, end, type };
}

/** `x.buffer, x.byteOffset + offset`: a part of x, wherever x itself begins */
function withinOwnView(buffer: ts.Expression, offset: ts.Expression): { readonly array: ts.Expression; readonly offset: ts.Expression | null } | null {
  const at = bare(buffer);
  if (!ts.isPropertyAccessExpression(at) || at.name.text !== "buffer" || !ts.isIdentifier(bare(at.expression))) return null;
  const isStart = (x: ts.Expression): boolean => ts.isPropertyAccessExpression(x) && x.name.text === "byteOffset" && x.expression.getText() === at.expression.getText();
  const given = bare(offset);
  if (isStart(given)) return { array: at.expression, offset: null };
  if (!ts.isBinaryExpression(given) || given.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null;
  const [left, right] = [bare(given.left), bare(given.right)];
  return isStart(left) ? { array: at.expression, offset: right } : isStart(right) ? { array: at.expression, offset: left } : null;
}

const bytesOf = (t: Typed): number => Number(/\d+/.exec(t.array)![0]) / 8;

/** bytes as elements; `8 * n` is n */
function inElements(b: Body, given: ts.Expression, bytes: number): Expr {
  const node = bare(given);
  const isUnit = (x: ts.Expression): boolean => (ts.isNumericLiteral(x) && Number(x.text) === bytes) || (ts.isPropertyAccessExpression(x) && x.name.text === "BYTES_PER_ELEMENT");
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskToken) {
    if (isUnit(bare(node.left))) return b.atom(node.right);
    if (isUnit(bare(node.right))) return b.atom(node.left);
  }
  const value = b.atom(given);
  return value.kind === "const" && typeof value.value === "number" ? constant(value.value / bytes) : b.settle(op("/", [value, constant(bytes)]), given);
}

/** `const buffer = new ArrayBuffer(bytes)`: the array that the program lays over it */
export function makeBuffer(b: Body, node: ts.NewExpression, into: Type | null): Expr {
  const [bytes] = node.arguments ?? [];
  if (bytes === undefined || into === null || !isTyped(into)) return b.refuse(refusals.newTarget(spanOf(node), "ArrayBuffer"), node);
  return { kind: "new", length: inElements(b, bytes, bytesOf(into)), zeroed: false, type: into };
}

/** `v.byteLength`, `v.BYTES_PER_ELEMENT`; null if it is none of them */
export function sizeInBytes(b: Body, base: Expr, name: string, node: ts.Node): Expr | null {
  const type = present(typeOf(base));
  if (!isTyped(type)) return null;
  const bytes = constant(bytesOf(type));
  return name === "BYTES_PER_ELEMENT" ? bytes : name === "byteLength" ? op("*", [bytes, b.settle(length(base), node)]) : null;
}

