// What a name means where it stands: a variable, a constant, a function of the program, storage of a module, a name of the
// library. Follows imports and re-exports. Guarantees an answer for every identifier; what cannot be used is a finding.
import { ts } from "ts-morph";
import type { Cell, Expr, Var } from "../../ir/ir.ts";
import { constant, UNDEFINED } from "../../ir/build.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { isConstant } from "../never-assigned.ts";
import { bare, importOf, spanOf, type FunctionNode } from "../nodes.ts";
import { isLibraryFile } from "../type-parts.ts";
import type { Body } from "./body.ts";
import { moduleTable } from "./function-table.ts";
import { constantOf, enumValue, libraryConstant } from "./constant.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isRepeatable } from "./repeatable.ts";
import { enumCell, memberOf } from "./enumeration.ts";
import { declaredCell, importedCell } from "./cells.ts";
import { enclosingFunction, isAssignment } from "./scan.ts";
import { findUnder } from "./tree.ts";

export type Named =
  | { readonly kind: "variable"; readonly variable: Var }
  | { readonly kind: "constant"; readonly value: Expr }
  | { readonly kind: "function"; readonly node: FunctionNode }
  | { readonly kind: "cell"; readonly cell: Cell }
  /** a name of the library or an ambient global: "Math.sin", "console" */
  | { readonly kind: "global"; readonly name: string }
  /** a const of a module that is another name for this expression */
  | { readonly kind: "alias"; readonly node: ts.Expression }
  | { readonly kind: "refused"; readonly finding: Finding };

const refused = (finding: Finding): Named => ({ kind: "refused", finding });

export function resolveIdentifier(b: Body, node: ts.Identifier): Named {
  const symbol = b.symbolOf(node);
  if (symbol === undefined || b.checker.isUnknownSymbol(symbol)) return refused(refusals.unknownName(spanOf(node), node.text));
  if (b.checker.isUndefinedSymbol(symbol)) return { kind: "constant", value: UNDEFINED };
  if (b.checker.isArgumentsSymbol(symbol)) return refused(refusals.argumentsObject(spanOf(node)));
  return resolveSymbol(b, symbol, node);
}

/** what a symbol means; `node` names it */
export function resolveSymbol(b: Body, symbol: ts.Symbol, node: ts.Identifier): Named {
  const known = b.lookup(symbol);
  if (known !== undefined) return { kind: "variable", variable: known };
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const target = isAlias ? b.checker.getAliasedSymbol(symbol) : symbol;
  if (b.checker.isUnknownSymbol(target)) return refused(refusals.unknownName(spanOf(node), node.text));
  const declarations = target.declarations ?? [];
  const body = declarations.find((x): x is ts.FunctionDeclaration => ts.isFunctionDeclaration(x) && x.body !== undefined);
  const declaration = body ?? target.valueDeclaration ?? declarations[0];
  if (declaration === undefined) return refused(refusals.unknownName(spanOf(node), node.text));
  if (declaration.getSourceFile().isDeclarationFile || isAmbient(declaration)) {
    const behind = b.unit.context.code.behind(target);
    return behind?.kind === "found" ? resolveSymbol(b, behind.symbol, node) : ambient(b, symbol, target, behind?.kind === "unreadable" ? behind : undefined);
  }
  const owner = enclosingFunction(declaration);
  if (owner !== null && !ts.isParameter(declaration)) return local(b, symbol, declaration, owner, node);
  if (ts.isParameter(declaration)) return local(b, symbol, declaration, declaration.parent, node);
  if (body !== undefined) return { kind: "function", node: body };
  return ofModule(b, target, declaration, node);
}

const isAmbient = (node: ts.Declaration): boolean => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Ambient) !== 0;

// ---------------------------------------------------------------------------------------------------- local variables

/** declared further down in a function around, or in a function around the root */
function local(b: Body, symbol: ts.Symbol, declaration: ts.Declaration, owner: ts.Node, node: ts.Identifier): Named {
  if (ts.isClassDeclaration(declaration) || ts.isClassExpression(declaration)) return refused(refusals.classValue(spanOf(node), node.text));
  if (ts.isEnumDeclaration(declaration)) return refused(refusals.unsupportedSyntax(spanOf(node), "an enum as a value"));
  const inside = b.bodyOf(owner);
  if (inside !== null) return { kind: "variable", variable: inside.variableOf(symbol, node.text, declaration) };
  return capture(b, symbol, declaration, node);
}

/** a variable that the root does not own: its functions are lowered with it, everything else is handed in by the caller */
function capture(b: Body, symbol: ts.Symbol, declaration: ts.Declaration, node: ts.Identifier): Named {
  const { root } = b;
  const literal = functionOf(declaration);
  const ruled = literal === null ? withRule(b, declaration) : null;
  if ((literal !== null || ruled !== null) && !b.unit.facts(declaration).assigned.has(symbol)) {
    const variable = root.variableOf(symbol, node.text, declaration);
    const define = root.block(() => {
      const value = literal === null ? root.value(ruled!) : root.closure(literal, node.text);
      root.emit({ kind: "let", variable, value, origin: { span: spanOf(declaration), comments: [] } });
    });
    root.prologue.push(...define);
    return { kind: "variable", variable };
  }
  const variable = root.variableOf(symbol, node.text, declaration);
  b.unit.captures.push({ variable, symbol, declaration, ...(b.unit.constants.stays(symbol) ? { stays: true } : {}) });
  return { kind: "variable", variable };
}

/** the `customRule` call that a constant holds */
function withRule(b: Body, declaration: ts.Declaration): ts.Expression | null {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || !isConst(declaration)) return null;
  const value = bare(declaration.initializer);
  return ts.isCallExpression(value) && b.unit.context.isMarker(value.expression) === "customRule" ? value : null;
}

/** the function literal that a declaration surely holds */
export function functionOf(declaration: ts.Declaration): FunctionNode | null {
  if (ts.isFunctionDeclaration(declaration)) return declaration.body === undefined ? null : declaration;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const value = bare(declaration.initializer);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? value : null;
}

// ---------------------------------------------------------------------------------------------------- modules

function ofModule(b: Body, symbol: ts.Symbol, declaration: ts.Declaration, node: ts.Identifier): Named {
  if (ts.isClassDeclaration(declaration)) return refused(refusals.classValue(spanOf(node), node.text));
  if (ts.isVariableDeclaration(declaration)) return moduleVariable(b, symbol, declaration);
  if (ts.isBindingElement(declaration)) return ofPattern(b, symbol, declaration);
  if (ts.isExportAssignment(declaration)) {
    const value = bare(declaration.expression);
    return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? { kind: "function", node: value } : { kind: "alias", node: declaration.expression };
  }
  if (ts.isEnumDeclaration(declaration)) {
    const cell = enumCell(b, symbol);
    return cell === null ? refused(refusals.unsupportedSyntax(spanOf(node), "an enum as a value")) : { kind: "cell", cell };
  }
  return refused(refusals.unsupportedSyntax(spanOf(node), `\`${node.text}\` as a value`));
}

const isConst = (declaration: ts.Declaration): boolean => (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;

function moduleVariable(b: Body, symbol: ts.Symbol, declaration: ts.VariableDeclaration): Named {
  if (declaration.initializer !== undefined && isConstant(declaration, b.checker)) {
    const literal = functionOf(declaration);
    if (literal !== null) return { kind: "function", node: literal };
    const value = constantOf(declaration.initializer, b.checker);
    if (value !== undefined) return { kind: "constant", value: constant(value) };
    if (standsForFunction(b, declaration.initializer) || isMadeFunction(b, declaration.initializer)) return { kind: "alias", node: declaration.initializer };
    const table = moduleTable(b, symbol, declaration);
    if (table !== null) return { kind: "variable", variable: table };
  }
  return { kind: "cell", cell: ownCell(b, symbol, declaration) };
}

/** `const s = Math.sin`, `const gradient = grad(loss)`: another name for a function that is known */
function standsForFunction(b: Body, initializer: ts.Expression): boolean {
  const node = bare(initializer);
  if (ts.isCallExpression(node)) return b.unit.context.isMarker(node.expression) !== null && !isMade(b, node.arguments[0]);
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  return b.checker.getTypeAtLocation(node).getCallSignatures().length > 0 && (ts.isIdentifier(node) || isGlobalOwner(b, node.expression) || isNamespace(b, node.expression));
}

/** `const easeIn = power(2)`, where nothing tells two functions that are made like this apart */
function isMadeFunction(b: Body, initializer: ts.Expression): boolean {
  const node = bare(initializer);
  return ts.isCallExpression(node) && b.unit.context.isMarker(node.expression) === null && b.checker.getTypeAtLocation(node).getCallSignatures().length > 0 && isRepeatable(node, b.checker);
}

/** made by a call, once, and perhaps with state of its own: to make it again elsewhere would be another function */
function isMade(b: Body, given: ts.Expression | undefined): boolean {
  const node = given === undefined ? undefined : bare(given);
  return node !== undefined && ts.isCallExpression(node) && (b.unit.context.isMarker(node.expression) === null || isMade(b, node.arguments[0]));
}

const isGlobalOwner = (b: Body, node: ts.Expression): boolean => {
  const symbol = ts.isIdentifier(node) ? b.symbolOf(node) : undefined;
  return symbol !== undefined && b.fromLibrary(symbol);
};

/** `const { sin, cos } = Math` */
function ofPattern(b: Body, symbol: ts.Symbol, declaration: ts.BindingElement): Named {
  const list = declaration.parent.parent;
  const key = declaration.propertyName ?? declaration.name;
  if (ts.isVariableDeclaration(list) && isConst(list) && list.initializer !== undefined && ts.isIdentifier(list.initializer) && isGlobalOwner(b, list.initializer) && ts.isIdentifier(key)) {
    return global(`${list.initializer.text}.${key.text}`);
  }
  return { kind: "cell", cell: ownCell(b, symbol, declaration) };
}

function ownCell(b: Body, symbol: ts.Symbol, declaration: ts.VariableDeclaration | ts.BindingElement): Cell {
  return declaredCell(b, symbol, declaration, () => b.declaredType(symbol, declaration), () => ({ mutable: !isConstant(declaration, b.checker), ...(b.unit.constants.stays(symbol) ? { stays: true } : {}), ...(isScratch(b, symbol, declaration) ? { scratch: true } : {}) }));
}

/** `const _v = new Vector3()` in a package that does not export it */
function isScratch(b: Body, symbol: ts.Symbol, declaration: ts.VariableDeclaration | ts.BindingElement): boolean {
  const { code } = b.unit.context;
  if (!code.isPackageCode(declaration.getSourceFile().fileName) || declaration.initializer === undefined || !isConstant(declaration, b.checker)) return false;
  if (!ts.isNewExpression(bare(declaration.initializer)) || code.exported(symbol) !== null) return false;
  const type = b.declaredType(symbol, declaration);
  return type.kind === "struct" && type.fields.every((f) => (f.type.kind === "real" || f.type.kind === "boolean" || f.type.kind === "string") && !f.optional);
}

// ---------------------------------------------------------------------------------------------------- names without source

const global = (name: string): Named => {
  const value = libraryConstant(name);
  return value === undefined ? { kind: "global", name } : { kind: "constant", value: constant(value) };
};

function ambient(b: Body, symbol: ts.Symbol, target: ts.Symbol, unreadable: Cell["unreadable"]): Named {
  const cell = importedCell(b, symbol, target, unreadable);
  return cell === null ? global(target.name) : { kind: "cell", cell };
}

// ---------------------------------------------------------------------------------------------------- properties

const MODULES = ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule;

export function isNamespace(b: Body, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const symbol = b.checker.getSymbolAtLocation(node);
  if (symbol === undefined) return false;
  const target = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? b.checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & MODULES) !== 0 && (target.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Class)) === 0;
}

/** a property that is not a field: an enum member, an export of a namespace, a member of a library object; null for fields */
export function resolveProperty(b: Body, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Named | null {
  const start = startOf(b, node);
  if (start === null || b.lookup(start) !== undefined) return null;
  const enumerated = start.flags & QUALIFIERS ? enumValue(b.checker, node) : undefined;
  if (enumerated !== undefined) return { kind: "constant", value: memberOf(enumCell(b, start), node, enumerated) };
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.name)) return null;
  const compiled = b.unit.context.code.enumMember(start, node.name.text);
  if (compiled !== undefined) return { kind: "constant", value: memberOf(enumCell(b, start), node, compiled) };
  const owner = bare(node.expression);
  if (isNamespace(b, owner)) {
    const symbol = b.checker.getSymbolAtLocation(node.name);
    if (symbol !== undefined && !isLibrary(symbol)) return withoutSource(b, owner, symbol, node.name.text) ?? resolveSymbol(b, symbol, node.name);
  }
  if (!ts.isIdentifier(owner)) return null;
  const member = memberOfTable(b, owner, node.name.text) ?? addedConstant(b, owner, node.name);
  if (member !== null) return member;
  const named = resolveOwner(b, owner);
  return named === null ? null : global(`${named}.${node.name.text}`);
}

/** `Turn.ORDER`, where `Turn.ORDER = "xyz"` stands behind a class, as JavaScript writes static members, and nothing else sets it */
function addedConstant(b: Body, owner: ts.Identifier, name: ts.Identifier): Named | null {
  const added = b.checker.getSymbolAtLocation(name)?.valueDeclaration;
  const set = added?.parent !== undefined && ts.isBinaryExpression(added) ? added : added?.parent;
  if (set === undefined || !ts.isBinaryExpression(set) || set.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isExpressionStatement(set.parent) || !ts.isSourceFile(set.parent.parent)) return null;
  if (((b.symbolOf(owner)?.flags ?? 0) & (ts.SymbolFlags.Class | ts.SymbolFlags.Alias)) === 0) return null;
  const value = constantOf(set.right, b.checker);
  const assignments = new RegExp(`\\.${name.text}\\s*(?:[-+*/%&|^?]{0,2}=(?!=)|\\+\\+|--)`, "g");
  const count = b.unit.context.program.getSourceFiles().reduce((n, file) => (file.isDeclarationFile ? n : n + [...file.text.matchAll(assignments)].length), 0);
  return value === undefined || count !== 1 ? null : { kind: "constant", value: constant(value) };
}

/** a function in an object literal that a module keeps: `const Easing = { linear, … }`, which nobody changes */
function memberOfTable(b: Body, owner: ts.Identifier, name: string): Named | null {
  const symbol = b.symbolOf(owner);
  if (symbol === undefined || b.lookup(symbol) !== undefined) return null;
  const aliased = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? b.checker.getAliasedSymbol(symbol) : symbol;
  const behind = b.unit.context.code.behind(aliased);
  const declaration = (behind?.kind === "found" ? behind.symbol : aliased).valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !isConstant(declaration, b.checker) || declaration.initializer === undefined || enclosingFunction(declaration) !== null) return null;
  const literal = bare(declaration.initializer);
  if (!ts.isObjectLiteralExpression(literal)) return null;
  const property = literal.properties.find((x) => x.name !== undefined && ts.isIdentifier(x.name) && x.name.text === name);
  if (property === undefined || changesMember(declaration.getSourceFile(), name)) return null;
  if (ts.isShorthandPropertyAssignment(property)) {
    const target = b.checker.getShorthandAssignmentValueSymbol(property);
    return target === undefined ? null : functionsOnly(resolveSymbol(b, target, property.name));
  }
  if (!ts.isPropertyAssignment(property)) return null;
  const value = bare(property.initializer);
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return { kind: "function", node: value };
  return ts.isIdentifier(value) ? functionsOnly(resolveIdentifier(b, value)) : null;
}

const functionsOnly = (named: Named): Named | null => (named.kind === "function" || named.kind === "global" ? named : null);

/** does a file assign a property of this name anywhere? */
function changesMember(file: ts.SourceFile, name: string): boolean {
  const assigns = (node: ts.Node): boolean =>
    ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && ts.isPropertyAccessExpression(node.left) && node.left.name.text === name;
  return findUnder(file, (node) => (assigns(node) ? true : null)) ?? false;
}

const QUALIFIERS = ts.SymbolFlags.Alias | ts.SymbolFlags.Enum | MODULES;

/** what the name at the left end of `a.b[c].d` stands for; null where no name stands there */
function startOf(b: Body, node: ts.Expression): ts.Symbol | null {
  let at = bare(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = bare(at.expression);
  return ts.isIdentifier(at) ? b.symbolOf(at) ?? null : null;
}

/** can `a.b` be something that a module exports? */
export const isQualified = (b: Body, node: ts.Expression): boolean => ((startOf(b, node)?.flags ?? 0) & QUALIFIERS) !== 0;

/** an export of a namespace import whose module has declarations only */
function withoutSource(b: Body, owner: ts.Expression, symbol: ts.Symbol, name: string): Named | null {
  const target = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? b.checker.getAliasedSymbol(symbol) : symbol;
  if (target.valueDeclaration?.getSourceFile().isDeclarationFile !== true || b.unit.context.code.behind(target)?.kind === "found") return null;
  const declaration = ts.isIdentifier(owner) ? b.symbolOf(owner)?.declarations?.[0] : undefined;
  const imported = importOf(declaration);
  // of a namespace inside of a module only the outer name can be imported
  if (declaration === undefined || imported?.name !== "*") return { kind: "global", name: `${owner.getText()}.${name}` };
  const cell = b.unit.cell(target, () => ({
    name, file: declaration.getSourceFile().fileName, type: b.types.of(b.checker.getTypeOfSymbol(target)), mutable: false, exported: false, imported: { ...imported, name },
  }));
  return { kind: "cell", cell };
}

const isLibrary = (symbol: ts.Symbol): boolean => symbol.declarations?.some((x) => isLibraryFile(x.getSourceFile().fileName)) ?? false;

/** the library object that a name stands for: `Math`, `console` */
function resolveOwner(b: Body, owner: ts.Identifier): string | null {
  const symbol = b.symbolOf(owner);
  if (symbol === undefined || b.checker.isUndefinedSymbol(symbol) || b.checker.isUnknownSymbol(symbol) || b.lookup(symbol) !== undefined) return null;
  const named = resolveIdentifier(b, owner);
  return named.kind === "global" ? named.name : null;
}
