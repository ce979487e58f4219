// `sort` and `toSorted`: the order is found first, by the engine's own sort over the positions, and then the elements are put into
// it one by one. Which element goes where is a choice like that of a branch: it carries no derivative, and the elements take theirs along.
// Guarantees the comparisons of the engine, so that its order comes out also where the comparator contradicts itself.
import { ts } from "ts-morph";
import type { Expr, Func, Type } from "../../ir/ir.ts";
import { BOOLEAN, length, load, ONE, op, parameterOf, REAL, runtime, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import type { MethodCall } from "./array-loop.ts";
import { elementAt, newArray } from "./array-make.ts";
import { type Body, PLAIN } from "./body.ts";
import { callback } from "./callee.ts";
import { fixedLoop } from "./iterate.ts";
import { elementType } from "./entries.ts";
import { present } from "../../ir/facts.ts";

const ORDER: Type = { kind: "array", array: "Uint32Array", element: REAL };

export function sort(m: MethodCall): Expr {
  const { b, node, array } = m;
  if (isFresh(node.expression)) return toSorted(m);
  const order = orderOf(m);
  if (order === null) return UNDEFINED;
  const unsorted = b.define("unsorted", { kind: "copy", source: array, start: null, end: null, type: copyType(m.type) }, node);
  if (m.sparse) fillPresent(m, use(unsorted), order);
  else fill(m, array, use(unsorted), order);
  return array;
}

export function toSorted(m: MethodCall): Expr {
  const { b, node, array } = m;
  const order = orderOf(m);
  if (order === null) return UNDEFINED;
  const made = newArray(b, { kind: "new", length: b.settle(length(array), node), zeroed: false, type: present(b.typeOf(node)) }, m.want, "sorted", node);
  fill(m, use(made), array, order);
  return use(made);
}

const COPYING: ReadonlySet<string> = new Set(["slice", "map", "filter", "concat", "flat", "flatMap", "from", "of", "toReversed", "toSorted", "toSpliced", "with"]);

/** is it an array that nobody else has? Then the sorted one may be another */
function isFresh(callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = bare(callee.expression);
  if (ts.isArrayLiteralExpression(receiver)) return true;
  return ts.isCallExpression(receiver) && ts.isPropertyAccessExpression(receiver.expression) && COPYING.has(receiver.expression.name.text);
}

const copyType = (type: MethodCall["type"]): Type => (type.kind === "tuple" ? { kind: "array", array: "Array", element: elementType(type) } : type);

/** `into[k] = from[order[k]]` */
function fill({ b, node, type }: MethodCall, into: Expr, from: Expr, order: Expr): void {
  fixedLoop(b, node, b.settle(length(into), node), (k) => {
    const at = b.settle(load({ kind: "element", base: order, index: k }, REAL), node, "from");
    const value = b.settle(elementAt(from, at, elementType(type)), node);
    b.emit({ kind: "store", place: { kind: "element", base: into, index: k }, value, origin: b.origin(node) });
  });
}

/** holes go to the end and stay holes: the array is cut behind what is there, and has its length again */
function fillPresent({ b, node, array, type }: MethodCall, from: Expr, order: Expr): void {
  const size = b.settle(length(array), node);
  const present = b.declare("present", REAL, node, ZERO);
  fixedLoop(b, node, size, (k) => {
    const at = b.settle(load({ kind: "element", base: order, index: k }, REAL), node, "from");
    b.branch(b.settle(op("in", [at, from], BOOLEAN), node), () => {
      const value = b.settle(elementAt(from, at, elementType(type)), node);
      b.emit({ kind: "store", place: { kind: "element", base: array, index: k }, value, origin: b.origin(node) });
      b.assign(present, b.settle(op("+", [b.settle(use(present), node), ONE]), node), node);
    }, () => undefined, node);
  });
  for (const count of [b.settle(use(present), node), size]) b.emit({ kind: "mutate", operation: "length", array, args: [count], result: null, origin: b.origin(node) });
}

/** which element comes first, second, …; null after a refusal */
function orderOf(m: MethodCall): Expr | null {
  const { b, node, array } = m;
  const [given] = m.args;
  const args = given === undefined || isUndefined(given) ? [array] : comparator(m, given, array);
  if (args === null) return null;
  return use(b.define("order", runtime("sortOrder", args, ORDER), node));
}

const isUndefined = (node: ts.Expression): boolean => ts.isIdentifier(bare(node)) && (bare(node) as ts.Identifier).text === "undefined";

/** the comparator as a function of two elements */
function comparator(m: MethodCall, given: ts.Expression, array: Expr): readonly Expr[] | null {
  const { b, node } = m;
  const each = ts.isSpreadElement(given) ? null : callback(b, given, "compare");
  if (each === null) return null;
  const type = elementType(m.type);
  const params = namesOf(b, given).map((name) => parameterOf(b.unit.supply.fresh(name, type)));
  const origin = { span: spanOf(given), comments: [] };
  const body = b.block(() => {
    const result = each.call(params.map((p) => use(p.variable)), node, PLAIN) ?? UNDEFINED;
    b.exit({ kind: "return", value: b.settle(result, node) }, node);
  });
  const func: Func = { id: `${origin.span.file}#compare@${origin.span.start}`, name: "compare", params, body, result: null, resultType: REAL, resultText: null, origin };
  return [array, { kind: "closure", func, type: { kind: "function", params: params.map((p) => typeOf(use(p.variable))), result: REAL } }];
}

/** what the program calls the elements that it compares */
function namesOf(b: Body, given: ts.Expression): readonly string[] {
  const node = bare(given);
  const symbol = ts.isIdentifier(node) ? b.symbolOf(node)?.valueDeclaration : undefined;
  const initializer = symbol !== undefined && ts.isVariableDeclaration(symbol) && symbol.initializer !== undefined ? bare(symbol.initializer) : symbol;
  const declared = [node, initializer].find((x) => x !== undefined && (ts.isArrowFunction(x) || ts.isFunctionExpression(x) || ts.isFunctionDeclaration(x)));
  const names = declared === undefined ? [] : (declared as ts.SignatureDeclaration).parameters.map((p) => (ts.isIdentifier(p.name) ? p.name.text : ""));
  return [names[0] || "first", names[1] || "second"];
}
