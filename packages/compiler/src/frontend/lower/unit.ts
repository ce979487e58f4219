// The state of one lowering: the functions still to do, the cells of modules met so far, what was found wrong.
// Guarantees one FuncId per function and set of type arguments, one Cell per variable of a module, and findings
// reported once each, innermost first.
import { ts } from "ts-morph";
import type { Cell, Func, FuncId, Operator, Type, Var } from "../../ir/ir.ts";
import type { Supply } from "../../ir/build.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { printType } from "../../ir/print.ts";
import type { Code } from "../code.ts";
import type { TypeTable } from "../types.ts";
import { className } from "../classes.ts";
import { Copyable } from "../copyable.ts";
import type { CodeNode, FunctionNode } from "../nodes.ts";
import { type Facts, enclosingFunction, firstMentions, outermostFunction, scan } from "./scan.ts";

export interface LowerContext {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly supply: Supply;
  readonly types: TypeTable;
  readonly code: Code;
  /** the marker that a callee names, by resolved symbol */
  readonly isMarker: (callee: ts.Node) => Operator | null;
}

/** A variable of the function around the root that the root uses. */
export interface Capture {
  readonly variable: Var;
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
  /** the object that the code around is about; the symbol is that of its class, the declaration the member of it that stands around */
  readonly isThis?: true;
  /** nobody writes to its memory */
  readonly stays?: true;
}

/** A function to lower. */
export interface Work {
  readonly id: FuncId;
  readonly node: CodeNode;
  readonly types: TypeTable;
  /** what type parameters stand for, those of classes around included */
  readonly parameters: TypeArguments;
  /** of methods and constructors: the type of `this` */
  readonly self: Type | null;
  /** where calls decide between several types */
  readonly given: Given | null;
}

/** One choice among the types that a function takes. */
export interface Given {
  /** of parameters declared with several */
  readonly parameters: ReadonlyMap<ts.Symbol, Type>;
  /** what it returns then, where its declaration leaves that open */
  readonly result: Type | null;
}

const MOST_INSTANCES = 50;

export type TypeArguments = ReadonlyMap<ts.Type, Type>;

export class Unit {
  readonly context: LowerContext;
  /** the function that is asked for */
  readonly root: ts.Node;
  readonly findings: Finding[] = [];
  readonly captures: Capture[] = [];
  readonly constants: Copyable;
  /** variables that stand for what was refused */
  readonly refused: Set<Var> = new Set();
  /** classes of which instances are made, by key, as variables of their modules; null where they cannot be named */
  readonly classes: Map<string, Cell | null> = new Map();
  /** functions that lowering made beside those that are declared */
  readonly made: Func[] = [];
  readonly #queue: Work[] = [];
  readonly #ids = new Map<FuncId, ts.Node>();
  readonly #enqueued = new Set<FuncId>();
  readonly #instances = new Map<ts.Node, number>();
  readonly #cells = new Map<ts.Symbol, Cell>();
  readonly #mentions = new Map<ts.Node, ReadonlyMap<string, number>>();
  readonly #facts = new Map<ts.Node, Facts>();

  constructor(context: LowerContext, root: ts.Node) {
    this.context = context;
    this.root = root;
    this.constants = Copyable.of(context.checker);
  }

  get supply(): Supply {
    return this.context.supply;
  }

  report(finding: Finding): void {
    const { span } = finding;
    // what stands around something refused is refused only because of it
    const known = this.findings.some((x) => x.span.file === span.file && x.span.start >= span.start && x.span.end <= span.end && span.end - span.start < 400);
    if (!known) this.findings.push(finding);
  }

  facts(node: ts.Node): Facts {
    const root = outermostFunction(node);
    const known = this.#facts.get(root) ?? scan(root, this.context.checker);
    this.#facts.set(root, known);
    return known;
  }

  /** where the names in a block are first mentioned */
  mentions(block: ts.Node): ReadonlyMap<string, number> {
    const known = this.#mentions.get(block) ?? firstMentions(block);
    this.#mentions.set(block, known);
    return known;
  }

  /** the id of a function of the program, which will be lowered too */
  functionId(node: FunctionNode, parameters: TypeArguments = new Map(), given: Given | null = null): FuncId {
    const instance = [...[...parameters.values()].map(instanceText), ...chosenTexts(given)].join(",");
    const id = this.#uniqueId(node) + (instance === "" ? "" : `<${instance}>`);
    if (this.#enqueued.has(id)) return id;
    // a function that calls itself with ever larger types is lowered for any type instead
    const count = (this.#instances.get(node) ?? 0) + 1;
    if (count > MOST_INSTANCES && instance !== "") return this.functionId(node);
    this.#instances.set(node, count);
    this.#enqueued.add(id);
    this.context.code.type(node, null, this.context.types);
    this.#queue.push({ id, node, types: this.context.types.within(parameters), parameters, self: null, given });
    return id;
  }

  /** a method, an accessor or the constructor of a class, for receivers of one type */
  memberId(node: CodeNode, parameters: TypeArguments, self: Type, given: Given | null = null): FuncId {
    const instance = [...[self, ...parameters.values()].map(instanceText), ...chosenTexts(given)].join(",");
    const id = `${this.#uniqueId(node)}<${instance}>`;
    if (this.#enqueued.has(id)) return id;
    this.#enqueued.add(id);
    this.#queue.push({ id, node, types: this.context.types.within(parameters), parameters, self, given });
    return id;
  }

  #uniqueId(node: CodeNode): FuncId {
    const plain = `${node.getSourceFile().fileName}#${qualifiedName(node)}`;
    const id = enclosingFunction(node) === null && (this.#ids.get(plain) ?? node) === node ? plain : `${plain}@${node.getStart()}`;
    this.#ids.set(id, node);
    return id;
  }

  /** notes a variable that stands for what was refused */
  standIn(variable: Var): Var {
    this.refused.add(variable);
    return variable;
  }

  takeWork(): Work | undefined {
    return this.#queue.shift();
  }

  cell(symbol: ts.Symbol, make: () => Cell): Cell {
    const known = this.#cells.get(symbol) ?? make();
    this.#cells.set(symbol, known);
    return known;
  }
}

/** what tells an instance that is lowered for these types from others */
const chosenTexts = (given: Given | null): readonly string[] =>
  (given === null ? [] : [...[...given.parameters].map(([x, type]) => `${x.name}: ${instanceText(type)}`), ...(given.result === null ? [] : [instanceText(given.result)])]);

/** struct types of the same name are told apart by their number */
function instanceText(type: Type): string {
  if (type.kind === "struct") return `${type.name ?? "object"}${type.id}`;
  if (type.kind === "string" && type.literals !== undefined) return type.literals.map((x) => JSON.stringify(x)).join("|");
  return type.kind === "union" ? type.members.map(instanceText).join("|") : printType(type);
}

/** the name of a function as its module sees it: `f`, `N.f`, `default` */
export function qualifiedName(node: CodeNode): string {
  const names = ts.isClassLike(node) ? [className(node), "constructor"] : [functionName(node)];
  for (let at: ts.Node | undefined = node.parent; at !== undefined; at = at.parent) {
    if (ts.isModuleDeclaration(at)) names.unshift(at.name.text);
    if (ts.isClassLike(at)) names.unshift(className(at));
  }
  return names.join(".");
}

export function functionName(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined && (ts.isIdentifier(node.name) || ts.isStringLiteralLike(node.name))) return node.name.text;
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return node.name.text.slice(1);
  for (let at: ts.Node | undefined = node.parent; at !== undefined && ts.isExpression(at); at = at.parent) {
    if (ts.isCallExpression(at)) return "callback";
  }
  const owner = declarationAround(node);
  if (owner !== null) return owner;
  return ts.isFunctionDeclaration(node) ? "default" : "callback";
}

function declarationAround(node: ts.Node): string | null {
  let at = node.parent;
  while (at !== undefined && (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at))) at = at.parent;
  if (at !== undefined && (ts.isVariableDeclaration(at) || ts.isPropertyAssignment(at)) && ts.isIdentifier(at.name)) return at.name.text;
  return null;
}
