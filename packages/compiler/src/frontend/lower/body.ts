// The state of one function body while it is lowered: the block that statements go to, the variables in scope, the exits
// in reach. The parts of the lowering call each other through the visitors here, so that none imports another.
// Guarantees that every operand handed out by `atom` is a constant, a function or a variable that is never assigned.
import { ts } from "ts-morph";
import type { Block, Callee, Exit, Expr, Origin, Stmt, Type, Var } from "../../ir/ir.ts";
import { constant, define, isAtom, typeOf, UNDEFINED, use, VOID } from "../../ir/build.ts";
import { carriesNumbers, isUntyped, isVagueInside } from "../../ir/facts.ts";
import { untypedAssertion } from "../../diagnostics/catalog.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { printType } from "../../ir/print.ts";
import type { ClassInstance, ClassNode } from "../classes.ts";
import { bare, spanOf, typeAt } from "../nodes.ts";
import { isLibraryFile } from "../type-parts.ts";
import type { TypeTable } from "../types.ts";
import { walked } from "../../ir/walkable.ts";
import { arrayOfBuffer } from "./buffer.ts";
import { leadingComments } from "./comments.ts";
import { hintOf } from "./hints.ts";
import { quickType, type QuickContext } from "./quick-type.ts";
import { enclosingFunction, isFunctionLike } from "./scan.ts";
import { findUnder } from "./tree.ts";
import type { Given, Unit } from "./unit.ts";

/** What the consumer of a value does with it. */
export interface Want {
  /** it is compared with null or undefined, or tested for truth */
  readonly tested: boolean;
  /** the program says that it is there: `v[i]!` */
  readonly asserted: boolean;
  /** a variable about to be declared with it: a statement that defines its result may define this */
  readonly into: Var | null;
  /** how a temporary for it would best be called */
  readonly hint: string | null;
  /** what the literal around it holds there */
  readonly element?: Type;
}

export const PLAIN: Want = { tested: false, asserted: false, into: null, hint: null };
export const TESTED: Want = { ...PLAIN, tested: true };

/** What `break` and `continue` mean at a place. */
export interface Jump {
  readonly labels: readonly string[];
  /** does a `break` without label mean this? */
  readonly plain: boolean;
  readonly break: Exit;
  readonly continue: Exit | null;
}

/** Something that is walked over: `callee(...args, visit, finish)`. */
export interface Walk {
  readonly callee: Callee;
  readonly args: readonly Expr[];
  /** what it visits */
  readonly element: Type;
  /** what it finishes with */
  readonly result: Type;
}

/** Who consumes what a generator's body yields. */
export interface Consumer {
  readonly visit: Var;
  readonly finish: Var;
}

/** The parts of the lowering, by what they take. */
export interface Visitors {
  readonly value: (b: Body, node: ts.Expression, want: Want) => Expr;
  readonly effect: (b: Body, node: ts.Expression) => void;
  readonly condition: (b: Body, node: ts.Expression) => Expr;
  readonly statement: (b: Body, node: ts.Statement) => void;
  readonly statements: (b: Body, nodes: readonly ts.Statement[]) => void;
  readonly closure: (b: Body, node: ts.SignatureDeclaration, name: string, receiver: Receiver | null) => Expr;
  /** what an expression walks over that is consumed where it stands; null if it is nothing of the kind */
  readonly walk: (b: Body, node: ts.Expression) => Walk | null;
  /** all that is walked over as an array, or the first `most` values */
  readonly collect: (b: Body, walk: Walk, node: ts.Node, most: number | null) => Expr;
  /** a value where a walk of type `expected` belongs */
  readonly asWalk: (b: Body, value: Expr, expected: Type, node: ts.Node) => Expr;
  readonly yield: (b: Body, node: ts.YieldExpression) => Expr;
}

/** What `this` is in a function. */
export interface Receiver {
  /** the object, as an operand */
  readonly value: (b: Body, node: ts.Node) => Expr;
  /** a field that is set before the object is made: its value; null where the object itself must be asked */
  readonly field: (b: Body, name: string) => Expr | null;
  /** the class whose code this is: `super` means what it extends; null in object literals */
  readonly home: ClassInstance | null;
  /** is `this` the class? */
  readonly isClass: boolean;
}

export class Body {
  readonly unit: Unit;
  readonly visitors: Visitors;
  readonly parent: Body | null;
  readonly node: ts.SignatureDeclaration | ClassNode | ts.Expression;
  readonly types: TypeTable;
  /** what `this` is, where the function has its own */
  receiver: Receiver | null = null;
  /** where a `return` goes instead of leaving the function: the constructor of a base class is part of another function */
  returnTo: Exit | null = null;
  readonly given: Given | null;
  readonly jumps: Jump[] = [];
  /** declared before their declaration is reached: `var`s, variables of a switch */
  readonly predeclared: Set<ts.Symbol> = new Set();
  /** variables that `catch` binds and nobody assigns: what they are asserted or tested to be is asked where the value is thrown */
  /** what the root captures, defined before everything else */
  readonly prologue: Stmt[] = [];
  /** in the body of a generator */
  consumer: Consumer | null = null;
  readonly #variables = new Map<ts.Symbol, Var>();
  readonly #types = new Map<ts.Node, Type | null>();
  readonly #quick: QuickContext;
  #block: Stmt[] = [];
  #comments: readonly string[] = [];

  constructor(unit: Unit, visitors: Visitors, parent: Body | null, node: ts.SignatureDeclaration | ClassNode | ts.Expression, types: TypeTable, given: Given | null = null) {
    this.unit = unit;
    this.visitors = visitors;
    this.parent = parent;
    this.node = node;
    this.types = types;
    this.given = given;
    const { noUncheckedIndexedAccess } = unit.context.program.getCompilerOptions();
    this.#quick = { variableType: (x) => this.#variableType(x), checkedElements: noUncheckedIndexedAccess === true };
  }

  get checker(): ts.TypeChecker {
    return this.unit.context.checker;
  }

  // -------------------------------------------------------------------------------------------------- statements

  emit(statement: Stmt): void {
    this.#block.push(statement);
  }

  /** the statements that `fill` emits */
  block(fill: () => void): Block {
    const outer = this.#block;
    const inner: Stmt[] = [];
    this.#block = inner;
    fill();
    this.#block = outer;
    return inner;
  }

  /** the next statement starts a statement of the source: it carries its comments */
  begin(node: ts.Node): void {
    this.#comments = leadingComments(node);
  }

  origin(node: ts.Node): Origin {
    const comments = this.#comments;
    this.#comments = [];
    return { span: spanOf(node), comments };
  }

  /** does what was emitted last leave the block? */
  get hasLeft(): boolean {
    const last = this.#block.at(-1)?.kind;
    return last === "exit" || last === "throw";
  }

  /** one arm alone where the test is decided */
  branch(test: Expr, then: () => void, otherwise: () => void, node: ts.Node): void {
    if (test.kind === "const" && typeof test.value === "boolean") return (test.value ? then : otherwise)();
    const origin = this.origin(node);
    this.emit({ kind: "if", test, then: this.block(then), else: this.block(otherwise), origin });
  }

  exit(exit: Exit, node: ts.Node): void {
    this.emit({ kind: "exit", exit, origin: this.origin(node) });
  }

  assign(variable: Var, value: Expr, node: ts.Node): void {
    this.emit({ kind: "assign", variable, value, origin: this.origin(node) });
  }

  // -------------------------------------------------------------------------------------------------- values

  /** any expression, to be consumed before anything else is emitted */
  value(node: ts.Expression, want: Want = PLAIN): Expr {
    return this.visitors.value(this, node, want);
  }

  effect(node: ts.Expression): void {
    this.visitors.effect(this, node);
  }

  atom(node: ts.Expression, want: Want = PLAIN): Expr {
    return this.settle(this.value(node, want), node, want.hint);
  }

  /** an atom that is a boolean */
  condition(node: ts.Expression): Expr {
    return this.visitors.condition(this, node);
  }

  /** the value as an operand; what is read from a variable that is assigned again is a copy of it as it is now */
  settle(value: Expr, node: ts.Node, hint: string | null = null): Expr {
    if (value.kind === "var") {
      const { variable } = value;
      const type = variable.mutable ? this.#narrowed(variable, node) : variable.type;
      // a test tells what a variable without a type holds, not where its numbers come from
      if (type !== variable.type && isUntyped(variable.type) && carriesNumbers(type)) return this.refuse(untypedAssertion(spanOf(node), "unknown", printType(type)), node);
      return variable.mutable ? use(this.define(variable.name, value, node, type)) : value;
    }
    return isAtom(value) ? value : use(this.define(hint ?? hintOf(value, node), value, node));
  }

  /** the type that a variable has where it is read */
  #narrowed(variable: Var, node: ts.Node): Type {
    const { type } = variable;
    if (type.kind !== "nullable" && type.kind !== "union" && type.kind !== "opaque") return type;
    const at = ts.isExpression(node) ? bare(node) : node;
    if (!ts.isIdentifier(at)) return type;
    const seen = this.typeOf(at);
    // nothing else than null or undefined was assigned here; a call may have
    return seen.kind === "opaque" || seen.kind === "void" ? type : seen;
  }

  /** a new variable that is never assigned */
  define(name: string, value: Expr, node: ts.Node, type: Type = typeOf(value)): Var {
    const variable = this.unit.supply.fresh(name, type);
    this.emit(define(variable, value, this.origin(node)));
    return variable;
  }

  /** a new variable that is assigned later, on several paths */
  declare(name: string, type: Type, node: ts.Node, value: Expr = UNDEFINED): Var {
    const variable = this.unit.supply.fresh(name, type, true);
    this.emit(define(variable, value, this.origin(node)));
    return variable;
  }

  statements(nodes: readonly ts.Statement[]): void {
    this.visitors.statements(this, nodes);
  }

  /** the variable for the result of a statement; null where nobody wants it. What has no type does not get one by the way */
  result(type: Type, want: Want | null, hint: string): Var | null {
    if (want === null || type.kind === "void" || (type.kind === "opaque" && type.text === "never")) return null;
    const into = type.kind === "opaque" ? null : want.into;
    return into ?? this.unit.supply.fresh(want.hint ?? hint, type);
  }

  /** `receiver`: what `this` is in it, where it has its own */
  closure(node: ts.SignatureDeclaration, name: string, receiver: Receiver | null = null): Expr {
    return this.visitors.closure(this, node, name, receiver);
  }

  // -------------------------------------------------------------------------------------------------- variables

  symbolOf(node: ts.Node): ts.Symbol | undefined {
    // a parameter property declares two things: code that mentions the name means the parameter
    if (ts.isIdentifier(node) && node.parent !== undefined && ts.isParameter(node.parent) && node.parent.name === node && ts.isParameterPropertyDeclaration(node.parent, node.parent.parent)) {
      return this.checker.getSymbolsOfParameterPropertyDeclaration(node.parent, node.text)[0];
    }
    return ts.isIdentifier(node) && node.parent !== undefined && ts.isShorthandPropertyAssignment(node.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.checker.getSymbolAtLocation(node);
  }

  /** the variable of a symbol, if it is one of this function or of those around it */
  lookup(symbol: ts.Symbol): Var | undefined {
    return this.#variables.get(symbol) ?? this.parent?.lookup(symbol);
  }

  bind(symbol: ts.Symbol, variable: Var): void {
    this.#variables.set(symbol, variable);
  }

  /** the variable that a declaration makes; a function that stands above may have asked for it already */
  variableOf(symbol: ts.Symbol, name: string, at: ts.Node): Var {
    const known = this.#variables.get(symbol);
    if (known !== undefined) return known;
    const variable = this.unit.supply.fresh(name, this.declaredType(symbol, at), this.unit.facts(at).assigned.has(symbol) || this.predeclared.has(symbol));
    this.bind(symbol, variable);
    return variable;
  }

  /** the body in this chain that belongs to a function */
  bodyOf(owner: ts.Node | null): Body | null {
    return this.node === owner ? this : this.parent === null ? null : this.parent.bodyOf(owner);
  }

  get root(): Body {
    return this.parent === null ? this : this.parent.root;
  }

  // -------------------------------------------------------------------------------------------------- types

  typeOf(node: ts.Node): Type {
    return quickType(node, this.#quick, this.#types) ?? this.types.of(typeAt(node, this.checker));
  }

  /** the type of what stands behind assertions; where that has none, what it is asserted to be */
  typeBehind(node: ts.Expression): Type {
    const type = this.typeOf(bare(node));
    return isUntyped(type) ? this.typeOf(node) : type;
  }

  /** the type of a variable that an identifier names */
  #variableType(node: ts.Identifier): Type | null {
    const symbol = this.symbolOf(node);
    const variable = symbol === undefined ? undefined : this.lookup(symbol);
    // what has no type has the one that tests give it
    return variable === undefined || isUntyped(variable.type) ? null : variable.type;
  }

  /** the type of a variable; where it follows from what is assigned, the one seen first */
  declaredType(symbol: ts.Symbol, at: ts.Node): Type {
    const given = this.given?.parameters.get(symbol);
    if (given !== undefined) return given;
    const type = this.types.of(this.checker.getTypeOfSymbol(symbol));
    const isBuffer = type.kind === "opaque" && type.text.includes("ArrayBuffer");
    if (!isVague(type) && !isBuffer) return type;
    const scope = enclosingFunction(at) ?? at.getSourceFile();
    if (isBuffer) return arrayOfBuffer(symbol, scope, (x) => this.symbolOf(x)) ?? type;
    const seen = this.#firstUse(scope, symbol);
    return seen ?? type;
  }

  #firstUse(scope: ts.Node, symbol: ts.Symbol): Type | null {
    return findUnder(scope, (node) => {
      if (!ts.isIdentifier(node) || node.text !== symbol.name || this.symbolOf(node) !== symbol) return null;
      const type = this.typeOf(node);
      return isVague(type) || type.kind === "void" ? null : type;
    });
  }

  /** what a function returns; void where nobody can use it */
  resultOf(node: ts.SignatureDeclaration): Type {
    const signature = this.checker.getSignatureFromDeclaration(node);
    return signature === undefined ? { kind: "void" } : this.types.of(this.checker.getReturnTypeOfSignature(signature));
  }

  resultType(): Type {
    return !isFunctionLike(this.node) || ts.isConstructorDeclaration(this.node) ? VOID : this.given?.result ?? this.resultOf(this.node);
  }

  /** what `this` means here: arrow functions have it from around them */
  get self(): Receiver | null {
    return this.receiver ?? (ts.isArrowFunction(this.node) ? this.parent?.self ?? null : null);
  }

  // -------------------------------------------------------------------------------------------------- findings

  report(finding: Finding): void {
    this.unit.report(finding);
  }

  /** a value that goes where one of type `expected` belongs: whether one without a type may pass for numbers is seen when calls are inlined */
  typed(value: Expr, expected: Type, node: ts.Node): Expr {
    const type = typeOf(value);
    if (expected.kind === "function" && type.kind !== "function" && walked(expected) !== null) return this.visitors.asWalk(this, value, expected, node);
    if (isVagueInside(type, expected)) return this.refuse(untypedAssertion(spanOf(node), printType(type), printType(expected)), node);
    if (!isUntyped(type) || !carriesNumbers(expected)) return value;
    if (value.kind === "var" && !value.variable.mutable) return use(this.define(value.variable.name, value, node, expected));
    return this.refuse(untypedAssertion(spanOf(node), type.text, printType(expected)), node);
  }

  /** reports, and gives a value of the right type so that lowering can go on */
  refuse(finding: Finding, node: ts.Node): Expr {
    this.report(finding);
    const type = ts.isExpression(node) ? this.typeOf(node) : null;
    switch (type?.kind) {
      case "real": return constant(0);
      case "boolean": return constant(false);
      case "string": return constant("");
      default: return type === null || type.kind === "void" ? UNDEFINED : use(this.unit.standIn(this.define("refused", UNDEFINED, node, type.kind === "opaque" ? { kind: "void" } : type)));
    }
  }

  fromLibrary(symbol: ts.Symbol): boolean {
    return symbol.declarations?.some((x) => isLibraryFile(x.getSourceFile().fileName)) ?? false;
  }
}

const isVague = (type: Type): boolean => (type.kind === "opaque" && (type.text === "any" || type.text === "never")) || (type.kind === "array" && isVague(type.element));
