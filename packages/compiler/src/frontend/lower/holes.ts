// What leaves holes in arrays, and arrays that may be the same (`sparse.ts` reads both from the text).
import { ts } from "ts-morph";
import { bare } from "../nodes.ts";
import { assignedBy, enclosingFunction, isAssignment } from "./scan.ts";
import { isUnder } from "./tree.ts";

/** Arrays that may be the same, united with others as the text is read. */
export class Arrays {
  #united: Arrays | null = null;
  #elements: Arrays | null = null;
  /** others that have holes where these have */
  readonly copies: Arrays[] = [];
  /** made without elements, or as a literal, which is extended by index */
  isLiteral = false;
  /** made with a length alone, with its text */
  readonly lengths = new Set<string>();
  /** set one by one from the first on, up to a bound, with its text */
  readonly filled = new Set<string>();
  isSet = false;
  hasHoles = false;

  get root(): Arrays {
    return this.#united === null ? this : (this.#united = this.#united.root);
  }

  get elements(): Arrays {
    const { root } = this;
    return (root.#elements ??= new Arrays()).root;
  }

  /** where elements were asked for */
  get known(): Arrays | null {
    return this.root.#elements?.root ?? null;
  }

  unite(other: Arrays): void {
    const [a, b] = [this.root, other.root];
    if (a === b) return;
    b.#united = a;
    a.copies.push(...b.copies);
    a.isLiteral ||= b.isLiteral;
    a.isSet ||= b.isSet;
    a.hasHoles ||= b.hasHoles;
    for (const x of b.lengths) a.lengths.add(x);
    for (const x of b.filled) a.filled.add(x);
    const inner = b.#elements;
    if (a.#elements === null) a.#elements = inner;
    else if (inner !== null) a.#elements.unite(inner);
  }

  get isSparse(): boolean {
    const { hasHoles, isSet, isLiteral, lengths, filled } = this.root;
    return hasHoles || (isSet && (isLiteral || lengths.size > 0)) || (!filled.has(OWN_LENGTH) && [...lengths].some((x) => !filled.has(x)));
  }
}

/** a bound that is the array's own length */
export const OWN_LENGTH = "length";

// ---------------------------------------------------------------------------------------------------- what leaves holes

/** `a.length += n`, `a.length = n`: what is new has no elements. Zero, and a length less something, make it shorter. */
export function mayLengthen(node: ts.BinaryExpression): node is ts.BinaryExpression & { readonly left: ts.PropertyAccessExpression } {
  if (!isAssignment(node.operatorToken.kind) || !ts.isPropertyAccessExpression(node.left) || node.left.name.text !== "length") return false;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken;
  const to = bare(node.right);
  return !ts.isNumericLiteral(to) && !(ts.isBinaryExpression(to) && to.operatorToken.kind === ts.SyntaxKind.MinusToken) && !(ts.isCallExpression(to) && to.expression.getText() === "Math.min");
}

/** of `a[i] = …` in each trip of `for (let i = 0; i < bound; i++)`: the text of the bound; null where the order may be another */
export function fillBound(target: ts.ElementAccessExpression): string | null {
  const assignment = target.parent;
  if (!ts.isBinaryExpression(assignment) || assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || assignment.left !== target) return null;
  const statement = assignment.parent;
  const loop = ts.isBlock(statement.parent) ? statement.parent.parent : statement.parent;
  const index = bare(target.argumentExpression);
  if (!ts.isExpressionStatement(statement) || !ts.isForStatement(loop) || !ts.isIdentifier(index)) return null;
  const { initializer, condition, incrementor, statement: body } = loop;
  const counter = initializer !== undefined && ts.isVariableDeclarationList(initializer) ? initializer.declarations[0] : undefined;
  const starts = counter?.initializer !== undefined && ts.isIdentifier(counter.name) && counter.name.text === index.text && counter.initializer.getText() === "0";
  const counts = incrementor !== undefined && (ts.isPostfixUnaryExpression(incrementor) || ts.isPrefixUnaryExpression(incrementor)) && incrementor.operator === ts.SyntaxKind.PlusPlusToken && incrementor.operand.getText() === index.text;
  if (!starts || !counts || condition === undefined || !ts.isBinaryExpression(condition) || condition.operatorToken.kind !== ts.SyntaxKind.LessThanToken || condition.left.getText() !== index.text) return null;
  const leaves = isUnder(body, (x) => ts.isContinueStatement(x) || ts.isBreakStatement(x) || ts.isReturnStatement(x) || assignedBy(x).some((y) => y.getText() === index.text));
  if (leaves) return null;
  return condition.right.getText() === `${target.expression.getText()}.length` ? OWN_LENGTH : boundText(condition.right);
}

/** the text of a length, which means the same within one function */
export const boundText = (node: ts.Expression): string => `${enclosingFunction(node)?.pos ?? ""} ${node.getText()}`;
