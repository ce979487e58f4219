// Classes whose constructor does nothing but put each argument into a field: `new C(x, y)` makes the object that a literal with
// these fields would be, so generated code may say either.
// Assumes declarations without errors. Guarantees that running the constructor has no effect but the fields that are listed.
import { ts } from "ts-morph";
import { baseNode, type ClassNode, heritageOf, isDecorated, isStatic, memberName } from "./classes.ts";
import { bare } from "./nodes.ts";

/** the fields that the constructor's arguments become, in the order of its parameters; null where it does anything else */
export function positionalFields(node: ClassNode, checker: ts.TypeChecker): readonly string[] | null {
  const found = fieldsOf(node, checker);
  return found !== null && found.every((x) => x !== null) && new Set(found).size === found.length ? found : null;
}

/** for each parameter the field that it becomes; null for the whole where the constructor does anything else */
function fieldsOf(node: ClassNode, checker: ts.TypeChecker): readonly (string | null)[] | null {
  if (node.typeParameters !== undefined || isDecorated(node) || !node.members.every(isInert)) return null;
  const base = baseNode(node, checker);
  if (heritageOf(node) !== null && base === null) return null;
  const inherited = base === null ? [] : fieldsOf(base, checker);
  if (inherited === null) return null;
  const explicit = node.members.find((x): x is ts.ConstructorDeclaration => ts.isConstructorDeclaration(x) && x.body !== undefined);
  // a field that is declared again begins as undefined
  const declared = node.members.flatMap((x) => (ts.isPropertyDeclaration(x) && !isStatic(x) ? [memberName(x.name)] : []));
  if (explicit === undefined) return declared.length === 0 ? inherited : null;
  if (inherited.some((x) => declared.includes(x))) return null;
  return parametersOf(explicit, declared, inherited, checker);
}

/** storage without a value of its own, and code that runs when it is called */
function isInert(x: ts.ClassElement): boolean {
  if (isDecorated(x) || (x.name !== undefined && (memberName(x.name) === null || ts.isPrivateIdentifier(x.name)))) return false;
  return !ts.isPropertyDeclaration(x) || isStatic(x) || (x.initializer === undefined && x.questionToken === undefined);
}

/** what a field holds once its parameter has its default is given as an argument, but for undefined, which would get the default again */
const mayBeUndefined = ({ type }: ts.ParameterDeclaration, checker: ts.TypeChecker): boolean => {
  const given = type === undefined ? null : checker.getTypeFromTypeNode(type);
  return given !== null && (given.isUnion() ? given.types : [given]).some((x) => (x.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0);
};

function parametersOf(node: ts.ConstructorDeclaration, declared: readonly (string | null)[], inherited: readonly (string | null)[], checker: ts.TypeChecker): readonly (string | null)[] | null {
  if ((ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0) return null;
  const plain = node.parameters.every((x) => ts.isIdentifier(x.name) && x.dotDotDotToken === undefined && !isDecorated(x) && !(x.initializer !== undefined && mayBeUndefined(x, checker)));
  if (!plain) return null;
  const names = node.parameters.map((x) => x.name.getText());
  const fields = node.parameters.map((x) => (ts.isParameterPropertyDeclaration(x, node) ? x.name.getText() : null));
  const give = (value: ts.Expression, field: string | null): boolean => {
    const index = ts.isIdentifier(value) ? names.indexOf(value.text) : -1;
    if (index < 0 || field === null || fields[index] !== null) return false;
    fields[index] = field;
    return true;
  };
  const isGiven = (statement: ts.Statement): boolean => {
    const value = ts.isExpressionStatement(statement) ? bare(statement.expression) : null;
    if (value === null) return false;
    if (ts.isCallExpression(value)) {
      return value.expression.kind === ts.SyntaxKind.SuperKeyword && value.arguments.length === inherited.length && value.arguments.every((x, i) => give(bare(x), inherited[i] ?? null));
    }
    if (!ts.isBinaryExpression(value) || value.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(value.left)) return false;
    // `this.x = x` stores a field only where the class itself declares one: elsewhere it may run a setter
    return value.left.expression.kind === ts.SyntaxKind.ThisKeyword && declared.includes(value.left.name.text) && give(bare(value.right), value.left.name.text);
  };
  return node.body?.statements.every(isGiven) === true ? fields : null;
}
