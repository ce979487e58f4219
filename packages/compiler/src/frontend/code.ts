// The code behind what a package declares: the function, variable or class in its source that a declaration speaks of.
// One per program. Assumes that the workspace opens the program again when something was learned (`Sources`). Guarantees that a
// symbol is traded for one of readable code, or a reason why there is none.
import { ts } from "ts-morph";
import type { Type } from "../ir/ir.ts";
import type { FileSystem } from "./file-system.ts";
import { isAssignment, scan } from "./lower/scan.ts";
import { eachNode } from "./lower/tree.ts";
import { classOfSymbol, type ClassNode } from "./classes.ts";
import { Declared, narrowed } from "./declared.ts";
import type { ParameterizedNode } from "./nodes.ts";
import { JAVASCRIPT, mappedSource, originalOffset, type Sources, type Unreadable, unreadable } from "./sources.ts";
import type { TypeTable } from "./types.ts";
import { commentOf, covers, isWritable, joined, typeComment } from "./written-types.ts";

export interface CodeOptions {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly sources: Sources;
  readonly sourceOf: (specifier: string, containing: string) => string | null;
  /** the declarations of a package */
  readonly typesOf: (specifier: string, containing: string) => string | null;
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
  #exportedCode: ReadonlyMap<ts.Symbol, PackageExport> | null = null;
  readonly #sourcePaths = new Map<PackageImport, string | null>();
  readonly #declared: Declared;
  readonly #enums = new Map<ts.Symbol, ts.Symbol>();
  /** what calls of this program's round want parameters to be */
  readonly #wanted = new Map<ParameterizedNode, readonly Type[]>();
  readonly #matched = new Set<ts.Symbol>();
  /** packages whose own declarations were looked for */
  readonly #owned = new Set<string>();
  /** what the calls of another file made of these is gone in the next program */
  readonly #returned = new Set<ParameterizedNode>();

  constructor(options: CodeOptions) {
    this.#options = options;
    this.#declared = new Declared(options.checker);
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
    return (this.#exportedCode ??= this.#findExportedCode()).get(symbol) ?? null;
  }

  /** what the code of packages exports that files of the project import, under the first of its names */
  #findExportedCode(): ReadonlyMap<ts.Symbol, PackageExport> {
    const exported = new Map<ts.Symbol, PackageExport>();
    for (const found of this.#packageImports()) {
      const file = this.#sourceFile(found);
      const module = file === undefined ? undefined : this.#options.checker.getSymbolAtLocation(file);
      if (module === undefined) continue;
      for (const x of this.#options.checker.getExportsOfModule(module)) {
        const target = this.#target(x);
        if (!exported.has(target)) exported.set(target, { specifier: found.specifier, name: x.name });
      }
    }
    return exported;
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
    this.#matchOwn(file.fileName);
    const said = this.#declared.of(node, types);
    const declared = said.parameters;
    // as another file's calls have it, which hides what its own text says
    if (sources.giveBack(file.fileName, at)) this.#returned.add(node);
    if (this.#returned.has(node)) return;
    const now = this.#wanted.get(node) ?? node.parameters.map((x) => types.of(checker.getTypeAtLocation(x)));
    const wanted = now.map((current, i): Type => parameterType({ current, declared: declared[i] ?? null, given: args?.[i] ?? null, isAssigned: isAssigned(node.parameters[i], checker) }));
    if (now.every((x, i) => isWritable(x) && wanted[i] === x)) return;
    this.#wanted.set(node, wanted);
    const text = commentOf(node, wanted.map((x, i) => narrowed(x, said.choices[i] ?? null)), said.result !== null && isWritable(said.result) ? said.result : null, { types, checker, file });
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

  /** the class behind one that a package declares; the class itself where it is no package's, or its code cannot be had */
  classBehind(node: ClassNode): ClassNode {
    const symbol = node.getSourceFile().isDeclarationFile && node.name !== undefined ? this.#options.checker.getSymbolAtLocation(node.name) : undefined;
    const behind = symbol === undefined ? null : this.behind(symbol);
    return behind?.kind === "found" ? classOfSymbol(behind.symbol) ?? node : node;
  }

  /** is a property of a package's class one that its declaration does not tell of? */
  isUndeclared(node: ClassNode, name: string): boolean {
    return this.#declared.isClass(node) && this.declaredProperty(node, name) === undefined;
  }

  /** what a package declares of a property of instances of its class */
  declaredProperty(node: ClassNode, name: string): ts.Symbol | undefined {
    return this.#declared.property(node, name);
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

  #sourcePath(found: PackageImport): string | null {
    const known = this.#sourcePaths.get(found);
    if (known !== undefined) return known;
    const { sourceOf, files } = this.#options;
    const declaration = found.module.declarations?.find(ts.isSourceFile);
    const path = (declaration === undefined ? null : mappedSource(declaration.fileName, files)) ?? sourceOf(found.specifier, found.from);
    this.#sourcePaths.set(found, path);
    return path;
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

  /** code that only code of packages imports has declarations of its own too */
  #matchOwn(path: string): void {
    const { sources, program, checker, sourceOf, typesOf } = this.#options;
    const name = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (name === undefined || name === "@types" || this.#owned.has(name)) return;
    this.#owned.add(name);
    const [types, entry] = [typesOf(name, sources.root) ?? typesOf(name, path), sourceOf(name, path)];
    const code = entry === null || !sources.has(entry) ? undefined : program.getSourceFile(entry);
    if (types === null || code === undefined || path.slice(0, path.lastIndexOf(`/${name}/`)) !== entry?.slice(0, entry.lastIndexOf(`/${name}/`))) return;
    const file = program.getSourceFile(types);
    if (file === undefined) return sources.addDeclarations(types);
    const [declared, behind] = [checker.getSymbolAtLocation(file), checker.getSymbolAtLocation(code)];
    if (declared !== undefined && behind !== undefined) this.#match(declared, behind);
  }

  /** remembers what the functions of a module's code are declared as */
  #match(declared: ts.Symbol, code: ts.Symbol): void {
    if (this.#matched.has(declared)) return;
    this.#matched.add(declared);
    for (const [symbol, path] of this.#pathsIn(declared)) {
      if ((symbol.flags & ts.SymbolFlags.Value) === 0) continue;
      const found = this.#follow(code, path);
      if (found !== null && (symbol.flags & ts.SymbolFlags.Enum) !== 0) this.#enums.set(found, symbol);
      if (found !== null) this.#declared.add(symbol, found);
    }
  }

  /** Sees to it that a function that a package declares has its types, wherever it is made. */
  settle(node: ts.SignatureDeclaration, types: TypeTable): void {
    if (this.#declared.has(node)) this.type(node as ParameterizedNode, null, types);
  }
}

/** no declared type has this id */
const UNNAMED = -1;


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
