// What packages declare of the functions in their code: types for parameters and results, found by the path under which both are exported.
// Assumes one program. Guarantees that what overloads disagree about, and what speaks of type parameters, counts as not said.
import { ts } from "ts-morph";
import { sameType } from "../ir/facts.ts";
import { VOID } from "../ir/build.ts";
import type { Type } from "../ir/ir.ts";
import { walked } from "../ir/walkable.ts";
import { classOfSymbol, type ClassNode, isStatic, memberName } from "./classes.ts";
import { makerOf, returnedFunctions } from "./lower/repeatable.ts";
import { bare, type ParameterizedNode } from "./nodes.ts";
import type { TypeTable } from "./types.ts";

/** What declarations say of a function; null where they say nothing sure. */
export interface Said {
  readonly parameters: readonly (Type | null)[];
  /** the texts that a parameter may be, where it is a choice of some: keys of tables */
  readonly choices: readonly (Type | null)[];
  readonly result: Type | null;
}

const ANY: Type = { kind: "opaque", text: "any" };

export class Declared {
  readonly #checker: ts.TypeChecker;
  readonly #symbols = new Map<ts.Node, ts.Symbol>();
  readonly #classes = new Map<ClassNode, ts.Symbol>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  has(node: ts.Node): boolean {
    return this.#symbols.has(node);
  }

  /** code that stands behind a declared symbol */
  add(declared: ts.Symbol, code: ts.Symbol): void {
    for (const x of code.declarations ?? []) {
      const node = functionIn(x);
      if (node !== null) this.#symbols.set(node, declared);
      else for (const made of this.#madeIn(x)) this.#symbols.set(made, declared);
    }
    const made = (declared.flags & ts.SymbolFlags.Class) === 0 ? null : classOfSymbol(code);
    if (made === null) return;
    this.#classes.set(made, declared);
    this.#addMembers(declared, made);
  }

  isClass(node: ClassNode): boolean {
    return this.#classes.has(node);
  }

  property(node: ClassNode, name: string): ts.Symbol | undefined {
    const declared = this.#classes.get(node);
    return declared === undefined ? undefined : this.#checker.getPropertyOfType(this.#checker.getDeclaredTypeOfSymbol(declared), name);
  }

  /** the functions that a variable may hold that a call gives its value */
  #madeIn(node: ts.Declaration): readonly ParameterizedNode[] {
    const value = ts.isVariableDeclaration(node) && node.initializer !== undefined ? bare(node.initializer) : undefined;
    const maker = value !== undefined && ts.isCallExpression(value) ? makerOf(value.expression, this.#checker) : null;
    return maker === null ? [] : returnedFunctions(maker, this.#checker);
  }

  /** the methods of a class; those that it inherits are the base's */
  #addMembers(declared: ts.Symbol, code: ClassNode): void {
    const instances = this.#checker.getDeclaredTypeOfSymbol(declared);
    for (const x of code.members) {
      if (!isFilled(x)) continue;
      const name = ts.isConstructorDeclaration(x) ? null : memberName(x.name);
      const owner = isStatic(x) ? this.#checker.getTypeOfSymbol(declared) : instances;
      const symbol = name === null ? declared : this.#checker.getPropertyOfType(owner, name);
      if (symbol !== undefined) this.#symbols.set(x, symbol);
    }
  }

  of(node: ParameterizedNode, types: TypeTable): Said {
    const checker = this.#checker;
    const signatures = this.#signatures(node);
    const said = (type: ts.Type, by: ts.Signature): Type => (isGeneric(type, by, checker) ? ANY : types.of(type));
    const parameter = (i: number): Type | null => agreed(signatures.map((x) => { const given = x.parameters[i]; return given === undefined ? VOID : said(checker.getTypeOfSymbol(given), x); }));
    return {
      parameters: node.parameters.map((_, i) => parameter(i)),
      choices: node.parameters.map((_, i) => choiceOf(signatures, i, checker)),
      result: ts.isConstructorDeclaration(node) ? null : agreed(signatures.map((x) => said(checker.getReturnTypeOfSignature(x), x))),
    };
  }

  #signatures(node: ParameterizedNode): readonly ts.Signature[] {
    const declared = this.#symbols.get(node);
    if (declared === undefined) return [];
    const type = this.#checker.getTypeOfSymbol(declared);
    return ts.isConstructorDeclaration(node) ? type.getConstructSignatures() : type.getCallSignatures();
  }
}

const isFilled = (node: ts.ClassElement): node is ts.MethodDeclaration | ts.ConstructorDeclaration => (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && node.body !== undefined;

/** the function that a declaration is, or holds */
function functionIn(node: ts.Declaration): ParameterizedNode | null {
  if (ts.isFunctionDeclaration(node)) return node.body === undefined ? null : node;
  const value = ts.isVariableDeclaration(node) ? node.initializer : ts.isExportAssignment(node) ? node.expression : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}

/** what all overloads say; what can be iterated in any way is what the calls hand over */
function agreed(types: readonly Type[]): Type | null {
  const [first] = types;
  return first !== undefined && walked(first) === null && types.every((x) => sameType(x, first)) ? first : null;
}

function choiceOf(signatures: readonly ts.Signature[], index: number, checker: ts.TypeChecker): Type | null {
  const said = signatures.map((x) => {
    const parameter = x.parameters[index];
    const type = parameter === undefined ? undefined : checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
    const members = type === undefined ? [] : type.isUnion() ? type.types : [type];
    return members.length > 0 && members.every((t) => t.isStringLiteral()) ? members.map((t) => JSON.stringify((t as ts.StringLiteralType).value)).join(" | ") : null;
  });
  const [first] = said;
  return first === undefined || first === null || said.some((x) => x !== first) ? null : { kind: "opaque", text: first };
}

/** a text as the choice that it is */
export const narrowed = (type: Type, choice: Type | null): Type =>
  (choice === null ? type : type.kind === "string" ? choice : type.kind === "nullable" && type.inner.kind === "string" ? { ...type, inner: choice } : type);

/** does a type speak of the type parameters of its signature? */
function isGeneric(type: ts.Type, signature: ts.Signature, checker: ts.TypeChecker): boolean {
  const names = signature.typeParameters?.map((x) => x.symbol.name) ?? [];
  return names.length > 0 && new RegExp(`\\b(${names.join("|")})\\b`).test(checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
}
