// Where generated text will stand, and how it names there what the source names: by the same name, an import, or a copy.
// Assumes that references are given as nodes of the user's files. Guarantees that every name in a type text that it returns
// means at its new place what it meant at the old one, or a finding.
import { ts } from "ts-morph";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Cell } from "../ir/ir.ts";
import * as catalog from "../diagnostics/catalog.ts";
import type { Code } from "./code.ts";
import { Copyable } from "./copyable.ts";
import { importOf, resolvedSymbol, spanOf } from "./nodes.ts";
import { basename, dirname, relative, resolve } from "./path.ts";

export interface ImportedName {
  readonly specifier: string;
  /** the exported name; `*` for a namespace, `default` */
  readonly name: string;
  readonly local: string;
  readonly typeOnly: boolean;
}

export interface HomeOptions {
  /** the file that the text goes into */
  readonly path: string;
  /** the module whose top level is visible there; null for a new file */
  readonly scope: ts.SourceFile | null;
  /** the file whose style of import specifiers is followed */
  readonly style: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  readonly program: ts.Program;
  readonly code: Code;
  /** JavaScript: types stand in JSDoc and import inline */
  readonly javaScript: boolean;
  /** all names that are taken at the top level; grows */
  readonly taken: Set<string>;
}

type Extension = "none" | "js" | "ts";

/** how a file writes relative specifiers; its module resolution decides where it has none */
export function specifierStyle(file: ts.SourceFile, options: ts.CompilerOptions): Extension {
  for (const statement of file.statements) {
    const specifier = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith(".")) continue;
    if (/\.[cm]?jsx?$/.test(specifier.text)) return "js";
    if (/\.[cm]?tsx?$/.test(specifier.text)) return "ts";
    return "none";
  }
  const { module = ts.ModuleKind.ESNext, moduleResolution, rewriteRelativeImportExtensions } = options;
  if (rewriteRelativeImportExtensions === true) return "ts";
  // `module: "nodenext"` alone implies the resolution of the same name
  const isNode = module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
  const strict = moduleResolution === undefined ? isNode : moduleResolution === ts.ModuleResolutionKind.Node16 || moduleResolution === ts.ModuleResolutionKind.NodeNext;
  return strict || /\.[cm]?jsx?$|\.[cm]ts$/.test(file.fileName) ? "js" : "none";
}

const EXTENSION = /\.(d\.)?([cm]?)([jt]s)(x?)$/;

/** the specifier of a module file, seen from another file */
export function specifierOf(from: string, to: string, style: Extension): string {
  const path = relative(dirname(from), to);
  const dotted = path.startsWith(".") ? path : `./${path}`;
  const [, , module = "", language = "ts", x = ""] = EXTENSION.exec(basename(to)) ?? [];
  const written = style === "ts" ? `.${module}${language}${x}` : style === "js" || module !== "" ? `.${module}js` : "";
  return dotted.replace(EXTENSION, written);
}

export function fresh(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let i = 1; ; i++) if (!taken.has(`${name}_${i}`)) return `${name}_${i}`;
}

export type Named = { readonly text: string } | { readonly finding: Finding };

const isTopLevel = (declaration: ts.Declaration): boolean =>
  ts.isSourceFile(declaration.parent) || (ts.isVariableDeclaration(declaration) && ts.isSourceFile(declaration.parent.parent.parent));

export class Home {
  readonly #options: HomeOptions;
  readonly #imports = new Map<string, ImportedName>();
  readonly #copies = new Map<ts.Symbol, { readonly name: string; text: string }>();
  readonly #modules = new Map<string, string>();
  readonly #style: Extension;
  readonly #copyable: Copyable;
  #visible: ReadonlyMap<ts.Symbol, string> | null = null;

  constructor(options: HomeOptions) {
    this.#options = options;
    this.#style = specifierStyle(options.style, options.program.getCompilerOptions());
    this.#copyable = Copyable.of(options.checker);
  }

  get imports(): readonly ImportedName[] {
    return [...this.#imports.values()];
  }

  /** drops types, imported and copied, that the text does not mention: whoever asks for a name may do without it in the end */
  dropUnmentioned(texts: readonly string[]): void {
    const words = new Set<string>();
    const read = (text: string): void => { for (const [word] of text.matchAll(/[\w$]+/g)) words.add(word); };
    texts.forEach(read);
    const waiting = new Map(this.#copies);
    for (let before = -1; before !== waiting.size;) {
      before = waiting.size;
      for (const [symbol, { name, text }] of waiting) {
        if (!words.has(name)) continue;
        waiting.delete(symbol);
        read(text);
      }
    }
    for (const symbol of waiting.keys()) this.#copies.delete(symbol);
    for (const [key, x] of this.#imports) if (x.typeOnly && !words.has(x.local)) this.#imports.delete(key);
  }

  /** copied declarations: types, and constants made of literals */
  get copies(): readonly string[] {
    return [...this.#copies.values()].map((x) => x.text);
  }

  /** copied constants, which must stand before all code that runs */
  get constants(): readonly string[] {
    return this.copies.filter((x) => x.startsWith("const "));
  }

  get copiedTypes(): readonly string[] {
    return this.copies.filter((x) => !x.startsWith("const "));
  }

  /** the specifier of a module file from here */
  specifier(path: string): string {
    const specifier = specifierOf(this.#options.path, path, this.#style);
    this.#modules.set(specifier, path);
    return specifier;
  }

  /** the module file that a specifier of this text means, where it is one of the project */
  moduleFile(specifier: string): string | undefined {
    return this.#modules.get(specifier);
  }

  /** makes an exported name usable here and returns the local name */
  importName(specifier: string, name: string, wanted: string, typeOnly: boolean): string {
    const key = `${specifier}\0${name}`;
    const known = this.#imports.get(key);
    if (known !== undefined) {
      if (known.typeOnly && !typeOnly) this.#imports.set(key, { ...known, typeOnly: false });
      return known.local;
    }
    const local = fresh(wanted, this.#options.taken);
    this.#options.taken.add(local);
    this.#imports.set(key, { specifier, name, local, typeOnly });
    return local;
  }

  /** the specifier that another file uses, as it reads from here */
  rebased(specifier: string, from: string): string {
    if (!specifier.startsWith(".") || dirname(from) === dirname(this.#options.path)) return specifier;
    const path = relative(dirname(this.#options.path), resolve(dirname(from), specifier));
    return path.startsWith(".") ? path : `./${path}`;
  }

  /** what a symbol of the visible module is called here */
  visibleName(symbol: ts.Symbol): string | null {
    const { scope, checker } = this.#options;
    if (scope === null) return null;
    if (this.#visible === null) {
      const names = new Map<ts.Symbol, string>();
      for (const local of checker.getSymbolsInScope(scope, ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias)) {
        if ((local.declarations ?? []).every((x) => x.getSourceFile() !== scope)) continue;
        names.set((local.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(local) : checker.getExportSymbolOfSymbol(local), local.name);
      }
      this.#visible = names;
    }
    return this.#visible.get(symbol) ?? null;
  }

  isPackageCode(path: string): boolean {
    return this.#options.code.isPackageCode(path);
  }

  /** is the variable one of the module that the text stands in? */
  owns(cell: Cell): boolean {
    return this.isHere(cell.file);
  }

  /** is it the file that the text stands in? */
  isHere(file: string): boolean {
    return this.#options.scope?.fileName === file;
  }

  /** the local name of a variable of a module; null where it cannot be had: not exported there */
  cellName(cell: Cell): string | null {
    const { scope } = this.#options;
    if (cell.isInside === true) return null;
    if (scope?.fileName === cell.file) return cell.name;
    if (this.#options.code.isPackageCode(cell.file)) return this.#ofPackage(cell);
    if (cell.imported !== null) return this.importName(this.rebased(cell.imported.specifier, cell.file), cell.imported.name, cell.name, false);
    const [outer = "", ...path] = cell.name.split(".");
    if (cell.exported) return [this.importName(this.specifier(cell.file), outer, outer, false), ...path].join(".");
    const file = this.#options.program.getSourceFile(cell.file);
    const symbol = file === undefined ? undefined : this.#options.checker.resolveName(cell.name, file, ts.SymbolFlags.Variable, true);
    return symbol !== undefined && scope === null && this.#copyable.has(symbol) ? this.#copyConstant(symbol) : null;
  }

  /** a variable of a package's code: imported where the package exports it, copied where nobody can tell */
  #ofPackage(cell: Cell): string | null {
    const { program, checker, code } = this.#options;
    const file = program.getSourceFile(cell.file);
    const symbol = file === undefined ? undefined : checker.resolveName(cell.name, file, ts.SymbolFlags.Variable | ts.SymbolFlags.Class | ts.SymbolFlags.Alias, true);
    if (symbol === undefined) return null;
    const found = code.exported(symbol);
    if (found !== null) return this.importName(found.specifier, found.name, cell.name, false);
    return this.#copyable.has(symbol) ? this.#copyConstant(symbol) : null;
  }

  /** the name of a copy of a constant that is made of literals */
  #copyConstant(symbol: ts.Symbol): string {
    const known = this.#copies.get(symbol);
    if (known !== undefined) return known.name;
    const name = fresh(symbol.name, this.#options.taken);
    this.#options.taken.add(name);
    const declaration = symbol.valueDeclaration;
    const file = declaration?.getSourceFile();
    if (declaration === undefined || file === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return name;
    const start = declaration.initializer.getStart(file);
    const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
    const visit = (node: ts.Node): void => {
      const inner = ts.isIdentifier(node) ? this.#options.checker.getSymbolAtLocation(node) : undefined;
      if (inner !== undefined && this.#copyable.has(inner)) edits.push({ start: node.getStart(file), end: node.end, text: this.#copyConstant(inner) });
      else ts.forEachChild(node, visit);
    };
    visit(declaration.initializer);
    const type = declaration.type === undefined ? null : this.typeText(declaration.type);
    const annotation = type !== null && "text" in type && !this.#options.javaScript ? `: ${type.text}` : "";
    this.#copies.set(symbol, { name, text: `const ${name}${annotation} = ${splice(file.text.slice(start, declaration.initializer.end), start, edits)};` });
    return name;
  }

  /** the text of a type as it reads here */
  typeText(node: ts.TypeNode): Named {
    const file = node.getSourceFile();
    const start = node.getStart(file);
    const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
    const problems: Finding[] = [];
    const visit = (at: ts.Node): void => {
      if (ts.isImportTypeNode(at) && ts.isLiteralTypeNode(at.argument) && ts.isStringLiteral(at.argument.literal)) {
        const { literal } = at.argument;
        edits.push({ start: literal.getStart(file), end: literal.end, text: JSON.stringify(this.rebased(literal.text, file.fileName)) });
      } else if (ts.isIdentifier(at) && isReference(at)) {
        const named = this.#reference(at);
        if ("finding" in named) problems.push(named.finding);
        else if (named.text !== at.text) edits.push({ start: at.getStart(file), end: at.end, text: named.text });
        return;
      }
      ts.forEachChild(at, visit);
    };
    visit(node);
    const [problem] = problems;
    if (problem !== undefined) return { finding: problem };
    return { text: splice(file.text.slice(start, node.end), start, edits) };
  }

  /** the name by which an identifier of the user's text can be used here */
  #reference(node: ts.Identifier): Named {
    const { checker, scope } = this.#options;
    const local = checker.getSymbolAtLocation(node);
    const symbol = resolvedSymbol(node, checker);
    if (local === undefined || symbol === undefined || checker.isUnknownSymbol(symbol)) return { text: node.text };
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return { text: node.text };
    if (ts.isTypeParameterDeclaration(declaration)) return this.#typeParameter(node, declaration);
    if (scope === node.getSourceFile() && isTopLevel(local.declarations?.[0] ?? declaration)) return { text: node.text };
    const imported = this.visibleName(symbol) === null ? importOf(local.declarations?.[0]) : null;
    if (imported !== null) return { text: this.#imported(this.rebased(imported.specifier, node.getSourceFile().fileName), imported.name, node.text) };
    const text = this.typeName(symbol);
    if (text !== null) return { text };
    return { finding: isTopLevel(declaration) ? catalog.mustBeExported(spanOf(node), symbol.name, basename(this.#options.path)) : catalog.unwritableName(spanOf(node), node.text, "it is declared inside a function") };
  }

  /** the name of a declared type here: visible, global, imported or copied; null where there is none */
  typeName(symbol: ts.Symbol): string | null {
    const visible = this.visibleName(symbol);
    if (visible !== null) return visible;
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return null;
    const file = declaration.getSourceFile();
    if (ts.findAncestor(declaration, ts.isModuleDeclaration) !== undefined && !isGlobalAugmentation(declaration) && file.fileName.includes("/node_modules/")) return this.#fromPackage(symbol);
    if (!ts.isExternalModule(file) || isGlobalAugmentation(declaration)) return isTopLevel(declaration) || file.isDeclarationFile ? symbol.name : null;
    if (!isTopLevel(declaration)) return this.#fromPackage(symbol);
    if (file.fileName.includes("/node_modules/")) return this.#fromPackage(symbol);
    const exported = this.#exportedName(symbol, file);
    return exported === null ? this.#copy(symbol, declaration) : this.#imported(this.specifier(file.fileName), exported, symbol.name);
  }

  /** a type of a package, as its users import it; null where it is not for them */
  #fromPackage(symbol: ts.Symbol): string | null {
    const found = this.#options.code.exported(symbol);
    return found === null ? null : this.#imported(found.specifier, found.name, symbol.name);
  }

  #imported(specifier: string, name: string, wanted: string): string {
    if (!this.#options.javaScript) return this.importName(specifier, name, wanted, true);
    return name === "*" ? `import(${JSON.stringify(specifier)})` : `import(${JSON.stringify(specifier)}).${name}`;
  }

  /** a type parameter collapses to its constraint, as generics do in the types of the markers */
  #typeParameter(node: ts.Identifier, declaration: ts.TypeParameterDeclaration): Named {
    const inside = ts.findAncestor(node, (x) => x === declaration.parent && (ts.isTypeNode(x) || ts.isInterfaceDeclaration(x) || ts.isTypeAliasDeclaration(x)));
    if (inside !== undefined) return { text: node.text };
    if (declaration.constraint === undefined) return { text: "unknown" };
    const constraint = this.typeText(declaration.constraint);
    const alone = ts.isTypeReferenceNode(node.parent) && !ts.isTypeNode(node.parent.parent);
    return "text" in constraint && !alone ? { text: `(${constraint.text})` } : constraint;
  }

  #exportedName(symbol: ts.Symbol, file: ts.SourceFile): string | null {
    const { checker } = this.#options;
    const module = checker.getSymbolAtLocation(file);
    if (module === undefined) return null;
    for (const exported of checker.getExportsOfModule(module)) {
      const target = (exported.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(exported) : exported;
      if (target === symbol) return exported.name;
    }
    return null;
  }

  #copy(symbol: ts.Symbol, declaration: ts.Declaration): string | null {
    const known = this.#copies.get(symbol);
    if (known !== undefined) return known.name;
    if (!ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) return null;
    const name = fresh(symbol.name, this.#options.taken);
    this.#options.taken.add(name);
    const entry = { name, text: "" };
    this.#copies.set(symbol, entry);
    const parts = (symbol.declarations ?? []).map((x) => this.#declarationText(x));
    if (parts.some((x) => "finding" in x)) {
      this.#copies.delete(symbol);
      return null;
    }
    entry.text = parts.map((x) => ("text" in x ? x.text : "")).join("\n").replaceAll(new RegExp(`(?<=^(?:interface|type) )${symbol.name}\\b`, "gm"), name);
    return name;
  }

  #declarationText(node: ts.Declaration): Named {
    const file = node.getSourceFile();
    const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
    const problems: Finding[] = [];
    const start = node.getStart(file);
    const visit = (at: ts.Node): void => {
      if (ts.isModifier(at) && at.parent === node) {
        edits.push({ start: at.getStart(file), end: at.end + 1, text: "" });
      } else if (ts.isIdentifier(at) && isReference(at)) {
        const named = this.#reference(at);
        if ("finding" in named) problems.push(named.finding);
        else if (named.text !== at.text) edits.push({ start: at.getStart(file), end: at.end, text: named.text });
      } else {
        ts.forEachChild(at, visit);
      }
    };
    ts.forEachChild(node, visit);
    const [problem] = problems;
    return problem === undefined ? { text: splice(file.text.slice(start, node.end), start, edits) } : { finding: problem };
  }
}

/** an identifier that refers to something outside of the type that it stands in */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isTypeReferenceNode(parent)) return parent.typeName === node;
  if (ts.isExpressionWithTypeArguments(parent)) return parent.expression === node;
  if (ts.isTypeQueryNode(parent)) return parent.exprName === node;
  return ts.isQualifiedName(parent) && parent.left === node && !ts.isImportTypeNode(parent.parent);
}

const isGlobalAugmentation = (node: ts.Node): boolean => ts.findAncestor(node, (x) => ts.isModuleDeclaration(x) && (x.flags & ts.NodeFlags.GlobalAugmentation) !== 0) !== undefined;

function splice(text: string, offset: number, edits: readonly { readonly start: number; readonly end: number; readonly text: string }[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start - offset) + edit.text;
    at = edit.end - offset;
  }
  return result + text.slice(at);
}
