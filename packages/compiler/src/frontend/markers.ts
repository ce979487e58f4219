// Recognizes markers by resolved symbol, and finds the function that a marker call means.
// Assumes a bound program. Guarantees that every marker in a file is either a request with a function behind it or a finding
// at the expression that cannot be resolved; a name such as `grad` alone means nothing.
import { ts } from "ts-morph";
import { eachNode } from "./lower/tree.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import type { Operator, Request } from "../ir/ir.ts";
import type { Code } from "./code.ts";
import { isStatic } from "./classes.ts";
import { scan } from "./lower/scan.ts";
import { evaluateOptions } from "./marker-options.ts";
import { bare, type BoundTarget, countedParameters, resolvedSymbol, shortText, spanOf, type FunctionNode } from "./nodes.ts";

export interface MarkerContext {
  readonly checker: ts.TypeChecker;
  readonly isMarkerFile: (path: string) => boolean;
  readonly code: Code;
  /** a function of `Math` as one with source; null where it has none */
  readonly libraryFunction: (name: string) => FunctionNode | null;
}

export type Target =
  /** `inline`: the function literal stands in the marker call itself */
  | { readonly kind: "function"; readonly node: FunctionNode; readonly name: string; readonly inline: boolean; readonly bound?: BoundTarget }
  /** another marker's result: `grad(grad(f))` */
  | { readonly kind: "derivative"; readonly request: Request; readonly of: Target; readonly call: ts.CallExpression };

/** A marker call that the driver replaces, or a function to which a derivative is attached. */
export interface MarkerCall {
  readonly node: ts.Expression;
  readonly request: Request;
  readonly target: Target;
}

const OPERATORS: ReadonlySet<string> = new Set<Operator>(["grad", "valueAndGrad", "jvp", "vjp", "jacobian", "hessian", "hvp", "stopGradient", "customRule", "checkpoint"]);
/** these stay as they are when they are not part of differentiated code: they work as plain functions */
const PLAIN: ReadonlySet<Operator> = new Set<Operator>(["stopGradient", "customRule", "checkpoint"]);
const SCALAR: ReadonlySet<Operator> = new Set<Operator>(["grad", "valueAndGrad", "hessian", "hvp"]);
const SUFFIXES: { readonly [K in Operator]: string } = {
  grad: "Grad", valueAndGrad: "ValueAndGrad", jvp: "Jvp", vjp: "Vjp", jacobian: "Jacobian", hessian: "Hessian", hvp: "Hvp",
  stopGradient: "", customRule: "", checkpoint: "",
};

const isOperator = (name: string): name is Operator => OPERATORS.has(name);

export const generatedName = (name: string, operator: Operator): string => name + SUFFIXES[operator];

const isMarkerSymbol = (symbol: ts.Symbol, context: MarkerContext): boolean =>
  (symbol.flags & ts.SymbolFlags.Value) !== 0 && isOperator(symbol.name) && (symbol.declarations ?? []).some((x) => context.isMarkerFile(x.getSourceFile().fileName));

/** the marker that an expression names, if it does */
export function markerOf(node: ts.Node, context: MarkerContext): Operator | null {
  const named = ts.isPropertyAccessExpression(node) ? node.name : ts.isElementAccessExpression(node) ? node.argumentExpression : node;
  if (!ts.isIdentifier(named) && !ts.isStringLiteralLike(named)) return null;
  const symbol = resolvedSymbol(named, context.checker);
  return symbol !== undefined && isMarkerSymbol(symbol, context) && isOperator(symbol.name) ? symbol.name : null;
}

/** the marker that is called, if one is */
export const calledMarker = (node: ts.Node, context: MarkerContext): Operator | null =>
  ts.isCallExpression(node) ? markerOf(bare(node.expression), context) : null;

// ---------------------------------------------------------------------------------------------------- the function that is meant

type Resolution = { readonly target: Target } | { readonly finding: Finding };

const nameOf = (node: FunctionNode): string => {
  if (node.name !== undefined && ts.isIdentifier(node.name)) return node.name.text;
  const { parent } = outermost(node);
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  // what a function makes is called like the function
  const maker = ts.isReturnStatement(parent) || ts.isConditionalExpression(parent) ? ts.findAncestor(parent, ts.isFunctionLike) : ts.isArrowFunction(parent) ? parent : undefined;
  return maker !== undefined && (ts.isFunctionDeclaration(maker) || ts.isFunctionExpression(maker) || ts.isArrowFunction(maker) || ts.isMethodDeclaration(maker)) ? nameOf(maker) : "f";
};

function outermost(node: ts.Expression | FunctionNode): ts.Node {
  let at: ts.Node = node;
  while (at.parent !== undefined && (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent) || ts.isSatisfiesExpression(at.parent))) at = at.parent;
  return at;
}

/** has it no effects? Generated code reads it each time that it is called */
function isSteady(given: ts.Expression): boolean {
  const node = bare(given);
  if (ts.isPropertyAccessExpression(node)) return isSteady(node.expression);
  return ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.NullKeyword || ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)
    || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword || (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand));
}

/** is the symbol assigned anywhere but where it is declared? */
const isReassigned = (symbol: ts.Symbol, declaration: ts.VariableDeclaration, checker: ts.TypeChecker): boolean =>
  (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0 && scan(declaration.getSourceFile(), checker).assigned.has(symbol);

class TargetResolver {
  readonly #context: MarkerContext;
  readonly #marker: Operator;
  readonly #visited = new Set<ts.Symbol>();

  constructor(context: MarkerContext, marker: Operator) {
    this.#context = context;
    this.#marker = marker;
  }

  resolve(given: ts.Expression, inline: boolean): Resolution {
    const node = bare(given);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return this.#literal(node, inline);
    if (ts.isIdentifier(node)) return this.#symbol(node, node);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node);
    if (ts.isCallExpression(node)) return this.#call(node);
    return this.#refuse(node);
  }

  #refuse(node: ts.Expression): Resolution {
    return { finding: catalog.unresolvedTarget(spanOf(node), this.#marker, shortText(node)) };
  }

  #literal(node: ts.ArrowFunction | ts.FunctionExpression, inline: boolean): Resolution {
    const open = inline ? node.parameters.find((x) => x.type === undefined && x.initializer === undefined && ts.getJSDocType(x) === undefined) : undefined;
    if (open !== undefined) return { finding: catalog.unannotatedParameter(spanOf(open), this.#marker, open.name.getText()) };
    return this.#body(node, nameOf(node), inline, node);
  }

  #body(node: FunctionNode, name: string, inline: boolean, at: ts.Node): Resolution {
    const isAsync = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0 || (node.modifiers?.some((x) => x.kind === ts.SyntaxKind.AsyncKeyword) ?? false);
    if (isAsync) return { finding: catalog.asyncTarget(spanOf(at), name, "an async function") };
    if (node.asteriskToken !== undefined) return { finding: catalog.asyncTarget(spanOf(at), name, "a generator") };
    return { target: { kind: "function", node, name, inline } };
  }

  #property(node: ts.PropertyAccessExpression): Resolution {
    const owner = this.#context.checker.getSymbolAtLocation(node.expression);
    const isNamespace = owner !== undefined && (owner.flags & ts.SymbolFlags.Alias) !== 0 && (this.#context.checker.getAliasedSymbol(owner).flags & ts.SymbolFlags.ValueModule) !== 0;
    if (isNamespace && ts.isIdentifier(node.name)) return this.#symbol(node.name, node);
    const method = this.#method(node);
    if (method !== null) return method;
    const type = this.#context.checker.getTypeAtLocation(node.expression).symbol;
    const isMath = type?.name === "Math";
    const known = isMath ? this.#context.libraryFunction(node.name.text) : null;
    if (known !== null) return { target: { kind: "function", node: known, name: node.name.text, inline: false } };
    return { finding: (isMath ? catalog.builtinTarget : catalog.receiverTarget)(spanOf(node), this.#marker, shortText(node)) };
  }

  /** a method of a class: a static one stands for itself, others for a call with their object; null where it is no method */
  #method(node: ts.PropertyAccessExpression): Resolution | null {
    const declarations = this.#context.checker.getSymbolAtLocation(node.name)?.declarations ?? [];
    const found = declarations.find((x): x is ts.MethodDeclaration => ts.isMethodDeclaration(x) && x.body !== undefined) ?? declarations.find((x) => ts.isMethodDeclaration(x) || ts.isMethodSignature(x));
    if (found === undefined || found.getSourceFile().isDeclarationFile || ts.isObjectLiteralExpression(found.parent)) return null;
    const method = found as ts.MethodDeclaration;
    const made = this.#body(method, node.name.text, false, node);
    if ("finding" in made || made.target.kind !== "function" || (ts.isClassLike(method.parent) && isStatic(method))) return made;
    return isSteady(node.expression) ? { target: { ...made.target, bound: { expression: node, given: 0 } } } : { finding: catalog.receiverTarget(spanOf(node), this.#marker, shortText(node)) };
  }

  /** `f.bind(self, x)` */
  #bound(node: ts.CallExpression, callee: ts.PropertyAccessExpression): Resolution {
    const [, ...given] = node.arguments;
    const found = this.resolve(callee.expression, false);
    if ("finding" in found) return found;
    const { target } = found;
    const isPlain = target.kind === "function" && (target.bound?.given ?? 0) === 0 && node.arguments.length > 0 && node.arguments.every(isSteady)
      && given.length <= target.node.parameters.length && target.node.parameters.slice(0, given.length).every((x) => x.dotDotDotToken === undefined);
    return isPlain ? { target: { ...target, bound: { expression: node, given: given.length } } } : { finding: catalog.receiverTarget(spanOf(node), this.#marker, shortText(node)) };
  }

  #call(node: ts.CallExpression): Resolution {
    const inner = calledMarker(node, this.#context);
    const callee = bare(node.expression);
    if (inner === null && ts.isPropertyAccessExpression(callee) && callee.name.text === "bind") return this.#bound(node, callee);
    if (inner === null) return this.#refuse(node);
    const argument = node.arguments[0];
    if (argument === undefined) return { finding: catalog.noArgument(spanOf(node), inner) };
    if (inner === "checkpoint") return this.resolve(argument, true);
    if (inner === "customRule") return this.#ruled(node, argument);
    if (PLAIN.has(inner)) return this.#refuse(node);
    const found = resolveCall(node, inner, this.#context);
    return "finding" in found ? found : { target: { kind: "derivative", request: found.call.request, of: found.call.target, call: node } };
  }

  /** the function, taken together with its rule */
  #ruled(node: ts.CallExpression, argument: ts.Expression): Resolution {
    const found = this.resolve(argument, true);
    if ("finding" in found || found.target.kind !== "function" || found.target.bound !== undefined) return "finding" in found ? found : this.#refuse(node);
    const { parent } = outermost(node);
    const name = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : found.target.name;
    return { target: { ...found.target, name, bound: { expression: node, given: 0 } } };
  }

  #symbol(node: ts.Identifier, at: ts.Expression): Resolution {
    const { checker } = this.#context;
    const named = resolvedSymbol(node, checker);
    const behind = named === undefined ? null : this.#context.code.behind(named);
    if (behind?.kind === "unreadable") return { finding: catalog.unreadablePackage(spanOf(at), `\`${node.text}\``, behind.file, behind.why) };
    const symbol = behind?.kind === "found" ? behind.symbol : named;
    const name = node.text;
    if (symbol === undefined || checker.isUnknownSymbol(symbol) || this.#visited.has(symbol)) return this.#refuse(at);
    this.#visited.add(symbol);
    if (markerOf(at, this.#context) !== null) return { finding: catalog.markerAsValue(spanOf(at), name) };
    const declarations = symbol.declarations ?? [];
    const body = declarations.find((x): x is ts.FunctionDeclaration => ts.isFunctionDeclaration(x) && x.body !== undefined);
    if (body !== undefined) return this.#body(body, body.name?.text ?? name, false, at);
    const declaration = symbol.valueDeclaration ?? declarations[0];
    if (declaration === undefined) return this.#refuse(at);
    if (ts.isVariableDeclaration(declaration)) return this.#variable(declaration, symbol, at);
    if (ts.isExportAssignment(declaration)) return this.resolve(declaration.expression, false);
    if (ts.isParameter(declaration)) return { finding: catalog.parameterTarget(spanOf(at), this.#marker, name) };
    if (ts.isFunctionDeclaration(declaration)) return { finding: catalog.bodylessTarget(spanOf(at), this.#marker, name, declaration.getSourceFile().fileName) };
    return this.#refuse(at);
  }

  #variable(declaration: ts.VariableDeclaration, symbol: ts.Symbol, at: ts.Expression): Resolution {
    const name = declaration.name.getText();
    if (isReassigned(symbol, declaration, this.#context.checker)) return { finding: catalog.reassignedTarget(spanOf(at), this.#marker, name) };
    if (declaration.initializer === undefined) {
      const file = declaration.getSourceFile();
      return file.isDeclarationFile ? { finding: catalog.bodylessTarget(spanOf(at), this.#marker, name, file.fileName) } : this.#refuse(at);
    }
    const found = this.resolve(declaration.initializer, false);
    return "finding" in found && found.finding.code === "CT3001" ? this.#refuse(at) : found;
  }
}

// ---------------------------------------------------------------------------------------------------- calls

export const targetFunction = (target: Target): FunctionNode => (target.kind === "function" ? target.node : targetFunction(target.of));

/** what a target binds */
export const boundOf = (target: Target): BoundTarget | null => (target.kind === "function" ? target.bound ?? null : boundOf(target.of));

/** the parameters that are left to be given, which `wrt` counts */
export const targetParameters = (target: Target): readonly ts.ParameterDeclaration[] => countedParameters(targetFunction(target)).slice(boundOf(target)?.given ?? 0);

export const targetName = (target: Target): string => (target.kind === "function" ? target.name : generatedName(targetName(target.of), target.request.operator));

/** the function that an expression means, as a marker would find it; parameters of a literal have the types of its place */
export const resolveTarget = (node: ts.Expression, operator: Operator, context: MarkerContext): Resolution => new TargetResolver(context, operator).resolve(node, false);

type CallResolution = { readonly call: MarkerCall } | { readonly finding: Finding };

function resolveCall(node: ts.CallExpression, operator: Operator, context: MarkerContext): CallResolution {
  const [argument, options] = node.arguments;
  if (argument === undefined || ts.isSpreadElement(argument)) return { finding: catalog.noArgument(spanOf(node), operator) };
  const found = new TargetResolver(context, operator).resolve(argument, true);
  if ("finding" in found) return found;
  const evaluated = evaluateOptions(operator, options, context.checker);
  if ("finding" in evaluated) return evaluated;
  const { target } = found;
  const wrong = checkRequest(evaluated.request, target, options ?? argument, argument, context.checker);
  return wrong === null ? { call: { node, request: evaluated.request, target } } : { finding: wrong };
}

/** what a request must satisfy whatever its function computes: parameters that exist, and a number where one is needed */
export function checkRequest(request: Request, target: Target, wrtAt: ts.Node, at: ts.Node, checker: ts.TypeChecker): Finding | null {
  const count = targetParameters(target).length;
  const name = targetName(target);
  if (count === 0) return catalog.noParameters(spanOf(at), request.operator, name);
  const indices = request.wrt === "all" ? [] : typeof request.wrt === "number" ? [request.wrt] : request.wrt;
  for (const [i, index] of indices.entries()) {
    if (target.kind === "function" && (index >= count || index < 0)) return catalog.wrtOutOfRange(spanOf(wrtAt), name, index, count);
    if (indices.indexOf(index) !== i) return catalog.wrtRepeated(spanOf(wrtAt), index);
  }
  return target.kind === "function" ? checkResult(request.operator, target, at, checker) : null;
}

function checkResult(operator: Operator, target: Target, at: ts.Node, checker: ts.TypeChecker): Finding | null {
  const signature = checker.getSignatureFromDeclaration(targetFunction(target));
  if (signature === undefined) return null;
  const type = checker.getReturnTypeOfSignature(signature);
  const isVoid = (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  const parts = type.isUnion() ? type.types : [type];
  const isNumber = parts.every((x) => (x.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.Any | ts.TypeFlags.Never | ts.TypeFlags.TypeParameter)) !== 0);
  return isVoid || (SCALAR.has(operator) && !isNumber) ? catalog.notANumber(spanOf(at), operator, targetName(target), isVoid ? "void" : checker.typeToString(type)) : null;
}

export interface MarkerUses {
  readonly calls: readonly MarkerCall[];
  /** calls that could not be resolved here, with why: the function may carry its derivatives */
  readonly unresolved: readonly { readonly node: ts.CallExpression; readonly operator: Operator; readonly finding: Finding }[];
  readonly findings: readonly Finding[];
}

/** positions in which a marker is named without being a value: imports, exports, types */
function isMention(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent)
    || ts.isImportEqualsDeclaration(parent) || ts.isExpressionWithTypeArguments(parent) || (ts.isPropertyAccessExpression(parent) && parent.name === node && isMention(parent));
}

function importedNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const s of file.statements) {
    if (ts.isImportEqualsDeclaration(s)) names.add(s.name.text);
    const clause = ts.isImportDeclaration(s) ? s.importClause : undefined;
    if (clause?.name !== undefined) names.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) names.add(bindings.name.text);
    else for (const x of bindings.elements) names.add(x.name.text);
  }
  return names;
}

const known = new WeakMap<MarkerContext, Map<ts.SourceFile, MarkerUses>>();

/** Every marker call of a file that stands to be replaced, outermost only, and whatever is wrong with others. */
export function findMarkers(file: ts.SourceFile, context: MarkerContext): MarkerUses {
  const files = known.get(context) ?? new Map<ts.SourceFile, MarkerUses>();
  known.set(context, files);
  const uses = files.get(file) ?? markersOf(file, context);
  files.set(file, uses);
  return uses;
}

function markersOf(file: ts.SourceFile, context: MarkerContext): MarkerUses {
  const calls: MarkerCall[] = [];
  const unresolved: MarkerUses["unresolved"][number][] = [];
  const findings: Finding[] = [];
  // a marker is named by what an import binds, or by a property of it: only such names are worth resolving
  const imported = importedNames(file);
  const mayName = (node: ts.Node): boolean => ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || (ts.isIdentifier(node) && imported.has(node.text));
  const visit = (root: ts.Node): void => eachNode(root, (node) => {
    const operator = ts.isCallExpression(node) && mayName(bare(node.expression)) ? calledMarker(node, context) : null;
    if (operator !== null && ts.isCallExpression(node)) { visitCall(node, operator); return false; }
    const named = ts.isPropertyAccessExpression(node) || (ts.isIdentifier(node) && imported.has(node.text) && !ts.isPropertyAccessExpression(node.parent)) ? markerOf(node, context) : null;
    if (named === null || PLAIN.has(named) || isMention(node)) return true;
    findings.push(catalog.markerAsValue(spanOf(node), named));
    return false;
  });
  const visitCall = (node: ts.CallExpression, operator: Operator): void => {
    if (PLAIN.has(operator)) return node.arguments.forEach(visit);
    const found = resolveCall(node, operator, context);
    if (!("finding" in found)) return void calls.push(found.call);
    unresolved.push({ node, operator, finding: found.finding });
    const made = node.arguments[0] === undefined ? null : bare(node.arguments[0]);
    if (made !== null && ts.isCallExpression(made) && calledMarker(made, context) === null) visit(made);
  };
  visit(file);
  return { calls, unresolved, findings };
}

/** does the function that a target means take a direction beside its arguments? */
export const takesDirection = (target: Target): boolean => target.kind === "derivative" && isDirectional(target.request.operator);

export const isDirectional = (operator: Operator): boolean => operator === "jvp" || operator === "hvp";

/** what another marker's result takes and gives */
export function typesOfMarker(target: Extract<Target, { readonly kind: "derivative" }>, checker: ts.TypeChecker): { readonly params: readonly ts.Type[]; readonly result: ts.Type } | null {
  const signature = checker.getTypeAtLocation(target.call).getCallSignatures()[0];
  return signature === undefined ? null : { params: signature.parameters.map((x) => checker.getTypeOfSymbol(x)), result: checker.getReturnTypeOfSignature(signature) };
}
