// Classes of the program: which class an expression names, who extends whom, and what a member's name means in a class.
// Works on declarations; the whole program is known, so the subclasses of a class are all that there are.
// Guarantees JavaScript's lookup: the nearest declaration wins, own members before inherited ones.
import { ts } from "ts-morph";
import type { Type } from "../ir/ir.ts";
import { bare, resolvedSymbol } from "./nodes.ts";

export type ClassNode = ts.ClassLikeDeclaration;

/** A class with what its type parameters stand for. */
export interface ClassInstance {
  readonly node: ClassNode;
  readonly parameters: ReadonlyMap<ts.Type, Type>;
}

/** the class that a symbol names: declared, or held by a constant */
export function classOfSymbol(symbol: ts.Symbol): ClassNode | null {
  for (const x of symbol.declarations ?? []) {
    if (ts.isClassLike(x)) return x;
    if (!ts.isVariableDeclaration(x) || x.initializer === undefined || (ts.getCombinedNodeFlags(x) & ts.NodeFlags.Const) === 0) continue;
    const value = bare(x.initializer);
    if (ts.isClassExpression(value)) return value;
  }
  return null;
}

/** the class that an expression names: `Vector`, `shapes.Circle` */
export function classNamed(given: ts.Expression, checker: ts.TypeChecker): ClassNode | null {
  const node = bare(given);
  if (ts.isClassExpression(node)) return node;
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return null;
  const symbol = resolvedSymbol(ts.isPropertyAccessExpression(node) ? node.name : node, checker);
  return symbol === undefined ? null : classOfSymbol(symbol);
}

export const isAbstract = (node: ClassNode): boolean => node.modifiers?.some((x) => x.kind === ts.SyntaxKind.AbstractKeyword) ?? false;

/** code that runs when the class is made and may put anything in its place */
export const isDecorated = (node: ts.Node): boolean => ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0;

export const isStatic = (node: ts.ClassElement): boolean => ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((x) => x.kind === ts.SyntaxKind.StaticKeyword) ?? false);

/** what stands behind `extends` */
export const heritageOf = (node: ClassNode): ts.ExpressionWithTypeArguments | null =>
  node.heritageClauses?.find((x) => x.token === ts.SyntaxKind.ExtendsKeyword)?.types[0] ?? null;

/** the class that a class extends, if its declaration is known */
export function baseNode(node: ClassNode, checker: ts.TypeChecker): ClassNode | null {
  const heritage = heritageOf(node);
  return heritage === null ? null : classNamed(heritage.expression, checker);
}

/** a class and those that it extends, nearest first; ends at a base that is not known */
export function chainOf(node: ClassNode, checker: ts.TypeChecker): readonly ClassNode[] {
  const found: ClassNode[] = [];
  for (let at: ClassNode | null = node; at !== null && !found.includes(at); at = baseNode(at, checker)) found.push(at);
  return found;
}

const EXCEPTION = /^(|Type|Range|Syntax|Reference|Eval|URI|Aggregate)Error$/;

/** does a class extend an exception of the language? What it makes is thrown, told from others, and inert */
export function isException(node: ClassNode, checker: ts.TypeChecker): boolean {
  const last = chainOf(node, checker).at(-1);
  const base = last === undefined ? undefined : heritageOf(last)?.expression;
  return base !== undefined && ts.isIdentifier(base) && EXCEPTION.test(base.text) && (resolvedSymbol(base, checker)?.declarations ?? []).every((x) => x.getSourceFile().isDeclarationFile);
}

/** what the last class of a chain says that it extends */
export function baseText(node: ClassNode, checker: ts.TypeChecker): string {
  for (let at: ClassNode | null = node; at !== null; at = baseNode(at, checker)) {
    const heritage = heritageOf(at);
    if (heritage !== null && baseNode(at, checker) === null) return heritage.expression.getText();
  }
  return "its base";
}

/** the type of instances, as the class itself sees it */
export function instanceType(node: ClassNode, checker: ts.TypeChecker): ts.Type | null {
  const symbol = node.name === undefined ? (node as { readonly symbol?: ts.Symbol }).symbol : checker.getSymbolAtLocation(node.name);
  return symbol === undefined ? null : checker.getDeclaredTypeOfSymbol(symbol);
}

/** the name by which messages and identities speak of a class */
export function className(node: ClassNode): string {
  if (node.name !== undefined) return node.name.text;
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? at.name.text : "default";
}

/** an identity of a class that does not depend on the machine's order of things */
export const classKey = (node: ClassNode): string => `${node.getSourceFile().fileName}#${className(node)}@${node.pos}`;

// ---------------------------------------------------------------------------------------------------- subclasses

const INDEX = new WeakMap<ts.Program, ReadonlyMap<ClassNode, readonly ClassNode[]>>();

function indexOf(program: ts.Program): ReadonlyMap<ClassNode, readonly ClassNode[]> {
  const known = INDEX.get(program);
  if (known !== undefined) return known;
  const found = new Map<ClassNode, ClassNode[]>();
  const checker = program.getTypeChecker();
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const base = baseNode(node, checker);
      if (base !== null) found.set(base, [...(found.get(base) ?? []), node]);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) if (!file.isDeclarationFile && /\bextends\b/.test(file.text) && /\bclass\b/.test(file.text)) visit(file);
  INDEX.set(program, found);
  return found;
}

/** the classes of the program that extend a class, directly or not */
export function subclassesOf(node: ClassNode, program: ts.Program): readonly ClassNode[] {
  const index = indexOf(program);
  const found = new Set<ClassNode>();
  const visit = (at: ClassNode): void => {
    for (const x of index.get(at) ?? []) if (!found.has(x)) { found.add(x); visit(x); }
  };
  visit(node);
  return [...found];
}

// ---------------------------------------------------------------------------------------------------- members

/** What a name means in a class: storage, or code. */
export type Member =
  | { readonly kind: "field"; readonly owner: ClassNode; readonly node: ts.Node }
  | { readonly kind: "method"; readonly owner: ClassNode; readonly node: ts.MethodDeclaration }
  | { readonly kind: "accessor"; readonly owner: ClassNode; readonly get: ts.GetAccessorDeclaration | null; readonly set: ts.SetAccessorDeclaration | null };

/** the text of a member's name; `#x` for private ones, `[Symbol.iterator]` for what iterates, null for other computed ones */
export function memberName(name: ts.PropertyName | undefined): string | null {
  if (name === undefined) return null;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  if (!ts.isComputedPropertyName(name)) return null;
  if (ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return ts.isPropertyAccessExpression(name.expression) && name.expression.getText() === "Symbol.iterator" ? "[Symbol.iterator]" : null;
}

/** what a class itself declares under a name */
export function ownMember(owner: ClassNode, name: string, isOfClass: boolean): Member | null {
  let get: ts.GetAccessorDeclaration | null = null;
  let set: ts.SetAccessorDeclaration | null = null;
  for (const x of owner.members) {
    if (ts.isConstructorDeclaration(x)) {
      const property = isOfClass ? undefined : x.parameters.find((p) => ts.isParameterPropertyDeclaration(p, x) && ts.isIdentifier(p.name) && p.name.text === name);
      if (property !== undefined) return { kind: "field", owner, node: property };
      continue;
    }
    if (isStatic(x) !== isOfClass || memberName(x.name) !== name) continue;
    if (ts.isPropertyDeclaration(x) && !isAbstract_(x)) return { kind: "field", owner, node: x };
    if (isDecorated(x)) return { kind: "accessor", owner, get: null, set: null };
    if (ts.isMethodDeclaration(x) && x.body !== undefined) return { kind: "method", owner, node: x };
    if (ts.isGetAccessorDeclaration(x) && x.body !== undefined) get = x;
    if (ts.isSetAccessorDeclaration(x) && x.body !== undefined) set = x;
  }
  return get === null && set === null ? null : { kind: "accessor", owner, get, set };
}

const isAbstract_ = (node: ts.ClassElement): boolean => ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((x) => x.kind === ts.SyntaxKind.AbstractKeyword) ?? false);

/** what a name means for instances of a class (or, `isOfClass`, for the class itself); null where nothing declares it */
export function findMember(node: ClassNode, name: string, checker: ts.TypeChecker, isOfClass = false): Member | null {
  for (const owner of chainOf(node, checker)) {
    const found = ownMember(owner, name, isOfClass);
    if (found !== null) return found;
  }
  return null;
}

/** is the class's ancestry known to its end? */
export const isWhole = (node: ClassNode, checker: ts.TypeChecker): boolean => chainOf(node, checker).every((x) => heritageOf(x) === null || baseNode(x, checker) !== null);

/** the class around a private name that declares it */
export function privateOwner(name: ts.PrivateIdentifier): ClassNode | null {
  for (let at: ts.Node | undefined = name.parent; at !== undefined; at = at.parent) {
    if (ts.isClassLike(at) && at.members.some((x) => x.name !== undefined && ts.isPrivateIdentifier(x.name) && x.name.text === name.text)) return at;
  }
  return null;
}

/** The key under which objects hold what a class calls `#x`: a class further down may have another `#x` of its own. */
export function privateKey(owner: ClassNode, name: string, program: ts.Program): string {
  const checker = program.getTypeChecker();
  const isPublic = (x: ClassNode): boolean => ownMember(x, name.slice(1), false)?.kind === "field";
  if ([...chainOf(owner, checker), ...subclassesOf(owner, program).flatMap((x) => chainOf(x, checker))].some(isPublic)) return privateKeyOf(owner, `${name}_private`, name, checker);
  return privateKeyOf(owner, name, name, checker);
}

function privateKeyOf(owner: ClassNode, key: string, name: string, checker: ts.TypeChecker): string {
  const above = chainOf(owner, checker).slice(1).filter((x) => x.members.some((m) => m.name !== undefined && ts.isPrivateIdentifier(m.name) && m.name.text === name)).length;
  return above === 0 ? key : `${key}_${above + 1}`;
}

/** the class that declares a member, be it a parameter of the constructor */
export function declaringClass({ parent }: ts.Declaration): { readonly owner?: string } {
  const at = ts.isConstructorDeclaration(parent) ? parent.parent : parent;
  return ts.isClassLike(at) ? { owner: classKey(at) } : {};
}
