// Functions that functions make: `grad(makeLoss(data))`. What is made keeps its state and is made once, where the marker stands, so
// nothing is derived there: the functions that the maker can return carry their derivatives (like those in places of type
// Differentiable), and the marker's call reads them. A function that comes from elsewhere after all throws when it is asked.
// Assumes a bound program. Guarantees that every function that a maker can return is known, or a finding at the marker.
import { ts } from "ts-morph";
import * as catalog from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Operator, Request } from "../ir/ir.ts";
import type { Arrival, CarriedCall } from "./differentiable.ts";
import { requestKey } from "./differentiable.ts";
import { importsMarkers } from "./imports.ts";
import { eachNode } from "./lower/tree.ts";
import { evaluateOptions } from "./marker-options.ts";
import { calledMarker, checkRequest, findMarkers, type MarkerContext, resolveTarget, type Target } from "./markers.ts";
import { bare, isGenerator, resolvedSymbol, shortText, spanOf } from "./nodes.ts";

type Maker = ts.SignatureDeclaration & { readonly body: ts.ConciseBody };

/** a marker call of what a maker returns */
export interface MadeCall extends CarriedCall {
  /** the expressions that the maker may return */
  readonly sources: readonly ts.Expression[];
}

const hasBody = (node: ts.Node | undefined): node is Maker => node !== undefined && ts.isFunctionLike(node) && "body" in node && node.body !== undefined;

/** the function that a call calls, as its type knows it */
function makerOf(node: ts.CallExpression, { checker, isMarkerFile }: MarkerContext): Maker | null {
  const declaration = checker.getResolvedSignature(node)?.getDeclaration() as ts.SignatureDeclaration | undefined;
  const symbol = declaration?.name === undefined ? undefined : checker.getSymbolAtLocation(declaration.name);
  const found = [declaration, ...(symbol?.declarations ?? [])].find(hasBody);
  if (found === undefined || isMarkerFile(found.getSourceFile().fileName) || isGenerator(found)) return null;
  return (ts.getCombinedModifierFlags(found) & ts.ModifierFlags.Async) === 0 ? found : null;
}

/** what a function returns, as expressions */
function returned(maker: Maker): readonly ts.Expression[] {
  if (!ts.isBlock(maker.body)) return [maker.body];
  const found: ts.Expression[] = [];
  eachNode(maker.body, (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    return true;
  });
  return found;
}

/** the expression behind the name of a variable that is never assigned again; the expression itself for others */
function initial(given: ts.Expression, context: MarkerContext): ts.Expression {
  const node = bare(given);
  if (!ts.isIdentifier(node)) return node;
  const declaration = resolvedSymbol(node, context.checker)?.valueDeclaration;
  const isConst = declaration !== undefined && ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && declaration.initializer !== undefined ? initial(declaration.initializer, context) : node;
}

/** where the functions stand that an expression may hold, makers looked into; null if it is not made by functions with source */
function sourcesOf(given: ts.Expression, context: MarkerContext, seen: Set<ts.Node>): readonly ts.Expression[] | null {
  const node = initial(given, context);
  if (!ts.isCallExpression(node) || calledMarker(node, context) !== null) return null;
  const maker = makerOf(node, context);
  if (maker === null || seen.has(maker)) return maker === null ? null : [];
  seen.add(maker);
  return returned(maker).flatMap((x) => alternatives(x).flatMap((y) => sourcesOf(y, context, seen) ?? [y]));
}

function alternatives(given: ts.Expression): readonly ts.Expression[] {
  const node = bare(given);
  if (ts.isConditionalExpression(node)) return [...alternatives(node.whenTrue), ...alternatives(node.whenFalse)];
  return [node];
}

/** The marker call, if its function is one that a function makes; a finding where what is made cannot be followed; null for other calls. */
export function madeCall(node: ts.CallExpression, operator: Operator, context: MarkerContext): MadeCall | Finding | null {
  const [target, options] = node.arguments;
  if (target === undefined || ts.isSpreadElement(target)) return null;
  const sources = sourcesOf(target, context, new Set());
  if (sources === null) return null;
  const evaluated = evaluateOptions(operator, options, context.checker);
  if ("finding" in evaluated) return evaluated.finding;
  const { request } = evaluated;
  const refused = (why: string): Finding => catalog.unfollowedMaker(spanOf(target), operator, shortText(target), why);
  if (sources.length === 0) return refused("nothing that it returns is a function of its own");
  for (const x of sources) {
    const found = resolveTarget(x, operator, context);
    if ("finding" in found) return refused(`it may return \`${shortText(x)}\``);
    if (context.code.isPackageCode(x.getSourceFile().fileName)) return refused("it is a function of a package, which is not compiled");
    const wrong = checkRequest(request, found.target, options ?? target, target, context.checker);
    if (wrong !== null) return wrong;
  }
  return { node, request, target, sources };
}

// ---------------------------------------------------------------------------------------------------- what is asked of makers

type Asked = Map<ts.Expression, Map<string, Request>>;

/** What markers of a whole program ask of functions that are made. */
export class Made {
  readonly #context: MarkerContext;
  readonly #asked: Asked = new Map();

  constructor(program: ts.Program, context: MarkerContext) {
    this.#context = context;
    for (const file of program.getSourceFiles()) {
      if (file.isDeclarationFile || context.isMarkerFile(file.fileName) || !importsMarkers(file, context)) continue;
      for (const { node, operator } of findMarkers(file, context).unresolved) {
        const call = madeCall(node, operator, context);
        if (call !== null && "sources" in call) for (const x of call.sources) this.#ask(x, call.request);
      }
    }
  }

  #ask(source: ts.Expression, request: Request): void {
    const known = this.#asked.get(source) ?? new Map<string, Request>();
    this.#asked.set(source, known.set(requestKey(request), request));
  }

  /** the functions of a file that makers return, each with the derivatives to attach */
  arrivalsIn(file: ts.SourceFile): readonly Arrival[] {
    const here = [...this.#asked].filter(([x]) => x.getSourceFile() === file).sort(([a], [b]) => a.pos - b.pos);
    return here.map(([node, requests]) => ({ node, calls: [...requests.values()].flatMap((request) => {
      const found: { readonly target: Target } | { readonly finding: Finding } = resolveTarget(node, request.operator, this.#context);
      return "finding" in found ? [] : [{ node, request, target: found.target }];
    }) }));
  }
}
