// The code behind what a package declares: the function, variable or class in its source that a declaration speaks of.
// One per program. Assumes that the workspace opens the program again when something was learned (`Sources`). Guarantees that a
// symbol is traded for one of readable code, or a reason why there is none.
import { ts } from "ts-morph";
import { VOID } from "../ir/build.ts";
import type { Type } from "../ir/ir.ts";
import { sameType } from "../ir/facts.ts";
import { walked } from "../ir/walkable.ts";
import type { FileSystem } from "./file-system.ts";
import { isAssignment, scan } from "./lower/scan.ts";
import { eachNode } from "./lower/tree.ts";
import { classOfSymbol, type ClassNode, isStatic, memberName } from "./classes.ts";
import type { ParameterizedNode } from "./nodes.ts";
import { JAVASCRIPT, mappedSource, originalOffset, type Sources, type Unreadable, unreadable } from "./sources.ts";
import type { TypeTable } from "./types.ts";
import { commentOf, covers, isWritable, joined, typeComment } from "./written-types.ts";

export interface CodeOptions {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly sources: Sources;
  readonly sourceOf: (specifier: string, containing: string) => string | null;
  readonly files: FileSystem;
}

export type Behind =
  | { readonly kind: "found"; readonly symbol: ts.Symbol }
  /** known when the program is opened again */
  | { readonly kind: "pending" }
  | { readonly kind: "unreadable"; readonly file: string; readonly why: Unreadable };

/** An import of a package, as the project's files write it. */
interface PackageImport {
  readonly module: ts.Symbol;
  readonly specifier: string;
  readonly from: string;
}

export interface PackageExport {
  readonly specifier: string;
  readonly name: string;
}

type Paths = ReadonlyMap<ts.Symbol, readonly string[]>;

const MODULES = ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule;
const DEEPEST = 4;

export class Code {
  readonly #options: CodeOptions;
  #imports: readonly PackageImport[] | null = null;
  readonly #paths = new Map<ts.Symbol, Paths>();
  readonly #declared = new Map<ts.Node, ts.Symbol>();
  readonly #enums = new Map<ts.Symbol, ts.Symbol>();
  /** what calls of this program's round want parameters to be */
  readonly #wanted = new Map<ParameterizedNode, readonly Type[]>();
  readonly #matched = new Set<ts.Symbol>();
  /** what the calls of another file made of these is gone in the next program */
  readonly #returned = new Set<ParameterizedNode>();

  constructor(options: CodeOptions) {
    this.#options = options;
  }

  /** is the file one of a package's code, in JavaScript or TypeScript? */
  isPackageCode(path: string): boolean {
    return this.#options.sources.has(path);
  }

  /** was something learned that makes this program out of date? */
  get isOutdated(): boolean {
    return this.#options.sources.isChanged;
  }

  /** the code of what a package declares; null where it is no package's */
  behind(symbol: ts.Symbol): Behind | null {
    if (!(symbol.declarations ?? []).some((x) => x.getSourceFile().isDeclarationFile)) return null;
    for (const found of this.#packageImports()) {
      const path = this.#pathsIn(found.module).get(symbol);
      if (path !== undefined) return this.#inSource(found, path);
    }
    return null;
  }

  /** the value of a member of an enum: compiled to an object, it is a declaration that still says what it is */
  enumMember(symbol: ts.Symbol, name: string): string | number | undefined {
    const member = this.#enums.get(symbol)?.exports?.get(ts.escapeLeadingUnderscores(name))?.valueDeclaration;
    return member !== undefined && ts.isEnumMember(member) ? this.#options.checker.getConstantValue(member) : undefined;
  }

  /** how a file of the project imports what a package exports; null where it cannot */
  exported(symbol: ts.Symbol): PackageExport | null {
    for (const { module, specifier } of this.#packageImports()) {
      const path = this.#pathsIn(module).get(symbol);
      if (path?.length === 1 && path[0] !== undefined) return { specifier, name: path[0] };
    }
    return this.#exportedCode(symbol);
  }

  #exportedCode(symbol: ts.Symbol): PackageExport | null {
    for (const found of this.#packageImports()) {
      const file = this.#sourceFile(found);
      const module = file === undefined ? undefined : this.#options.checker.getSymbolAtLocation(file);
      if (module === undefined) continue;
      for (const x of this.#options.checker.getExportsOfModule(module)) if (this.#target(x) === symbol) return { specifier: found.specifier, name: x.name };
    }
    return null;
  }

  /**
   * Sees to it that the parameters of a function in JavaScript have types: those that a package declares, else those of the
   * arguments in all calls. `args` is null where the function is not called but named.
   */
  type(node: ParameterizedNode, args: readonly Type[] | null, types: TypeTable): void {
    const { sources, checker } = this.#options;
    const file = node.getSourceFile();
    if (!this.#isUntyped(file) || node.parameters.length === 0) return;
    const at = originalOffset(file, node.getStart(file));
    if (sources.isDeclared(file.fileName, at)) return;
    // seen from the outside after it was seen from a call: the call knows better
    if (args === null && sources.inferred(file.fileName, at) !== undefined) return;
    const signatures = this.#declaredSignatures(node);
    const said = (type: ts.Type, by: ts.Signature): Type => (isGeneric(type, by, checker) ? ANY : types.of(type));
    const declared = node.parameters.map((_, i) => agreed(signatures.map((x) => { const given = x.parameters[i]; return given === undefined ? VOID : said(checker.getTypeOfSymbol(given), x); })));
    // as another file's calls have it, which hides what its own text says
    if (sources.giveBack(file.fileName, at)) this.#returned.add(node);
    if (this.#returned.has(node)) return;
    const now = this.#wanted.get(node) ?? node.parameters.map((x) => types.of(checker.getTypeAtLocation(x)));
    const wanted = now.map((current, i): Type => parameterType({ current, declared: declared[i] ?? null, given: args?.[i] ?? null, isAssigned: isAssigned(node.parameters[i], checker) }));
    if (now.every((x, i) => isWritable(x) && wanted[i] === x)) return;
    this.#wanted.set(node, wanted);
    const result = ts.isConstructorDeclaration(node) ? null : agreed(signatures.map((x) => said(checker.getReturnTypeOfSignature(x), x)));
    const text = commentOf(node, wanted, result !== null && isWritable(result) ? result : null, { types, checker, file });
    if (declared.every((x) => x !== null && isSettled(x))) sources.declare(file.fileName, at, text);
    else sources.infer(file.fileName, at, text);
  }

  /** JavaScript whose text is not what is being compiled */
  #isUntyped(file: ts.SourceFile): boolean {
    return JAVASCRIPT.test(file.fileName) && this.#options.sources.root !== file.fileName;
  }

  /** Sees to it that a variable that starts as an object literal has the type of all that is put into the object later. */
  complete(node: ts.VariableDeclaration, types: TypeTable): void {
    const { sources, checker } = this.#options;
    const file = node.getSourceFile();
    const symbol = checker.getSymbolAtLocation(node.name);
    if (!this.#isUntyped(file) || node.initializer === undefined || !ts.isObjectLiteralExpression(node.initializer) || symbol === undefined) return;
    const at = originalOffset(file, node.getStart(file));
    if (sources.inferred(file.fileName, at) !== undefined) return;
    const type = types.of(checker.getTypeAtLocation(node));
    if (type.kind !== "struct" || !isWritable(type)) return;
    const added = new Map<string, Type>();
    eachNode(ts.findAncestor(node, ts.isFunctionLike) ?? file, (x) => {
      if (!ts.isBinaryExpression(x) || !isAssignment(x.operatorToken.kind) || !ts.isPropertyAccessExpression(x.left) || checker.getSymbolAtLocation(x.left.expression) !== symbol) return;
      const name = x.left.name.text;
      const value = types.of(checker.getTypeAtLocation(x.right));
      if (type.fields.some((f) => f.name === name)) return;
      const known = added.get(name);
      added.set(name, known === undefined || covers(value, known) ? value : covers(known, value) ? known : joined(known, value));
    });
    if (added.size === 0 || ![...added.values()].every((x) => isWritable(x))) return;
    const fields = [...type.fields, ...[...added].map(([name, x]) => ({ name, type: x, optional: true }))];
    sources.infer(file.fileName, at, typeComment({ ...type, id: UNNAMED, name: null, fields }, { types, checker, file }));
  }

  #declaredSignatures(node: ParameterizedNode): readonly ts.Signature[] {
    const { checker } = this.#options;
    const declared = this.#declared.get(node);
    if (declared === undefined) return [];
    const type = checker.getTypeOfSymbol(declared);
    return ts.isConstructorDeclaration(node) ? type.getConstructSignatures() : type.getCallSignatures();
  }

  /** the class behind one that a package declares; the class itself where it is no package's, or its code cannot be had */
  classBehind(node: ClassNode): ClassNode {
    const symbol = node.getSourceFile().isDeclarationFile && node.name !== undefined ? this.#options.checker.getSymbolAtLocation(node.name) : undefined;
    const behind = symbol === undefined ? null : this.behind(symbol);
    return behind?.kind === "found" ? classOfSymbol(behind.symbol) ?? node : node;
  }

  #packageImports(): readonly PackageImport[] {
    if (this.#imports !== null) return this.#imports;
    const { program, checker, sources } = this.#options;
    const found = new Map<ts.Symbol, PackageImport>();
    for (const file of program.getSourceFiles()) {
      if (file.isDeclarationFile || sources.has(file.fileName)) continue;
      for (const statement of file.statements) {
        const specifier = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
        if (specifier === undefined || !ts.isStringLiteral(specifier)) continue;
        const module = checker.getSymbolAtLocation(specifier);
        const isPackage = module?.declarations?.some((x) => x.getSourceFile().isDeclarationFile) ?? false;
        if (module !== undefined && isPackage && !found.has(module)) found.set(module, { module, specifier: specifier.text, from: file.fileName });
      }
    }
    this.#imports = [...found.values()];
    return this.#imports;
  }

  readonly #target = (symbol: ts.Symbol): ts.Symbol => ((symbol.flags & ts.SymbolFlags.Alias) !== 0 ? this.#options.checker.getAliasedSymbol(symbol) : symbol);

  /** everything that a module exports, namespaces in it included, by name */
  #pathsIn(module: ts.Symbol): Paths {
    const known = this.#paths.get(module);
    if (known !== undefined) return known;
    const paths = new Map<ts.Symbol, readonly string[]>();
    const visit = (at: ts.Symbol, path: readonly string[]): void => {
      const inner: [ts.Symbol, readonly string[]][] = [];
      for (const x of this.#options.checker.getExportsOfModule(at)) {
        const target = this.#target(x);
        if (paths.has(target)) continue;
        paths.set(target, [...path, x.name]);
        if ((target.flags & MODULES) !== 0 && path.length < DEEPEST) inner.push([target, [...path, x.name]]);
      }
      for (const [x, to] of inner) visit(x, to);
    };
    visit(module, []);
    this.#paths.set(module, paths);
    return paths;
  }

  #sourcePath({ module, specifier, from }: PackageImport): string | null {
    const { sourceOf, files } = this.#options;
    const declaration = module.declarations?.find(ts.isSourceFile);
    return (declaration === undefined ? null : mappedSource(declaration.fileName, files)) ?? sourceOf(specifier, from);
  }

  #sourceFile(found: PackageImport): ts.SourceFile | undefined {
    const path = this.#sourcePath(found);
    return path === null || !this.#options.sources.has(path) ? undefined : this.#options.program.getSourceFile(path);
  }

  #inSource(found: PackageImport, path: readonly string[]): Behind | null {
    const { sources, program, checker } = this.#options;
    const source = this.#sourcePath(found);
    if (source === null) return null;
    if (!/\.[cm]?[jt]sx?$/.test(source)) return { kind: "unreadable", file: source, why: "not a module" };
    const file = program.getSourceFile(source);
    if (file === undefined || !sources.has(source)) {
      sources.add(source);
      return { kind: "pending" };
    }
    const why = unreadable(file);
    if (why !== null) return { kind: "unreadable", file: source, why };
    const module = checker.getSymbolAtLocation(file);
    if (module === undefined) return null;
    this.#match(found.module, module);
    const symbol = this.#follow(module, path);
    const inside = symbol?.declarations?.[0]?.getSourceFile();
    const inner = inside === undefined || inside === file ? null : unreadable(inside);
    if (inside !== undefined && inner !== null) return { kind: "unreadable", file: inside.fileName, why: inner };
    return symbol === null ? null : { kind: "found", symbol };
  }

  #follow(module: ts.Symbol, path: readonly string[]): ts.Symbol | null {
    let at = module;
    for (const name of path) {
      const found = this.#member(at, name);
      if (found === undefined) return null;
      at = this.#target(found);
    }
    return at;
  }

  /** of a module, or of an object literal that stands for one */
  #member(at: ts.Symbol, name: string): ts.Symbol | undefined {
    const { checker } = this.#options;
    if ((at.flags & MODULES) !== 0) return checker.getExportsOfModule(at).find((x) => x.name === name);
    const declaration = at.valueDeclaration;
    const isConst = declaration !== undefined && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    if (declaration === undefined || !isConst || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || !ts.isObjectLiteralExpression(declaration.initializer)) return undefined;
    const property = declaration.initializer.properties.find((x) => x.name !== undefined && ts.isIdentifier(x.name) && x.name.text === name);
    if (property !== undefined && ts.isShorthandPropertyAssignment(property)) return checker.getShorthandAssignmentValueSymbol(property);
    return property !== undefined && ts.isPropertyAssignment(property) && ts.isIdentifier(property.initializer) ? checker.getSymbolAtLocation(property.initializer) : undefined;
  }

  /** remembers what the functions of a module's code are declared as */
  #match(declared: ts.Symbol, code: ts.Symbol): void {
    if (this.#matched.has(declared)) return;
    this.#matched.add(declared);
    for (const [symbol, path] of this.#pathsIn(declared)) {
      if ((symbol.flags & ts.SymbolFlags.Value) === 0) continue;
      const found = this.#follow(code, path);
      if (found !== null && (symbol.flags & ts.SymbolFlags.Enum) !== 0) this.#enums.set(found, symbol);
      for (const x of found?.declarations ?? []) {
        const node = functionIn(x);
        if (node !== null) this.#declared.set(node, symbol);
      }
      const made = found === null || (symbol.flags & ts.SymbolFlags.Class) === 0 ? null : classOfSymbol(found);
      if (made !== null) this.#matchMembers(symbol, made);
    }
  }

  /** remembers what the methods of a class are declared as; those that it inherits are the base's */
  #matchMembers(declared: ts.Symbol, code: ClassNode): void {
    const { checker } = this.#options;
    const instances = checker.getDeclaredTypeOfSymbol(declared);
    for (const x of code.members) {
      if (!isFilled(x)) continue;
      const name = ts.isConstructorDeclaration(x) ? null : memberName(x.name);
      const owner = isStatic(x) ? checker.getTypeOfSymbol(declared) : instances;
      const symbol = name === null ? declared : checker.getPropertyOfType(owner, name);
      if (symbol !== undefined) this.#declared.set(x, symbol);
    }
  }
}

/** no declared type has this id */
const UNNAMED = -1;

const ANY: Type = { kind: "opaque", text: "any" };

const isFilled = (node: ts.ClassElement): node is ts.MethodDeclaration | ts.ConstructorDeclaration => (ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && node.body !== undefined;


/** what all overloads say; what can be iterated in any way is what the calls hand over */
function agreed(types: readonly Type[]): Type | null {
  const [first] = types;
  return first !== undefined && walked(first) === null && types.every((x) => sameType(x, first)) ? first : null;
}

/** does a type speak of the type parameters of its signature? */
function isGeneric(type: ts.Type, signature: ts.Signature, checker: ts.TypeChecker): boolean {
  const names = signature.typeParameters?.map((x) => x.symbol.name) ?? [];
  return names.length > 0 && new RegExp(`\\b(${names.join("|")})\\b`).test(checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
}

interface Knowledge {
  readonly current: Type;
  readonly declared: Type | null;
  readonly given: Type | null;
  readonly isAssigned: boolean;
}

function parameterType({ current, declared, given, isAssigned }: Knowledge): Type {
  if (declared !== null && isSettled(declared)) return declared;
  const known = isWritable(current);
  if (given === null || !isWritable(given)) return known ? current : declared ?? current;
  // left out in a call, and set in the body: what it is set to is its type
  if (!known && given.kind === "void" && isAssigned) return declared ?? current;
  return known ? (covers(current, given) ? current : joined(current, given)) : given;
}

/** does the declaration say all? Where it names alternatives, calls know which */
const isSettled = (type: Type): boolean => isWritable(type) && (type.kind !== "union" && !(type.kind === "nullable" && type.inner.kind === "union"));

const isAssigned = (node: ts.ParameterDeclaration | undefined, checker: ts.TypeChecker): boolean => {
  const symbol = node === undefined ? undefined : checker.getSymbolAtLocation(node.name);
  return node !== undefined && symbol !== undefined && scan(node.parent, checker).assigned.has(symbol);
};

/** the function that a declaration is, or holds */
function functionIn(node: ts.Declaration): ParameterizedNode | null {
  if (ts.isFunctionDeclaration(node)) return node.body === undefined ? null : node;
  const value = ts.isVariableDeclaration(node) ? node.initializer : ts.isExportAssignment(node) ? node.expression : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}
