// Places of type `Differentiable<F>`: which derivatives are asked of what is in them, and which functions arrive there.
// Inside of such a place `grad(f)` reads the derivative that the function carries; where a function that can be resolved arrives, its
// derivatives are attached to it. What is asked of a place follows the program: a place asks what markers ask of it, and what the
// places ask to which it is passed on.
import { ts } from "ts-morph";
import * as catalog from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Operator, Request } from "../ir/ir.ts";
import { defaultWrt, evaluateOptions } from "./marker-options.ts";
import { calledMarker, type MarkerCall, type MarkerContext, resolveTarget } from "./markers.ts";
import type { Edit } from "./module.ts";
import { bare, resolvedSymbol, shortText, spanOf } from "./nodes.ts";

/** a marker call whose function comes in through a place */
export interface CarriedCall {
  readonly node: ts.CallExpression;
  readonly request: Request;
  readonly target: ts.Expression;
}

/** a function that arrives at a place, and what is asked of it there */
export interface Arrival {
  readonly node: ts.Expression;
  readonly calls: readonly MarkerCall[];
}

export interface Arrivals {
  readonly arrivals: readonly Arrival[];
  readonly findings: readonly Finding[];
}

/** what a library may ask whose source is not at hand */
const USUAL: readonly Operator[] = ["grad", "valueAndGrad", "jvp", "vjp"];
const SCALAR: ReadonlySet<Operator> = new Set<Operator>(["grad", "valueAndGrad", "hessian", "hvp"]);

/** the key under which a function carries a derivative; part of the run-time protocol */
export function requestKey({ operator, wrt, mode, sparse }: Request): string {
  const asked = wrt === defaultWrt(operator) ? "" : ` wrt=${typeof wrt === "object" ? wrt.join(",") : wrt}`;
  return `${operator}${asked}${mode === null ? "" : ` mode=${mode}`}${sparse ? " sparse" : ""}`;
}

/** is it a `Differentiable<…>`, possibly optional or as the bound of a type parameter? */
export function isDifferentiableType(type: ts.Type, { checker, isMarkerFile }: MarkerContext): boolean {
  const given = checker.getNonNullableType(type);
  const bound = (given.flags & ts.TypeFlags.Instantiable) !== 0 ? checker.getBaseConstraintOfType(given) ?? given : given;
  return bound.isIntersection() && checker.getPropertiesOfType(bound).some((x) =>
    x.escapedName.toString().startsWith("__@derivative@") && (x.declarations ?? []).some((d) => isMarkerFile(d.getSourceFile().fileName)));
}

/** the declaration behind an expression: of a parameter, a variable, a property */
function declarationOf(given: ts.Expression, checker: ts.TypeChecker): ts.Node | null {
  const node = bare(given);
  const named = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(named) && !ts.isPrivateIdentifier(named)) return null;
  const declaration = resolvedSymbol(named, checker)?.valueDeclaration ?? null;
  if (declaration === null) return null;
  if (ts.isBindingElement(declaration)) return boundProperty(declaration, checker) ?? declaration;
  if (ts.isVariableDeclaration(declaration) && declaration.type === undefined && declaration.initializer !== undefined) return declarationOf(declaration.initializer, checker) ?? declaration;
  return declaration;
}

/** `{ f }` taken apart: the property `f` of what it is taken from */
function boundProperty(element: ts.BindingElement, checker: ts.TypeChecker): ts.Node | null {
  const name = element.propertyName ?? element.name;
  if (!ts.isIdentifier(name) || !ts.isObjectBindingPattern(element.parent)) return null;
  return checker.getTypeAtLocation(element.parent).getProperty(name.text)?.valueDeclaration ?? null;
}

/** the declaration of the place that an expression goes to */
function placeOf(node: ts.Expression, checker: ts.TypeChecker): ts.Node | null {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent) || ts.isSatisfiesExpression(at.parent) || ts.isNonNullExpression(at.parent)
    || (ts.isConditionalExpression(at.parent) && at.parent.condition !== at)) at = at.parent;
  const { parent } = at;
  if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== at) {
    const parameters = checker.getResolvedSignature(parent)?.parameters ?? [];
    const position = parent.arguments?.findIndex((x) => x === at) ?? -1;
    return (parameters[position] ?? parameters.at(-1))?.valueDeclaration ?? null;
  }
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) {
    return checker.getContextualType(parent.parent)?.getProperty(parent.name.getText())?.valueDeclaration ?? null;
  }
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isPropertyDeclaration(parent)) return parent;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) return declarationOf(parent.left, checker);
  return null;
}

/** the declared type of the place that an expression goes to */
function placeType(node: ts.Expression, checker: ts.TypeChecker): ts.Type | undefined {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) {
    const property = checker.getContextualType(parent.parent)?.getProperty(parent.name.text);
    return property === undefined ? undefined : checker.getTypeOfSymbol(property);
  }
  return checker.getContextualType(node);
}

const isCandidate = (node: ts.Node): node is ts.Expression =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)
  || (ts.isIdentifier(node) && (ts.isExpression(node.parent) || ts.isShorthandPropertyAssignment(node.parent) || ("initializer" in node.parent && node.parent.initializer === node)));

/** every expression that goes to a place, with the place; `carried`: it comes from one itself */
function visitArrivals(file: ts.SourceFile, context: MarkerContext, on: (node: ts.Expression, carried: boolean) => void): void {
  const { checker } = context;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    const isNamePart = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    if (isCandidate(node) && !isNamePart) {
      const expected = placeType(node, checker) ?? declaredType(node, checker);
      const isMarkerArgument = ts.isCallExpression(node.parent) && calledMarker(node.parent, context) !== null;
      if (!isMarkerArgument && expected !== undefined && isDifferentiableType(expected, context)) on(node, isDifferentiableType(checker.getTypeAtLocation(node), context));
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
}

/** of a parameter `f: F` where F extends Differentiable<…>, whose instance at a call is the argument's own type */
function declaredType(node: ts.Expression, checker: ts.TypeChecker): ts.Type | undefined {
  const place = placeOf(node, checker);
  return place !== null && ts.isParameter(place) && place.type !== undefined ? checker.getTypeFromTypeNode(place.type) : undefined;
}

// ---------------------------------------------------------------------------------------------------- what is asked of places

type Asked = Map<ts.Node, Map<string, Request>>;

/** default libraries are large, and the same in all programs */
const named = new WeakMap<ts.SourceFile, boolean>();

function namesDifferentiable(file: ts.SourceFile): boolean {
  const known = named.get(file) ?? /\bDifferentiable\b/.test(file.text);
  named.set(file, known);
  return known;
}

/** Requests per place of a whole program. */
export class Places {
  readonly #context: MarkerContext;
  readonly #asked: Asked = new Map();
  readonly #everything = new Map<string, Request>();
  readonly isUsed: boolean;

  constructor(program: ts.Program, context: MarkerContext) {
    this.#context = context;
    const files = program.getSourceFiles().filter((x) => !context.isMarkerFile(x.fileName));
    this.isUsed = files.some(namesDifferentiable);
    if (this.isUsed) this.#solve(files.filter((x) => !x.isDeclarationFile));
  }

  #solve(files: readonly ts.SourceFile[]): void {
    const { checker } = this.#context;
    const passed: (readonly [from: ts.Node, to: ts.Node])[] = [];
    for (const file of files) {
      for (const { target, request } of carriedCalls(file, this.#context)) {
        this.#everything.set(requestKey(request), request);
        this.#ask(declarationOf(target, checker), request);
      }
      visitArrivals(file, this.#context, (node, carried) => {
        const to = placeOf(node, checker);
        const from = carried ? declarationOf(node, checker) : null;
        if (from !== null && to !== null) passed.push([from, to]);
      });
    }
    for (let changed = true; changed;) {
      changed = false;
      for (const [from, to] of passed) for (const request of this.requestsOf(to)) changed = this.#ask(from, request) || changed;
    }
  }

  #ask(place: ts.Node | null, request: Request): boolean {
    if (place === null) return false;
    const known = this.#asked.get(place) ?? new Map<string, Request>();
    this.#asked.set(place, known);
    const key = requestKey(request);
    if (known.has(key)) return false;
    known.set(key, request);
    return true;
  }

  /** what is asked of a place; of one that cannot be followed, whatever is asked anywhere */
  requestsOf(place: ts.Node | null): readonly Request[] {
    const known = place === null ? undefined : this.#asked.get(place);
    if (known !== undefined) return [...known.values()];
    if (place?.getSourceFile().isDeclarationFile === true) return USUAL.map((operator) => ({ operator, wrt: defaultWrt(operator), mode: null }));
    return place === null || !ts.isParameter(place) ? [...this.#everything.values()] : [];
  }
}

// ---------------------------------------------------------------------------------------------------- one file

/** marker calls of functions that come in through a place */
export function carriedCalls(file: ts.SourceFile, context: MarkerContext): readonly CarriedCall[] {
  const found: CarriedCall[] = [];
  const visit = (node: ts.Node): void => {
    const operator = calledMarker(node, context);
    if (operator !== null && ts.isCallExpression(node)) {
      const call = carriedCall(node, operator, context);
      if (call !== null) found.push(call);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** the marker call, if its function is a value that carries its derivatives */
export function carriedCall(node: ts.CallExpression, operator: Operator, context: MarkerContext): CarriedCall | null {
  const [target, options] = node.arguments;
  if (target === undefined || !isDifferentiableType(context.checker.getTypeAtLocation(target), context)) return null;
  const evaluated = evaluateOptions(operator, options, context.checker);
  return "finding" in evaluated ? null : { node, request: evaluated.request, target };
}

/** The functions that arrive at places in a file, each with the derivatives to attach. */
export function findArrivals(file: ts.SourceFile, context: MarkerContext, places: Places): Arrivals {
  const arrivals: Arrival[] = [];
  const findings: Finding[] = [];
  if (!places.isUsed) return { arrivals, findings };
  visitArrivals(file, context, (node, carried) => {
    if (carried) return;
    const requests = places.requestsOf(placeOf(node, context.checker)).filter((x) => !SCALAR.has(x.operator) || returnsNumber(node, context.checker));
    if (requests.length === 0) return;
    const calls: MarkerCall[] = [];
    for (const request of requests) {
      const found = resolveTarget(node, request.operator, context);
      if ("finding" in found) {
        findings.push(catalog.unresolvedArrival(spanOf(node), shortText(node), found.finding.message));
        return;
      }
      calls.push({ node, request, target: found.target });
    }
    arrivals.push({ node, calls });
  });
  return { arrivals, findings };
}

const RESULT_TYPES: { readonly [K in Operator]?: string } = { grad: "Grad", valueAndGrad: "ValueAndGrad", jvp: "Jvp", vjp: "Vjp", jacobian: "Jacobian", hessian: "Hessian", hvp: "Hvp" };

/** the type of an expression as a text that asks for it; null where there is none: generic or overloaded calls */
function queriedType(given: ts.Expression, checker: ts.TypeChecker): string | null {
  const node = bare(given);
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) return `typeof ${node.getText()}`;
  if (!ts.isCallExpression(node)) return null;
  const [signature, ...others] = checker.getTypeAtLocation(node.expression).getCallSignatures();
  if (signature === undefined || others.length > 0 || (signature.typeParameters?.length ?? 0) > 0) return null;
  const callee = queriedType(node.expression, checker);
  return callee === null ? null : `ReturnType<${callee}>`;
}

export interface CarriedNames {
  /** `derivativeOf`, as it is called in the file */
  readonly derivativeOf: string;
  readonly importType: (name: string) => string;
}

/**
 * What stands around the function of a carried call instead of the marker: the derivative that the function brought along is read, in the
 * type that the marker gave it. The function itself stays as it is written.
 */
export function carriedEdits({ node, request, target }: CarriedCall, { derivativeOf, importType }: CarriedNames, language: "ts" | "js", checker: ts.TypeChecker): readonly Edit[] {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  const place = `${file.fileName.slice(file.fileName.lastIndexOf("/") + 1)}:${line + 1}:${character + 1}`;
  const rest = `, ${JSON.stringify(requestKey(request))}, ${JSON.stringify(place)})`;
  const around = (before: string, after: string): readonly Edit[] =>
    [{ start: node.getStart(file), end: target.getStart(file), text: before }, { start: target.end, end: node.end, text: after }];
  const type = RESULT_TYPES[request.operator];
  if (language === "js" || type === undefined) return around(`${derivativeOf}(`, rest);
  const wrt = request.wrt === defaultWrt(request.operator) && !request.sparse ? "" : `, ${JSON.stringify(request.wrt)}`;
  const options = request.sparse ? `${wrt}, true` : wrt;
  const queried = queriedType(target, checker);
  if (queried === null) return around(`(${derivativeOf}(`, `${rest} as any)`);
  const isOptional = bare(target) !== target;
  return around(`(${derivativeOf}(`, `${rest} as ${importType(type)}<${isOptional ? `NonNullable<${queried}>` : queried}${options}>)`);
}

/** a shorthand property keeps its name in front of what is put around its value */
export const labelOf = (node: ts.Node): string => (ts.isShorthandPropertyAssignment(node.parent) ? `${node.getText()}: ` : "");

function returnsNumber(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const signature = checker.getTypeAtLocation(node).getCallSignatures().at(-1);
  return signature !== undefined && (checker.getReturnTypeOfSignature(signature).flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.Any)) !== 0;
}
