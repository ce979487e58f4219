// The generated functions of one module: named, typed, emitted in order, with the imports that they need.
// Assumes derivations over one program. Guarantees names that are fresh in the module, and a finding for whatever the
// text would have to reach but cannot.
import type { Finding, Span } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import { structsIn } from "../analysis/instances.ts";
import { emitFunction, type Emitted } from "../emit/module.ts";
import { hasHidden } from "../emit/hidden.ts";
import { propertyText } from "../emit/names.ts";
import { createTypePrinter } from "../emit/types.ts";
import { fresh, type Home } from "../frontend/home.ts";
import { isDirectional } from "../frontend/markers.ts";
import type { Language } from "../frontend/module.ts";
import { PACKAGE } from "../frontend/program.ts";
import type { WrapperTypes } from "../frontend/replace.ts";
import type { Signature } from "../frontend/signature.ts";
import type { TypeTable } from "../frontend/types.ts";
import type { Cell, Func, FuncId, Operator, Param, Request, StringType, StructType, Type, UnionType } from "../ir/ir.ts";
import { holds, tupleLike } from "../ir/facts.ts";
import { statements } from "../ir/walk.ts";
import { captureCount, type Derived } from "./derive.ts";

export interface SectionOptions {
  readonly home: Home;
  readonly language: Language;
  readonly uncheckedIndex: boolean;
  readonly exactOptional: boolean;
  readonly taken: Set<string>;
  /** functions that the module can call by name already */
  readonly visible: ReadonlyMap<FuncId, string>;
  /** the sibling that is written, for messages; null for the module itself */
  readonly sibling: string | null;
}

export interface SectionEntry {
  readonly text: string;
  readonly mappings: readonly { readonly offset: number; readonly span: Span }[];
}

export interface AddOptions {
  readonly name: string;
  readonly exported: boolean;
  readonly doc: readonly string[];
  readonly signature: Signature;
  readonly request: Request;
}

/** what has no derivative is null in a gradient */
function absent(type: Type): Type {
  if (type.kind === "void") return { kind: "opaque", text: "null" };
  if (type.kind === "tuple") return tupleLike(type, type.elements.map(absent));
  return type.kind === "function" ? { ...type, params: type.params.map(absent), result: absent(type.result) } : type;
}

type NameOf = (type: StringType | StructType | UnionType) => string | null;

/** a type written out; null where it contains itself without a name */
function printed(type: Type, nameOf: NameOf): string | null {
  const text = createTypePrinter(nameOf).text(absent(type));
  return /\bunknown\b/.test(text) ? null : text;
}

/** does an object type contain itself? Then only a name can say it. */
function isRecursive(root: StructType): boolean {
  const seen = new Set<StructType>();
  const visit = (type: Type): boolean => {
    switch (type.kind) {
      case "array": return visit(type.element);
      case "tuple": return type.elements.some(visit);
      case "map": return visit(type.value);
      case "nullable": return visit(type.inner);
      case "union": return type.members.some(visit);
      case "struct": {
        if (seen.has(type)) return type === root;
        seen.add(type);
        return type.fields.some((x) => visit(x.type));
      }
      default: return false;
    }
  };
  return visit(root);
}

/** a class whose instances never leave the code: they are plain objects here */
const isPlain = (type: StructType, derived: Derived): boolean => type.isClass && !derived.classes.isShared(type);

/** A parameter of a function that only our code calls: every argument is there, what was rest is an array. Types as they are written have meaning in their file alone. */
const handedOver = (p: Param, isWritten: boolean): Param => ({ ...p, typeText: p.optional || !isWritten ? null : p.typeText, optional: false, rest: false });

/** is there an instance of one of several classes in the structure that a companion has? */
function holdsClasses(type: StructType, types: TypeTable): boolean {
  const isClass = (x: Type): boolean => x.kind === "struct" && types.classOf({ ...x, id: x.id < 0 ? -1 - x.id : x.id }) !== null;
  return holds(type, (x) => x.kind === "union" && x.members.some(isClass));
}

const tupleElements = (type: Type): readonly Type[] => (type.kind === "tuple" ? type.elements : []);

export class Section {
  readonly entries: SectionEntry[] = [];
  readonly findings: Finding[] = [];
  readonly #options: SectionOptions;
  readonly #names = new Map<FuncId, string>();
  /** variables of modules about which a finding was made */
  readonly #refused = new Set<Cell>();
  /** interfaces that were declared for recursive records */
  readonly #records = new Map<StructType, string>();

  constructor(options: SectionOptions) {
    this.#options = options;
  }

  /** emits a derivative and what it calls */
  add(derived: Derived, options: AddOptions): WrapperTypes {
    const { func, auxiliary } = derived;
    // our calls pack what goes to a rest parameter, so a function of the module that has one is not called as it stands
    const helpers = auxiliary.filter((x) => !this.#options.visible.has(x.id) || x.params.some((p) => p.rest));
    const names = new Map<FuncId, string>();
    for (const x of helpers) names.set(x.id, this.#allocate(x.name === func.name ? `${options.name}Step` : x.name));
    const functionName = (id: FuncId): string => names.get(id) ?? this.#options.visible.get(id) ?? id;
    this.#refuseAssignments([func, ...helpers]);
    const emit = (x: Func, given: { readonly name: string; readonly exported: boolean; readonly resultText?: string; readonly doc: readonly string[] }): void =>
      this.#emitted(emitFunction(x, {
        ...given, taken: this.#options.taken, language: this.#options.language, uncheckedIndex: this.#options.uncheckedIndex, exactOptional: this.#options.exactOptional, functionName,
        classOf: derived.classes.cellOf,
        parametersOf: (id) => auxiliary.find((f) => f.id === id)?.params.map((p) => p.variable.type) ?? [],
        cellName: (cell) => this.#cellName(cell, x.origin.span), enumName: (cell) => this.#options.home.cellName(cell), typeName: this.#nameOf(derived, "Companion"),
      }), x.origin.span);
    const { params, resultText } = this.#typed(derived, options);
    emit({ ...func, params }, { name: options.name, exported: options.exported, doc: options.doc, ...(resultText === null ? {} : { resultText }) });
    for (const x of helpers) emit(this.#helper(x, derived), { name: functionName(x.id), exported: false, doc: [] });
    return this.#wrapperTypes(derived, options);
  }

  #helper(func: Func, derived: Derived): Func {
    const isFromHere = this.#options.home.isHere(func.origin.span.file);
    // what is written says `Body` also where plain objects take the place of instances
    const isWritten = (type: Type): boolean => isFromHere && ![...structsIn([type])].some((x) => isPlain(x, derived));
    return { ...func, params: func.params.map((p) => handedOver(p, isWritten(p.variable.type))), resultText: isWritten(func.resultType) ? func.resultText : null };
  }

  #wrapperTypes(derived: Derived, { signature, request }: AddOptions): WrapperTypes {
    const text = (type: Type): string | null => printed(type, this.#nameOf(derived, "Cotangent"));
    const shift = captureCount(derived.captures);
    const [primals, direction] = derived.func.params.map((p) => p.variable.type);
    const isDirection = isDirectional(request.operator);
    const written = (t: Type, i: number): string | null => signature.params[i] ?? text(t);
    return {
      primals: tuple(isDirection && primals !== undefined ? tupleElements(primals).slice(shift).map(written) : derived.root.params.map((p, i) => written(p.variable.type, i))),
      direction: direction === undefined || !isDirection ? null : text(direction),
      params: derived.func.params.slice(shift).map((p) => ({ name: p.name, type: text(p.variable.type) })),
    };
  }

  /** reserves a name for a derivative */
  allocate(wanted: string): string {
    return this.#allocate(wanted);
  }

  #allocate(wanted: string): string {
    const name = fresh(wanted, this.#options.taken);
    this.#options.taken.add(name);
    return name;
  }

  #emitted({ text, mappings, runtime }: Emitted, origin: Span): void {
    for (const name of runtime) this.#names.set(name, this.#options.home.importName(PACKAGE, name, name, false));
    const renamed = [...runtime].filter((x) => this.#names.get(x) !== x);
    // the module has another meaning for a name of the runtime
    const shown = renamed.reduce((t, x) => t.replaceAll(new RegExp(`(?<![.\\w$])${x}(?![\\w$])`, "g"), this.#names.get(x) ?? x), text);
    this.entries.push({ text: shown, mappings: [{ offset: 0, span: origin }, ...(renamed.length === 0 ? mappings.filter((x) => x.offset > 0) : [])] });
  }

  /**
   * The names of object types and unions here. Declared types have one; derivatives of them are written out, but for recursive ones, which go
   * by `wrapper<Name>`; a recursive record of a derivative becomes an interface of its own.
   */
  #nameOf(derived: Derived, wrapper: "Cotangent" | "Companion"): NameOf {
    const { home, language } = this.#options;
    const names = new Map<StringType | StructType | UnionType, string | null>();
    const nameOf: NameOf = (type) => {
      const known = names.get(type) ?? (type.kind === "struct" ? this.#records.get(type) : undefined);
      if (known !== undefined) return known;
      const name = type.kind === "struct" ? find(type) : type.kind === "union" ? ofUnion(type) : ofEnumeration(type);
      names.set(type, name);
      return name;
    };
    const ofEnumeration = (type: StringType): string | null => {
      const symbol = type.enumeration === undefined ? null : derived.types.symbolOf(type.enumeration.id);
      return symbol === null ? null : home.typeName(symbol);
    };
    const ofUnion = (type: UnionType): string | null => {
      const symbol = derived.types.aliasOf(type);
      return symbol === null || [...structsIn([type])].some((x) => isPlain(x, derived)) ? null : home.typeName(symbol);
    };
    const find = (type: StructType): string | null => {
      if (type.runtime !== undefined) return language === "js" ? null : home.importName(PACKAGE, type.runtime, type.runtime, true);
      if (type.skeletonOf !== undefined) return language === "js" ? null : `${home.importName(PACKAGE, "Skeleton", "Skeleton", true)}<${createTypePrinter(nameOf).text(type.skeletonOf)}>`;
      // what holds a plain object where its class says an instance is written out itself
      if (type.id >= 0 && [...structsIn([type])].some((x) => isPlain(x, derived))) return isRecursive(type) && language !== "js" ? this.#declare(type, derived, nameOf) : null;
      const symbol = derived.types.symbolOf(type.id < 0 ? -1 - type.id : type.id);
      // the derivative of a derivative has the number of what it is derived from, but not its name
      const declared = symbol !== null && type.id >= 0 && type.name !== null ? home.typeName(symbol) : undefined;
      // the name of a type that stands inside of a function is nothing outside of it
      if (declared !== undefined) return declared ?? (language !== "js" && isRecursive(type) ? this.#declare(type, derived, nameOf) : null);
      if (language === "js" || !isRecursive(type)) return null;
      // what is private, and what only the classes behind a base class or an interface have, the name does not show; accessors it does
      const isShown = !hasHidden(type) && !holdsClasses(type, derived.types) && !holds(type, (x) => x.kind === "struct" && x.hasAccessors === true);
      const name = symbol === null || !isShown ? null : home.typeName(symbol);
      return name === null ? this.#declare(type, derived, nameOf) : `${home.importName(PACKAGE, wrapper, wrapper, true)}<${name}>`;
    };
    return nameOf;
  }

  #declare(type: StructType, { root }: Derived, nameOf: NameOf): string {
    const name = this.#allocate(`${root.name.slice(0, 1).toUpperCase()}${root.name.slice(1)}Record`);
    this.#records.set(type, name);
    const printer = createTypePrinter(nameOf);
    const fields = type.fields.map((x) => `  ${propertyText(x.name)}${x.optional ? "?" : ""}: ${printer.text(x.type)};\n`);
    this.entries.push({ text: `interface ${name} {\n${fields.join("")}}`, mappings: [] });
    return name;
  }

  #cellName(cell: Cell, span: Span): string {
    const name = this.#options.home.cellName(cell);
    if (name !== null) return name;
    const { sibling } = this.#options;
    if (this.#refused.has(cell)) return cell.name;
    this.#refused.add(cell);
    if (this.#options.home.isPackageCode(cell.file)) this.findings.push(catalog.packageState(span, cell.name, cell.file));
    else this.findings.push(sibling === null ? catalog.unreachableState(span, cell.name, cell.file) : catalog.mustBeExported(span, cell.name, sibling));
    return cell.name;
  }

  /** a variable of another module cannot be assigned through an import */
  #refuseAssignments(functions: readonly Func[]): void {
    for (const func of functions) {
      for (const s of statements(func.body)) {
        if ((s.kind !== "store" && s.kind !== "accumulate") || s.place.kind !== "cell" || this.#options.home.owns(s.place.cell)) continue;
        // what a namespace exports is a property of it
        if (s.place.cell.exported && s.place.cell.name.includes(".")) continue;
        const { cell } = s.place;
        if (this.#options.sibling !== null && !cell.exported && !this.#options.home.isPackageCode(cell.file)) continue;
        const refusal = this.#options.home.isPackageCode(cell.file) ? catalog.packageState : catalog.notAssignable;
        if (!this.#refused.has(cell)) this.findings.push(refusal(s.origin.span, cell.name, cell.file));
        this.#refused.add(cell);
      }
    }
  }

  #typed(derived: Derived, { signature, request }: AddOptions): { readonly params: readonly Param[]; readonly resultText: string | null } {
    const { func, captures } = derived;
    const nameOf = this.#nameOf(derived, "Cotangent");
    const text = (type: Type | undefined): string | null => (type === undefined ? null : printed(type, nameOf));
    const shift = captureCount(captures);
    const texts = signature.params;
    const written = (i: number): string | null => (i < shift ? signature.captures[i] : texts[i - shift]) ?? null;
    const [primals, direction] = func.params;
    const params = !isDirectional(request.operator)
      ? func.params.map((p, i): Param => ({ ...p, typeText: written(i) }))
      : [
        ...(primals === undefined ? [] : [{ ...primals, typeText: tuple(tupleElements(primals.variable.type).map((x, i) => written(i) ?? text(x))) }]),
        ...(direction === undefined ? [] : [{ ...direction, typeText: text(direction.variable.type) }]),
      ];
    return { params, resultText: resultTextOf(request.operator, func.resultType, signature.result, text) };
  }
}

function resultTextOf(operator: Operator, type: Type, ofValue: string | null, text: (type: Type | undefined) => string | null): string | null {
  const [value, second] = tupleElements(type);
  switch (operator) {
    case "valueAndGrad": return labeled([["value", "number"], ["gradient", text(second)]]);
    case "jvp": return labeled([["value", ofValue ?? text(value)], ["tangent", text(second)]]);
    case "vjp": return labeled([["value", ofValue ?? text(value)], ["pullback", text(second)]]);
    default: return text(type);
  }
}

const tuple = (texts: readonly (string | null)[]): string | null => (texts.every((x) => x !== null) ? `[${texts.join(", ")}]` : null);

const labeled = (parts: readonly (readonly [string, string | null])[]): string | null =>
  (parts.every(([, text]) => text !== null) ? `[${parts.map(([label, text]) => `${label}: ${text}`).join(", ")}]` : null);
