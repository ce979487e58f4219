// Operators: arithmetic, comparisons, logic, the conditional. Short circuits become `if`s that assign a result variable;
// the back end prints them as `&&`, `||`, `??` and `?:` again.
import { ts } from "ts-morph";
import type { Expr, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, op, REAL, STRING, typeOf, use } from "../../ir/build.ts";
import { isUntyped, present } from "../../ir/facts.ts";
import { className } from "../classes.ts";
import { bare, spanOf } from "../nodes.ts";
import { classCell, codeOfClass } from "./class-value.ts";
import { type Body, PLAIN, TESTED, type Want } from "./body.ts";
import { decided, isThere } from "./definite.ts";
import { choiceType } from "./expected.ts";
import { numberOf, textOf } from "./instance.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { keyAtom } from "./entries.ts";
import { resolveIdentifier } from "./resolve.ts";

const K = ts.SyntaxKind;

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [K.PlusToken, "+"], [K.MinusToken, "-"], [K.AsteriskToken, "*"], [K.SlashToken, "/"], [K.PercentToken, "%"], [K.AsteriskAsteriskToken, "**"],
  [K.AmpersandToken, "&"], [K.BarToken, "|"], [K.CaretToken, "^"], [K.LessThanLessThanToken, "<<"], [K.GreaterThanGreaterThanToken, ">>"], [K.GreaterThanGreaterThanGreaterThanToken, ">>>"],
]);

const COMPARISONS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [K.LessThanToken, "<"], [K.LessThanEqualsToken, "<="], [K.GreaterThanToken, ">"], [K.GreaterThanEqualsToken, ">="],
]);

const EQUALITIES: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [K.EqualsEqualsEqualsToken, "==="], [K.ExclamationEqualsEqualsToken, "!=="], [K.EqualsEqualsToken, "=="], [K.ExclamationEqualsToken, "!="],
]);

const COMPOUND: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  [K.PlusEqualsToken, K.PlusToken], [K.MinusEqualsToken, K.MinusToken], [K.AsteriskEqualsToken, K.AsteriskToken], [K.SlashEqualsToken, K.SlashToken],
  [K.PercentEqualsToken, K.PercentToken], [K.AsteriskAsteriskEqualsToken, K.AsteriskAsteriskToken], [K.AmpersandEqualsToken, K.AmpersandToken], [K.BarEqualsToken, K.BarToken],
  [K.CaretEqualsToken, K.CaretToken], [K.LessThanLessThanEqualsToken, K.LessThanLessThanToken], [K.GreaterThanGreaterThanEqualsToken, K.GreaterThanGreaterThanToken],
  [K.GreaterThanGreaterThanGreaterThanEqualsToken, K.GreaterThanGreaterThanGreaterThanToken],
]);

/** the operator inside `+=` and its kin */
export const operatorOf = (kind: ts.SyntaxKind): ts.SyntaxKind | undefined => COMPOUND.get(kind);

export const isLogical = (kind: ts.SyntaxKind): boolean => kind === K.AmpersandAmpersandToken || kind === K.BarBarToken || kind === K.QuestionQuestionToken;

// ---------------------------------------------------------------------------------------------------- arithmetic

export function binary(b: Body, node: ts.BinaryExpression): Expr {
  const spine = leftSpine(node);
  let left: Expr | null = null;
  for (const at of spine) left = single(b, at, left === null ? null : b.settle(left, at.left));
  return left ?? b.refuse(refusals.unsupportedSyntax(spanOf(node), "this operator"), node);
}

/** `a + b + c + …` from the inside out: long sums must not recurse */
function leftSpine(node: ts.BinaryExpression): readonly ts.BinaryExpression[] {
  const spine = [node];
  for (let at = inner(node.left); ts.isBinaryExpression(at) && ARITHMETIC.has(at.operatorToken.kind); at = inner(at.left)) spine.unshift(at);
  return ARITHMETIC.has(node.operatorToken.kind) ? spine : [node];
}

const inner = (node: ts.Expression): ts.Expression => (ts.isParenthesizedExpression(node) ? inner(node.expression) : node);

function single(b: Body, node: ts.BinaryExpression, known: Expr | null): Expr {
  const { kind } = node.operatorToken;
  const comparison = COMPARISONS.get(kind);
  const equality = EQUALITIES.get(kind);
  if (equality !== undefined) return equal(b, node, equality);
  if (kind === K.InstanceOfKeyword) return instance(b, node);
  if (kind === K.InKeyword) {
    const key = b.atom(node.left);
    const owner = b.atom(node.right);
    return op("in", [keyAtom(present(typeOf(owner)), key), owner], BOOLEAN);
  }
  const first = known ?? b.atom(node.left);
  const second = b.atom(node.right);
  const isText = kind === K.PlusToken && (present(typeOf(first)).kind === "string" || present(typeOf(second)).kind === "string");
  const left = isText ? textOf(b, first, node.left) : first;
  const right = isText ? textOf(b, second, node.right) : second;
  if (comparison !== undefined) return comparable(b, comparison, left, right, node);
  if (!ARITHMETIC.has(kind)) return b.refuse(refusals.unsupportedSyntax(spanOf(node), `the operator \`${node.operatorToken.getText()}\``), node);
  return arithmetic(b, kind, isText ? left : numberOf(b, left, node.left), isText ? right : numberOf(b, right, node.right), node);
}

/** an arithmetic operator over values that are already there */
export function arithmetic(b: Body, kind: ts.SyntaxKind, left: Expr, right: Expr, node: ts.Node): Expr {
  const name = ARITHMETIC.get(kind) ?? "+";
  const [l, r] = [present(typeOf(left)), present(typeOf(right))];
  if (kind === K.PlusToken && (l.kind === "string" || r.kind === "string")) return op("concat", [left, right], STRING);
  if (l.kind === "bigint" && r.kind === "bigint") return op(name, [left, right], { kind: "bigint" });
  for (const x of [left, right]) {
    const vague = vagueType(x);
    if (vague !== null) return b.refuse(refusals.untypedNumber(spanOf(node), vague), node);
  }
  if (!isNumeric(l) || !isNumeric(r)) return b.refuse(refusals.mixedOperands(spanOf(node), name, l.kind, r.kind), node);
  return op(name, [left, right], REAL);
}

/** of a union TypeScript has made sure that the number is meant */
const isNumeric = (type: Type): boolean => type.kind === "real" || type.kind === "boolean" || type.kind === "void" || (type.kind === "union" && type.members.some(isNumeric));

/** "any" or "unknown" if that is all that is known of a value */
export function vagueType(value: Expr): string | null {
  const type = typeOf(value);
  return isUntyped(type) ? type.text : null;
}

function comparable(b: Body, name: string, left: Expr, right: Expr, node: ts.BinaryExpression): Expr {
  const vague = vagueType(left) ?? vagueType(right);
  if (vague !== null) return b.refuse(refusals.untypedNumber(spanOf(node), vague), node);
  const first = asNumber(b, left, name, node.left);
  const second = asNumber(b, right, name, node.right);
  return first === null || second === null ? constant(false) : op(name, [first, second], BOOLEAN);
}

function equal(b: Body, node: ts.BinaryExpression, name: string): Expr {
  const nothing = (x: ts.Expression): boolean => isNothing(b, x);
  const loose = name === "==" || name === "!=";
  const left = b.atom(node.left, nothing(node.right) ? TESTED : PLAIN);
  const right = b.atom(node.right, nothing(node.left) ? TESTED : PLAIN);
  const tested = nothing(node.right) ? left : nothing(node.left) ? right : null;
  if (!loose || tested === null) return op(name, [left, right], BOOLEAN);
  const isNullish = op("isNullish", [tested], BOOLEAN);
  return name === "==" ? isNullish : op("!", [b.settle(isNullish, node)], BOOLEAN);
}

function isNothing(b: Body, given: ts.Expression): boolean {
  const node = bare(given);
  if (node.kind === K.NullKeyword) return true;
  if (!ts.isIdentifier(node) || node.text !== "undefined") return false;
  const named = resolveIdentifier(b, node);
  return named.kind === "constant";
}

/** the class is named by a text: it is inert */
function instance(b: Body, node: ts.BinaryExpression): Expr {
  const left = b.atom(node.left, TESTED);
  const right = bare(node.right);
  const target = codeOfClass(b, right);
  if (target !== null) {
    const value = classCell(b, target, node);
    return value === null ? constant(false) : op("instanceof", [left, b.settle(value, right, className(target))], BOOLEAN);
  }
  if (!ts.isIdentifier(right)) return b.refuse(refusals.unsupportedSyntax(spanOf(node), "`instanceof` with a computed class"), node);
  const named = resolveIdentifier(b, right);
  if (named.kind !== "global") return b.refuse(refusals.classValue(spanOf(right), right.text), node);
  return op("instanceof", [left, constant(named.name)], BOOLEAN);
}

// ---------------------------------------------------------------------------------------------------- unary

const OBJECTS: ReadonlySet<Type["kind"]> = new Set(["struct", "map", "array", "tuple", "function"]);

/** an operand as a number: an object is what its `valueOf` says; null after a refusal */
function asNumber(b: Body, value: Expr, operator: string, node: ts.Expression): Expr | null {
  const made = numberOf(b, value, node);
  const { kind } = present(typeOf(made));
  if (!OBJECTS.has(kind)) return made;
  b.report(refusals.mixedOperands(spanOf(node), operator, kind, kind));
  return null;
}

export function unary(b: Body, node: ts.PrefixUnaryExpression): Expr {
  if (node.operator === K.ExclamationToken) return op("!", [test(b, node.operand)], BOOLEAN);
  const operand = b.atom(node.operand);
  const vague = vagueType(operand);
  if (vague !== null) return b.refuse(refusals.untypedNumber(spanOf(node.operand), vague), node);
  const value = asNumber(b, operand, ts.tokenToString(node.operator) ?? "+", node.operand);
  if (value === null) return constant(0);
  const type = present(typeOf(value));
  switch (node.operator) {
    case K.MinusToken:
      if (value.kind === "const" && (typeof value.value === "number" || typeof value.value === "bigint")) return constant(-value.value);
      return op("neg", [value], type.kind === "bigint" ? type : REAL);
    case K.PlusToken: return type.kind === "real" ? value : op("Number", [value], REAL);
    case K.TildeToken: return op("~", [value], type.kind === "bigint" ? type : REAL);
    default: return b.refuse(refusals.unsupportedSyntax(spanOf(node), "this operator"), node);
  }
}

// ---------------------------------------------------------------------------------------------------- tests

/** is this `&&` or `||` over booleans? */
export function isTest(b: Body, node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind !== K.QuestionQuestionToken && b.typeOf(node.left).kind === "boolean" && b.typeOf(node.right).kind === "boolean";
}

/** the truth of an expression, as an atom */
export function test(b: Body, given: ts.Expression, want: Want = PLAIN): Expr {
  const known = decided(b, given);
  if (known !== null) return constant(known);
  const node = inner(given);
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) return b.settle(op("!", [test(b, node.operand)], BOOLEAN), node);
  if (ts.isBinaryExpression(node) && (node.operatorToken.kind === K.AmpersandAmpersandToken || node.operatorToken.kind === K.BarBarToken)) return shortCircuit(b, node, want);
  return truth(b, b.atom(node, TESTED), node);
}

export function truth(b: Body, value: Expr, node: ts.Node): Expr {
  const atom = b.settle(value, node);
  if (typeOf(atom).kind === "boolean") return atom;
  return b.settle(op("truthy", [atom], BOOLEAN), node);
}

function shortCircuit(b: Body, node: ts.BinaryExpression, want: Want): Expr {
  const isAnd = node.operatorToken.kind === K.AmpersandAmpersandToken;
  const left = test(b, node.left);
  if (isSimple(b, node.right)) return b.settle(op(isAnd ? "&&" : "||", [left, test(b, node.right)], BOOLEAN), node, want.hint);
  const result = b.declare(want.hint ?? (isAnd ? "both" : "either"), BOOLEAN, node, left);
  const set = (): void => { b.assign(result, test(b, node.right), node.right); };
  b.branch(left, isAnd ? set : () => undefined, isAnd ? () => undefined : set, node);
  return b.settle(use(result), node);
}

/** may it be evaluated although the program would not? No effects, nothing that throws, no memory read */
function isSimple(b: Body, given: ts.Expression): boolean {
  const node = bare(given);
  if (ts.isNumericLiteral(node) || node.kind === K.TrueKeyword || node.kind === K.FalseKeyword || node.kind === K.NullKeyword) return true;
  if (ts.isIdentifier(node)) {
    const named = resolveIdentifier(b, node);
    return (named.kind === "variable" || named.kind === "constant") && b.typeOf(node).kind !== "bigint";
  }
  if (ts.isPrefixUnaryExpression(node)) return (node.operator === K.ExclamationToken || node.operator === K.MinusToken) && isSimple(b, node.operand);
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  const pure = COMPARISONS.has(kind) || EQUALITIES.has(kind) || ARITHMETIC.has(kind) || kind === K.AmpersandAmpersandToken || kind === K.BarBarToken;
  return pure && kind !== K.AsteriskAsteriskToken && isSimple(b, node.left) && isSimple(b, node.right);
}

// ---------------------------------------------------------------------------------------------------- choices

/** `a && b`, `a || b`, `a ?? b` for their value, or for their effects alone */
export function logical(b: Body, node: ts.BinaryExpression, want: Want | null): Expr | null {
  const { kind } = node.operatorToken;
  if (want === null) {
    const taken = kind === K.QuestionQuestionToken ? nullish(b, b.atom(node.left, TESTED), node) : test(b, node.left);
    const right = (): void => b.effect(node.right);
    b.branch(taken, kind === K.BarBarToken ? () => undefined : right, kind === K.BarBarToken ? right : () => undefined, node);
    return null;
  }
  const isLeft = kind === K.QuestionQuestionToken ? isThere(b, node.left) : decided(b, node.left);
  if (isLeft !== null) return b.value((kind === K.AmpersandAmpersandToken) === isLeft ? node.right : node.left, want);
  const left = b.atom(node.left, TESTED);
  const taken = kind === K.QuestionQuestionToken ? nullish(b, left, node) : truth(b, left, node);
  const result = b.declare(want.hint ?? "chosen", choiceType(b, node), node);
  const setLeft = (): void => { b.assign(result, left, node.left); };
  const setRight = (): void => { b.assign(result, b.value(node.right, arm(want)), node.right); };
  b.branch(taken, kind === K.BarBarToken ? setLeft : setRight, kind === K.BarBarToken ? setRight : setLeft, node);
  return use(result);
}

export const nullish = (b: Body, value: Expr, node: ts.Node): Expr => b.settle(op("isNullish", [value], BOOLEAN), node);

const arm = (want: Want): Want => ({ ...want, into: null });

export function conditional(b: Body, node: ts.ConditionalExpression, want: Want): Expr {
  const taken = test(b, node.condition);
  if (taken.kind === "const") return b.value(taken.value === true ? node.whenTrue : node.whenFalse, want);
  const result = b.declare(want.hint ?? "chosen", choiceType(b, node), node);
  const set = (side: ts.Expression, variable: Var) => (): void => { b.assign(variable, b.value(side, arm(want)), side); };
  b.branch(taken, set(node.whenTrue, result), set(node.whenFalse, result), node);
  return use(result);
}
