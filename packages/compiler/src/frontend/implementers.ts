// Which classes stand behind an object type that is no class: an interface, an object type in an alias or an annotation.
// TypeScript's types are structural, so those are all classes that fit it, whether they say `implements` or not.
// Assumes that the whole program is known. A type that holds nothing but storage, in every class that fits, has none: its fields are
// read alike whoever made the object. Classes that do not say `implements` count only where some code makes instances of them, and,
// like literals, in files that imports connect with the type's.
import { ts } from "ts-morph";
import type { Type } from "../ir/ir.ts";
import { type Connected, connectedFiles, isSpecifier } from "./connected.ts";
import { chainOf, classNamed, type ClassNode, findMember, instanceType, isAbstract, isStatic, memberName, subclassesOf } from "./classes.ts";
import { enclosingFunction } from "./lower/scan.ts";

export interface Implementers {
  /** that make instances themselves and may fit; a generic one fits for some of its types */
  readonly classes: readonly ClassNode[];
  /** may an object literal fit? */
  readonly isWritten: boolean;
}

interface Literal {
  readonly node: ts.ObjectLiteralExpression;
  readonly names: ReadonlySet<string>;
  readonly isSpread: boolean;
  readonly isAsserted: boolean;
  /** asked once: TypeScript checks a literal anew each time it is asked for its type */
  readonly type: () => ts.Type;
}

interface Index {
  readonly classes: readonly { readonly node: ClassNode; readonly names: ReadonlySet<string> }[];
  /** names that mean code in some class */
  readonly code: ReadonlySet<string>;
  readonly literals: readonly Literal[];
  /** those that compute properties, by the names of these */
  readonly computing: ReadonlyMap<string, readonly ts.ObjectLiteralExpression[]>;
  readonly constructed: ReadonlySet<ClassNode>;
  readonly isConnected: Connected;
  readonly known: Map<ts.Type, Implementers | null>;
}

const INDEX = new WeakMap<ts.Program, Index>();

function indexOf(program: ts.Program): Index {
  const known = INDEX.get(program);
  if (known !== undefined) return known;
  const checker = program.getTypeChecker();
  const nodes: ClassNode[] = [];
  const literals: Literal[] = [];
  const made: ts.NewExpression[] = [];
  const specifiers: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) nodes.push(node);
    else if (ts.isObjectLiteralExpression(node)) literals.push(literalOf(node, checker));
    else if (ts.isNewExpression(node)) made.push(node);
    else if (ts.isStringLiteralLike(node) && isSpecifier(node)) specifiers.push(node);
    ts.forEachChild(node, visit);
  };
  const files = program.getSourceFiles().filter((x) => !x.isDeclarationFile);
  if (files.some((x) => /\bclass\b|\b[gs]et\s+[\w$["']/.test(x.text))) files.forEach(visit);
  const code = new Set<string>();
  const classes = nodes.filter((x) => !isAbstract(x)).map((node) => {
    const names = new Set<string>();
    for (const owner of chainOf(node, checker)) {
      for (const x of owner.members) {
        if (ts.isConstructorDeclaration(x)) {
          for (const p of x.parameters) if (ts.isParameterPropertyDeclaration(p, x) && ts.isIdentifier(p.name)) names.add(p.name.text);
          continue;
        }
        const name = isStatic(x) ? null : memberName(x.name);
        if (name === null) continue;
        names.add(name);
        if (!ts.isPropertyDeclaration(x)) code.add(name);
      }
    }
    // in JavaScript a field is what the constructor sets
    const own = (node.flags & ts.NodeFlags.JavaScriptFile) !== 0 ? instanceType(node, checker) : null;
    if (own !== null) for (const x of checker.getPropertiesOfType(own)) names.add(x.name);
    return { node, names };
  });
  const constructed = new Set(made.flatMap((x) => { const found = classNamed(x.expression, checker); return found === null ? [] : [found]; }));
  const computing = new Map<string, ts.ObjectLiteralExpression[]>();
  for (const { node } of literals) {
    for (const x of node.properties) {
      const name = ts.isGetAccessorDeclaration(x) || ts.isSetAccessorDeclaration(x) ? memberName(x.name) : null;
      // what no function makes comes from outside, and is read there as it is
      if (name !== null && enclosingFunction(node) !== null) computing.set(name, [...computing.get(name) ?? [], node]);
    }
  }
  const index: Index = { classes, code, literals, computing, constructed, isConnected: connectedFiles(files, specifiers, checker), known: new Map() };
  INDEX.set(program, index);
  return index;
}

/** may an object of the type be a literal that computes the property? Its type says the same of it as of a field */
export function mayCompute(type: ts.Type, name: string, program: ts.Program): boolean {
  const { computing, isConnected } = indexOf(program);
  const checker = program.getTypeChecker();
  const mayMeet = meeting(type, isConnected);
  return (computing.get(name) ?? []).some((x) => mayMeet(x) && isWrittenFor(checker.getTypeAtLocation(x), type, checker));
}

/** may what is made at a place come to be of a type? Types that are declared nowhere, or by a library, are everybody's */
function meeting(type: ts.Type, isConnected: Connected): (node: ts.Node) => boolean {
  const files = (type.isIntersection() ? type.types : [type]).flatMap((x) => x.symbol?.declarations?.map((d) => d.getSourceFile()) ?? []);
  return (node) => { const own = node.getSourceFile(); return files.length === 0 || files.some((x) => x.isDeclarationFile || isConnected(x, own)); };
}

/** null where the objects of a type are read alike whoever made them */
export function implementersOf(type: ts.Type, program: ts.Program): Implementers | null {
  const index = indexOf(program);
  const known = index.known.get(type);
  if (known !== undefined) return known;
  const found = find(type, index, program);
  index.known.set(type, found);
  return found;
}

function literalOf(node: ts.ObjectLiteralExpression, checker: ts.TypeChecker): Literal {
  let type: ts.Type | null = null;
  return {
    node, names: new Set(node.properties.flatMap((p) => (p.name === undefined ? [] : [memberName(p.name)])).filter((x) => x !== null)),
    isSpread: node.properties.some(ts.isSpreadAssignment), isAsserted: isAsserted(node), type: () => (type ??= checker.getTypeAtLocation(node)),
  };
}

function find(type: ts.Type, { classes, code, literals, constructed, isConnected }: Index, program: ts.Program): Implementers | null {
  const checker = program.getTypeChecker();
  const properties = checker.getPropertiesOfType(type);
  if (!properties.some((x) => code.has(x.name))) return null;
  const required = properties.filter((x) => (x.flags & ts.SymbolFlags.Optional) === 0).map((x) => x.name);
  const named = classes.filter(({ names }) => required.every((x) => names.has(x)) && properties.some((x) => names.has(x.name)));
  if (!named.some(({ node }) => properties.some((x) => isCode(node, x.name, checker)))) return null;
  let open: boolean | null = null;
  const openness = (): boolean => (open ??= isOpen(type, checker));
  const mayMeet = meeting(type, isConnected);
  const fits = named.filter(({ node }) => saysSo(node, type, checker) || (mayMeet(node) && isMade(node, constructed, program) && mayFit(node, type, properties, openness, checker)));
  if (!fits.some(({ node }) => properties.some((x) => isCode(node, x.name, checker)))) return null;
  const isNamed = ({ names, isSpread }: Literal): boolean => required.every((name) => names.has(name)) || isSpread && required.some((name) => names.has(name) && code.has(name));
  const isWritten = literals.some((x) => isNamed(x) && mayMeet(x.node) && (x.isAsserted || openness() || isWrittenFor(x.type(), type, checker)));
  return { classes: fits.map((x) => x.node), isWritten };
}

/** may a literal come to be one of these? What has more properties than the type has goes there by another name */
const isWrittenFor = (literal: ts.Type, type: ts.Type, checker: ts.TypeChecker): boolean => checker.isTypeAssignableTo(literal, type) || checker.isTypeAssignableTo(checker.getWidenedType(literal), type);

const isCode = (node: ClassNode, name: string, checker: ts.TypeChecker): boolean => { const member = findMember(node, name, checker); return member !== null && member.kind !== "field"; };

const isMade = (node: ClassNode, constructed: ReadonlySet<ClassNode>, program: ts.Program): boolean => constructed.has(node) || subclassesOf(node, program).some((x) => constructed.has(x));

const isAsserted = (node: ts.Expression): boolean => ts.isAsExpression(node.parent) || ts.isTypeAssertionExpression(node.parent) || (ts.isParenthesizedExpression(node.parent) && isAsserted(node.parent));

/** does a class, or one that it extends, say that it implements the type, or an interface that extends it? */
function saysSo(node: ClassNode, type: ts.Type, checker: ts.TypeChecker): boolean {
  const seen = new Set<ts.Symbol>();
  const extended = (x: ts.Type): boolean => {
    if (x === type || (x.symbol !== undefined && x.symbol === type.symbol)) return true;
    if (x.symbol === undefined || seen.has(x.symbol)) return false;
    seen.add(x.symbol);
    return x.isClassOrInterface() ? checker.getBaseTypes(x).some(extended) : isReference(x) && checker.getBaseTypes(x.target as ts.InterfaceType).some(extended);
  };
  const clauses = chainOf(node, checker).flatMap((x) => x.heritageClauses ?? []).filter((x) => x.token === ts.SyntaxKind.ImplementsKeyword);
  return clauses.flatMap((x) => x.types).some((x) => extended(checker.getTypeAtLocation(x)));
}

const isReference = (type: ts.Type): type is ts.TypeReference => (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;

/** as far as TypeScript can tell: types with parameters are compared where these stand for something (types.ts) */
function mayFit(node: ClassNode, type: ts.Type, properties: readonly ts.Symbol[], isOpenType: () => boolean, checker: ts.TypeChecker): boolean {
  const own = instanceType(node, checker);
  if (own === null) return false;
  if (properties.some((x) => (ts.getCombinedModifierFlags(x.valueDeclaration ?? node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0)) return false;
  return (node.typeParameters?.length ?? 0) > 0 || isOpenType() || checker.isTypeAssignableTo(own, type);
}

/** are there type parameters in it whose meaning is known only where it is used? */
function isOpen(type: ts.Type, checker: ts.TypeChecker): boolean {
  const seen = new Set<ts.Type>();
  const visit = (x: ts.Type): boolean => {
    if (seen.has(x) || seen.size > 200) return false;
    seen.add(x);
    if (x.flags & ts.TypeFlags.TypeParameter) return (x as { readonly isThisType?: boolean }).isThisType !== true;
    if (x.isUnionOrIntersection()) return x.types.some(visit);
    if ((x.flags & ts.TypeFlags.Object) === 0) return (x.flags & ts.TypeFlags.Instantiable) !== 0;
    if (isReference(x) && checker.getTypeArguments(x).some(visit)) return true;
    if (checker.isArrayType(x) || checker.isTupleType(x) || x.symbol?.declarations?.some((d) => d.getSourceFile().isDeclarationFile) === true) return false;
    const inSignature = (s: ts.Signature): boolean => s.typeParameters === undefined && [...s.parameters.map((p) => checker.getTypeOfSymbol(p)), checker.getReturnTypeOfSignature(s)].some(visit);
    return x.getCallSignatures().some(inSignature) || checker.getPropertiesOfType(x).some((p) => visit(checker.getTypeOfSymbol(p)));
  };
  return visit(type);
}

// ---------------------------------------------------------------------------------------------------- generic classes

/** what a class's type parameters stand for, from a type of its own and what is meant by it */
export function inferParameters(own: ts.Type, meant: ts.Type, into: Map<ts.Type, ts.Type>, checker: ts.TypeChecker, depth = 0): void {
  if (into.has(own)) {
    if (into.get(own) === own) into.set(own, meant);
    return;
  }
  if (own === meant || depth > 8) return;
  const each = (left: readonly ts.Type[], right: readonly ts.Type[]): void => left.forEach((x, i) => { const y = right[i]; if (y !== undefined) inferParameters(x, y, into, checker, depth + 1); });
  const [left, right] = [own as ts.TypeReference, meant as ts.TypeReference];
  if (left.target !== undefined && left.target === right.target) return each(checker.getTypeArguments(left), checker.getTypeArguments(right));
  const [mine, theirs] = [own.getCallSignatures().at(-1), meant.getCallSignatures().at(-1)];
  if (mine === undefined || theirs === undefined) return;
  each(mine.parameters.map((x) => checker.getTypeOfSymbol(x)), theirs.parameters.map((x) => checker.getTypeOfSymbol(x)));
  each([checker.getReturnTypeOfSignature(mine)], [checker.getReturnTypeOfSignature(theirs)]);
}

/** may a value of one type stand where the other is meant? For what is not known, yes */
export function fits(own: Type, meant: Type): boolean {
  if (own.kind === "nullable") return fits(own.inner, meant);
  if (meant.kind === "nullable") return fits(own, meant.inner);
  const isVague = (x: Type): boolean => x.kind === "opaque" || x.kind === "union" || x.kind === "void";
  if (isVague(own) || isVague(meant)) return true;
  if (own.kind === "function" && meant.kind === "function") return own.params.every((x, i) => { const y = meant.params[i]; return y === undefined || fits(x, y); }) && fits(own.result, meant.result);
  if (own.kind === "array" && meant.kind === "array") return own.array === meant.array && fits(own.element, meant.element);
  if (own.kind === "tuple" && meant.kind === "array") return meant.array === "Array";
  return own.kind === meant.kind;
}
