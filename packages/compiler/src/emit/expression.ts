// Expressions as text. Bits are preserved: nothing is reassociated, `a + (b + c)` keeps its parentheses.
// Assumes the nested stage and names for all variables. Records what the text refers to in `context.found`.
import type { Expr, Place, Type } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isAbsent, isArithmetic, isSet, isTupleOfNumbers, isPrivateName, mapOf, present, privateNames, structsOf } from "../ir/facts.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { EmitContext } from "./context.ts";
import { type Doc, group, indent, join, line, softline } from "./layout.ts";
import { hasDescendants, hasHidden } from "./hidden.ts";
import { told } from "./told.ts";
import { isDisguised, isFieldOf, isFlat, isHidden, isInfix, isNarrower, isNullElement, isOptionalElement, isPath, isPresent, isReversed, isStruct, isTupleElement, mayLack, mayLackAny, positionalArguments, rangeOf } from "./shapes.ts";
import { constant, type PrintClosure, type Printed } from "./constant.ts";
import { Fitting } from "./fitting.ts";
import { isPrintedAsThere, takes } from "./typing.ts";
import { isIdentifier, propertyName, propertyText } from "./names.ts";
import { ARROW, chains, CONDITIONAL, infixOf, isSameRun, LOWEST, nests, NUMERAL, POSTFIX, prefixOf, PRIMARY, UNARY, withoutMissing } from "./operators.ts";

/** `x as T` binds like a comparison */
const RELATIONAL_OPERAND = infixOf("instanceof")!.precedence;

export class ExpressionPrinter {
  readonly #context: EmitContext;
  readonly #closure: PrintClosure;
  readonly #fitting: Fitting;

  constructor(context: EmitContext, closure: PrintClosure) {
    this.#context = context;
    this.#fitting = new Fitting(context);
    this.#closure = closure;
  }

  /** anywhere an assignment expression may stand */
  text(e: Expr): Doc {
    return this.#print(e).doc;
  }

  /** the same where a break is indented by what stands around it */
  loose(e: Expr): Doc {
    const printed = this.#print(e);
    return printed.loose ?? printed.doc;
  }

  /** as a condition, where any value counts by its truth */
  test(e: Expr): Doc {
    return this.#test(e, LOWEST);
  }

  /** a run of operators, or a choice by one: stands on a line of its own before it breaks */
  isChain(e: Expr): boolean {
    if (e.kind !== "op") return false;
    if (e.op === "select") return isInfix(e.args[0]!);
    return e.args.length === 2 && infixOf(e.op) !== undefined;
  }

  /** tight enough to be followed by `.x`, `[i]` or `(…)` */
  head(e: Expr): Doc {
    return this.#at(e, POSTFIX);
  }

  /** what is looked into: there at this point of the program, even where its type says that it may not be */
  holder(e: Expr): Doc {
    const { language, narrowing, types } = this.#context;
    if (language === "ts" && (isAbsent(e) || narrowing.isNothing(e))) return ["(", this.#at(e, RELATIONAL_OPERAND), " as unknown as ", types.text(present(typeOf(e))), ")"];
    // of a record TypeScript sees only what is written in it
    if (language === "ts" && (e.kind === "struct" || e.kind === "new") && mapOf(e.type)?.container === "Object") return ["(", this.#at(e, RELATIONAL_OPERAND), " as ", types.text(e.type), ")"];
    return this.#fitting.mayBeNothing(e) ? [this.head(e), "!"] : this.head(e);
  }

  /** `isThere`: what is read is known to be present, whatever the type of the place says */
  place(p: Place, isThere: boolean, type: Type | null = null, isWritten = false): Doc {
    const { uncheckedIndex, language } = this.#context;
    switch (p.kind) {
      case "cell":
        this.#context.found.cells.add(p.cell);
        return this.#context.cellName(p.cell);
      case "field": {
        const as = told(p, type, isWritten, this.#context);
        const holder = as === null ? this.holder(p.base) : ["(", this.#at(p.base, RELATIONAL_OPERAND), as, ")"];
        const key = propertyName(p.field);
        const isMap = mapOf(typeOf(p.base)) !== null;
        const isPlain = isIdentifier(key) && !isMap && !(language === "ts" && isHidden(typeOf(p.base), p.field, this.#context.types));
        const name: Doc = isPlain ? [holder, ".", key] : [holder, "[", JSON.stringify(key), "]"];
        const lacks = isMap ? uncheckedIndex || this.#fitting.isLoose(p, type) : mayLack(typeOf(p.base), p.field) || (uncheckedIndex && isReversed(p));
        return isThere && language === "ts" && lacks ? [name, "!"] : name;
      }
      case "element": {
        const t = typeOf(p.base);
        const map = mapOf(t);
        if (map !== null && map.container !== "Object") return map.container.endsWith("Set") ? this.text(p.index) : [this.holder(p.base), ".get(", this.text(p.index), isThere && language === "ts" ? ")!" : ")"];
        if (isStruct(t) && isFieldOf(t, p.index)) return this.place({ kind: "field", base: p.base, field: String(p.index.value) }, isThere, type);
        if (structsOf(t).length > 0) return [this.holder(p.base), "[", this.#fieldName(p.base, p.index, type), isThere && language === "ts" && mayLackAny(t) ? "]!" : "]"];
        // names of properties are text, although the record calls its keys numbers
        if (map !== null && map.key.kind === "real" && language === "ts" && typeOf(p.index).kind === "string" && p.index.kind !== "const") return [this.holder(p.base), "[", this.#at(p.index, RELATIONAL_OPERAND), " as `${number}`", isThere && uncheckedIndex ? "]!" : "]"];
        const base = t.kind === "array" && t.array === "Tape" ? [this.head(p.base), ".data"] : this.holder(p.base);
        return [base, "[", this.text(p.index), isThere && language === "ts" && ((uncheckedIndex && !isTupleElement(t, p.index)) || isOptionalElement(t, p.index) || this.#fitting.isLoose(p, type)) ? "]!" : "]"];
      }
    }
  }

  /** the name of a field that is known at run time: of type string here, although it can only be one of the fields */
  #fieldName(base: Expr, name: Expr, type: Type | null): Doc {
    if (this.#context.language === "js") return this.text(name);
    const t = typeOf(base);
    const [first, ...others] = structsOf(t);
    const fields = first?.fields.filter((f) => others.every((x) => x.fields.some((y) => y.name === f.name))) ?? [];
    const fits = type === null ? [] : fields.filter((f) => !isPrivateName(f.name) && takes(f.type, type));
    if (fits.length > 0 && fits.length < fields.length) return [this.#at(name, POSTFIX), " as ", fits.map((f) => JSON.stringify(f.name)).join(" | ")];
    const holder = isPath(base) && t.kind !== "nullable" ? ["typeof ", this.head(base)] : [this.#context.types.text(present(t))];
    // a number names a field, too: `{ length: 2, 0: x, 1: y }`
    return [this.#at(name, POSTFIX), typeOf(name).kind === "real" ? " as unknown as keyof " : " as keyof ", holder];
  }

  /** right of a sum */
  operand(e: Expr): Doc {
    return this.#right("+", e, infixOf("+")!.precedence);
  }

  /** what `delete` takes */
  property(base: Expr, name: Expr): Doc {
    const isName = name.kind === "const" && typeof name.value === "string" && isIdentifier(name.value) && mapOf(typeOf(base)) === null;
    return isName ? [this.holder(base), ".", String(name.value)] : this.place({ kind: "element", base, index: name }, false);
  }

  /** a store of a value: entries of maps and sets have methods for it */
  entry(p: Place & { readonly kind: "element" }, value: Doc): Doc | null {
    const map = mapOf(typeOf(p.base));
    if (map === null || map.container === "Object") return null;
    if (map.container.endsWith("Set")) return [this.holder(p.base), ".add(", this.text(p.index), ")"];
    return [this.holder(p.base), ".set", this.#bracketed("(", [this.text(p.index), value], ")", softline)];
  }

  /** `types`: what the callee takes, where that is known */
  list(args: readonly Expr[], types: readonly (Type | null)[] = []): Doc {
    return this.#bracketed("(", args.map((a, i) => this.#argument(a, types[i] ?? null)), ")", softline);
  }

  /** an object that is known to be of one of several classes is asserted to be */
  #argument(e: Expr, type: Type | null): Doc {
    if (type === null || this.#context.language !== "ts") return this.text(e);
    if (!isNarrower(type, typeOf(e))) return this.text(this.#fitting.fitted(e, type));
    return [this.#at(e, RELATIONAL_OPERAND), isDisguised(type, this.#context.types) ? " as unknown as " : " as ", this.#context.types.text(type)];
  }

  // ---------------------------------------------------------------------------------------------- plumbing

  #at(e: Expr, precedence: number): Doc {
    const printed = this.#print(e);
    return printed.precedence < precedence ? ["(", printed.doc, ")"] : printed.doc;
  }

  #test(e: Expr, precedence: number): Doc {
    return e.kind === "op" && e.op === "truthy" ? this.#at(e.args[0]!, precedence) : this.#at(e, precedence);
  }

  #bracketed(open: string, parts: readonly Doc[], close: string, edge: Doc): Doc {
    if (parts.length === 0) return open + close;
    return group(open, indent(edge, join([",", line], parts), { kind: "either", broken: ",", flat: "" }), edge, close);
  }

  #runtime(name: string): string {
    this.#context.found.runtime.add(name);
    return name;
  }

  // ---------------------------------------------------------------------------------------------- kinds

  /** a text of an enumeration is not what TypeScript takes for its member, whatever it reads */
  #member({ member }: Expr & { readonly kind: "const" }): Printed | null {
    const name = member === undefined ? null : this.#context.enumName(member.of);
    return member === undefined || name === null ? null : { doc: name + member.path, precedence: POSTFIX };
  }

  #print(e: Expr): Printed {
    switch (e.kind) {
      case "const": return this.#member(e) ?? constant(e.value);
      case "var": {
        const call = this.#context.inlined.get(e.variable);
        if (call !== undefined) return { doc: call, precedence: POSTFIX };
        return { doc: this.#context.names.get(e.variable) ?? e.variable.name, precedence: PRIMARY };
      }
      case "op": return this.#op(e.op, e.args, e.type);
      case "load": if (e.place.kind === "element" && mapOf(typeOf(e.place.base))?.container.endsWith("Set")) return this.#print(e.place.index);
        return this.#asShown(e, this.place(e.place, (isPrintedAsThere(e) || isNullElement(e)) && !this.#context.narrowing.has(e), e.type));
      case "length": return { doc: [this.holder(this.#fitting.measured(e.array)), mapOf(typeOf(e.array)) === null ? ".length" : ".size"], precedence: POSTFIX };
      case "keys": return this.#keys(e.of);
      case "array": return { doc: this.#bracketed("[", e.elements.map((x) => (x.spread ? ["...", this.#listed(x.value, e.type) ?? this.text(x.value)] : this.text(x.value))), "]", softline), precedence: PRIMARY };
      case "struct": return this.#object(e);
      case "new": return { doc: this.#new(e), precedence: POSTFIX };
      case "copy": return { doc: this.#copy(e), precedence: POSTFIX };
      case "view": return { doc: [this.head(e.source), ".subarray", this.list(rangeOf(e))], precedence: POSTFIX };
      case "zeros": return this.#zeros(e.like, e.type);
      case "runtime": return this.#asWritten([this.#runtime(e.name), this.list(withoutMissing(e.args))], e.type, e.args[0] === undefined ? null : typeOf(e.args[0]));
      case "function":
        this.#context.found.functions.add(e.func);
        return { doc: this.#context.functionName(e.func), precedence: PRIMARY };
      case "closure": return { doc: this.#closure(e), precedence: ARROW };
      case "derivative": {
        const { operator, wrt, mode, sparse } = e.request;
        const options = [...(wrt === 0 ? [] : [`wrt: ${JSON.stringify(wrt)}`]), ...(mode ? [`mode: ${JSON.stringify(mode)}`] : []), ...(sparse ? ["sparse: true"] : [])];
        return { doc: [this.#runtime(operator), "(", this.text(e.target), options.length > 0 ? `, { ${options.join(", ")} }` : "", ")"], precedence: POSTFIX };
      }
      default: return unreachable(e, "emit");
    }
  }

  /** what a test has shown to be of one type, as that type where TypeScript does not see the test */
  #asShown(e: Expr, doc: Doc): Printed {
    const type = this.#fitting.narrowed(e);
    return type === null ? { doc, precedence: POSTFIX } : { doc: [doc, " as ", this.#context.types.text(type)], precedence: RELATIONAL_OPERAND - 1 };
  }

  /** an object literal; one that is an instance of its class where somebody can tell */
  #object(e: Expr & { readonly kind: "struct" }): Printed {
    const fields = e.fields.map((f) => ({ ...f, value: this.#fitting.fitted(f.value, this.#fitting.fieldType(e.type, f.name) ?? typeOf(f.value)) }));
    const literal = this.#struct(fields.map((f) => [f.name, f.value]));
    if (e.type.kind !== "struct" || !e.type.isClass) return { doc: literal, precedence: PRIMARY };
    const { types, language } = this.#context;
    const cell = e.instance !== undefined ? this.#context.classOf(e.type) : null;
    if (cell === null) {
      const isNamed = language === "ts" && types.isNamed(e.type);
      return isNamed ? { doc: [literal, e.type.fields.some((f) => f.hidden === true || f.undeclared === true || hasDescendants(f.type)) || !this.#fitting.shows(e) ? " as unknown as " : " as ", types.text(e.type)], precedence: RELATIONAL_OPERAND - 1 } : { doc: literal, precedence: PRIMARY };
    }
    this.#context.found.cells.add(cell);
    // constructors do not take functions as data, nor what stands for an instance with private storage
    const args = language === "js" || (e.type.name !== null && !e.type.fields.some((f) => isDisguised(f.type, types))) ? positionalArguments({ ...e, fields }, cell, this.#context.inlined) : null;
    if (args !== null) return { doc: ["new ", this.#context.cellName(cell), this.list(args)], precedence: POSTFIX };
    const made: Doc = ["Object.setPrototypeOf(", literal, ", ", this.#context.cellName(cell), ".prototype)"];
    return language === "ts" ? { doc: [made, " as ", types.text(e.type)], precedence: RELATIONAL_OPERAND - 1 } : { doc: made, precedence: POSTFIX };
  }

  #struct(fields: readonly (readonly [string, Expr])[]): Doc {
    const parts = fields.map(([name, value]): Doc => {
      const [key, doc] = [propertyText(name), this.text(value)];
      return doc === key && isIdentifier(key) ? key : [key, ": ", doc];
    });
    return this.#bracketed("{", parts, "}", line);
  }

  // ---------------------------------------------------------------------------------------------- operations

  #op(name: string, given: readonly Expr[], type: Type): Printed {
    const args = isArithmetic(name) && infixOf(name) === undefined ? given.map((x) => this.#fitting.operand(x)) : given;
    const [a, b, c] = args;
    const prefix = prefixOf(name);
    const infix = infixOf(name);
    if (prefix !== undefined && a) return this.#prefix(name, prefix, a);
    if (infix && a && b) return this.#infix(name, a, b);
    if (name === "select" && a && b && c) return this.#select(a, b, c);
    if (name === "truthy" && a) return { doc: ["Boolean(", this.text(a), ")"], precedence: POSTFIX };
    if (name === "isNullish" && a) return { doc: [this.#asked(a), " == null"], precedence: infixOf("==")!.precedence };
    if (name === "as" && a) {
      const by = this.#fitting.isApart(a, type) ? " as unknown as " : " as ";
      const operand: Doc = a.kind === "op" && infixOf(a.op) !== undefined ? ["(", this.text(a), ")"] : this.#at(a, RELATIONAL_OPERAND);
      return { doc: [operand, by, a.kind === "const" && "literals" in type && type.literals?.length === 1 ? "const" : this.#context.types.text(type)], precedence: RELATIONAL_OPERAND - 1 };
    }
    if (name === "nonNull" && a) return this.#context.language === "ts" ? { doc: [this.head(a), "!"], precedence: POSTFIX } : this.#print(a);
    if (name === "template") return { doc: this.#template(args), precedence: PRIMARY };
    if (name.startsWith(".") && a) return { doc: [this.head(this.#fitting.receiver(a, name)), name, this.list(args.slice(1))], precedence: POSTFIX };
    return { doc: [name, this.list(args)], precedence: POSTFIX };
  }

  /** what is asked whether it is there needs no `!` */
  #asked(e: Expr): Doc {
    return e.kind === "load" && (e.place.kind === "cell" || !isSet(typeOf(e.place.base))) ? this.place(e.place, false, e.type) : this.#at(e, UNARY);
  }

  #prefix(name: string, text: string, a: Expr): Printed {
    if (name === "!") {
      if (a.kind === "op" && a.op === "isNullish") return { doc: [this.#asked(a.args[0]!), " != null"], precedence: infixOf("!=")!.precedence };
      return { doc: ["!", this.#test(a, UNARY)], precedence: UNARY };
    }
    const isSigned = name === "neg" && ((a.kind === "op" && a.op === "neg") || (a.kind === "const" && typeof a.value === "number" && (a.value < 0 || Object.is(a.value, -0))));
    return { doc: isSigned ? [text, "(", this.text(a), ")"] : [text, this.#at(a, UNARY)], precedence: UNARY };
  }

  #infix(name: string, left: Expr, other: Expr): Printed {
    const { text, precedence } = infixOf(name)!;
    const [a, b] = isArithmetic(name) ? [this.#fitting.operand(left), this.#fitting.operand(other)] : [name === "??" ? this.#fitting.doubted(left) : this.#fitting.compared(left, other), other];
    if (name === "instanceof") return { doc: [this.#at(a, precedence), " instanceof ", b.kind === "const" ? String(b.value) : this.#at(b, precedence + 1)], precedence };
    const right = name === "&&" || name === "||" ? this.#fitting.assuming(a, name === "&&", () => this.#right(name, b, precedence)) : this.#right(name, b, precedence);
    // a run of operators breaks before all its operands or nowhere
    if (a.kind === "op" && a.args.length === 2 && isSameRun(a.op, name)) {
      const inner = this.#infix(a.op, a.args[0]!, a.args[1]!);
      const parts: Doc = [inner.loose ?? inner.doc, " ", text, line, right];
      return { doc: group(indent(parts)), loose: parts, precedence };
    }
    const parts: Doc = [this.#left(name, a, precedence), " ", text, line, right];
    return { doc: group(indent(parts)), loose: parts, precedence };
  }

  #left(name: string, a: Expr, precedence: number): Doc {
    const logical = name === "&&" || name === "||";
    // neither `-x ** y` nor `-1 ** y` is allowed
    if (name === "**") return this.#at(a, NUMERAL);
    const bare = a.kind === "op" && (a.op === "as" || (infixOf(a.op) !== undefined && a.args.length === 2 && !chains(a.op, name)));
    if (bare) return ["(", this.text(a), ")"];
    return logical ? this.#test(a, precedence) : this.#at(a, precedence);
  }

  #right(name: string, b: Expr, precedence: number): Doc {
    if (b.kind === "op" && b.op === "as") return ["(", this.text(b), ")"];
    if (b.kind === "op" && infixOf(b.op) !== undefined && b.args.length === 2) return nests(b.op, name) ? this.text(b) : ["(", this.text(b), ")"];
    return name === "&&" || name === "||" ? this.#test(b, precedence + 1) : this.#at(b, name === "**" ? UNARY : precedence + 1);
  }

  #select(test: Expr, a: Expr, b: Expr): Printed {
    return { doc: group(this.#arms(test, a, b)), precedence: CONDITIONAL };
  }

  /** choices behind a choice break with it */
  #arms(test: Expr, a: Expr, b: Expr): Doc {
    const chosen = this.#fitting.assuming(test, true, (): Doc => (a.kind === "op" && a.op === "select" ? ["(", this.text(a), ")"] : this.#at(a, ARROW)));
    const other = this.#fitting.assuming(test, false, (): Doc => (b.kind === "op" && b.op === "select" ? this.#arms(b.args[0]!, b.args[1]!, b.args[2]!) : this.#at(b, ARROW)));
    return [this.#test(test, CONDITIONAL + 1), indent(line, "? ", chosen, line, ": ", other)];
  }

  /** operands alternate: text, value, text, …, text */
  #template(args: readonly Expr[]): Doc {
    const parts = args.map((a, i): Doc => {
      if (i % 2 === 0 && a.kind === "const") return String(a.value).replace(/[`\\]|\$\{/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r");
      return ["${", this.text(a), "}"];
    });
    return ["`", parts, "`"];
  }

  // ---------------------------------------------------------------------------------------------- allocations

  #typed(name: string, argument: Type): string {
    return this.#context.language === "ts" ? `${name}<${this.#context.types.text(argument)}>` : name;
  }

  #keys(of: Expr): Printed {
    const map = mapOf(typeOf(of));
    // private fields of a class are properties of the literals that stand for its instances
    const others = privateNames(typeOf(of)).map((x) => `key !== ${JSON.stringify(propertyName(x))}`).join(" && ");
    if (map === null || map.container === "Object") return { doc: ["Object.keys(", this.text(of), others === "" ? ")" : `).filter((key) => ${others})`], precedence: POSTFIX };
    return { doc: ["[...", this.holder(of), map.container === "Map" ? ".keys()]" : "]"], precedence: PRIMARY };
  }

  #new(e: Expr & { readonly kind: "new" }): Doc {
    const map = mapOf(e.type);
    if (map !== null) return map.container === "Object" ? "{}" : [`new ${this.#context.language === "ts" ? this.#context.types.text(map) : map.container}()`];
    if (e.type.kind !== "array") return ["new Array(", this.text(e.length), ")"];
    const { array, element } = e.type;
    if (array === "Tape") return `new ${this.#runtime("Tape")}()`;
    if (array !== "Array") return [`new ${array}(`, this.text(e.length), ")"];
    const made: Doc = [`new ${this.#typed("Array", element)}(`, this.text(e.length), ")"];
    return e.zeroed ? [made, ".fill(0)"] : made;
  }

  #copy(e: Expr & { readonly kind: "copy" }): Doc {
    const from = typeOf(e.source);
    const source = from.kind === "nullable" ? from.inner : from;
    const range = rangeOf(e);
    const sameKind = source.kind === "array" && e.type.kind === "array" && source.array === e.type.array;
    if (sameKind) return [this.head(e.source), ".slice", this.list(range)];
    const listed = this.#listed(e.source, e.type);
    const part: Doc = range.length > 0 ? [listed ?? this.head(e.source), ".slice", this.list(range)] : listed ?? this.holder(e.source);
    if (e.type.kind === "array" && e.type.array !== "Array") return [`new ${e.type.array}(`, part, ")"];
    return range.length > 0 && source.kind === "tuple" ? part : ["[...", part, "]"];
  }

  /** a tuple whose end may be left out, as the array that it is where all that is in it is there; null where nothing has to be said */
  #listed(e: Expr, into: Type): Doc | null {
    const type = present(typeOf(e));
    if (this.#context.language === "js" || type.kind !== "tuple" || type.optional === undefined || into.kind !== "array" || !isPresent(into.element)) return null;
    return ["(", this.#at(e, RELATIONAL_OPERAND), " as ", this.#context.types.text({ kind: "array", array: "Array", element: into.element }), ")"];
  }

  /** zeros in the shape of `like`; where objects might be shared inside, the runtime looks */
  #zeros(like: Expr, type: Type): Printed {
    if (type.kind === "real") return constant(0);
    if (type.kind === "array" && type.element.kind === "real") {
      const size: Doc = [this.head(like), ".length"];
      const made: Doc = type.array === "Array" ? [`new ${this.#typed("Array", type.element)}(`, size, ").fill(0)"] : [`new ${type.array}(`, size, ")"];
      return { doc: made, precedence: POSTFIX };
    }
    if (isTupleOfNumbers(type)) return { doc: `[${type.elements.map(() => "0").join(", ")}]`, precedence: PRIMARY };
    if (type.kind === "struct" && isFlat(type)) {
      const fields = type.fields.map((f): readonly [string, Expr] => [f.name, f.type.kind === "real" ? { kind: "const", value: 0 } : { kind: "zeros", like: { kind: "load", place: { kind: "field", base: like, field: f.name }, mayMiss: false, type: f.type }, type: f.type }]);
      return { doc: this.#struct(fields), precedence: PRIMARY };
    }
    return this.#asWritten([this.#runtime("zerosLike"), "(", this.#mirrored(like, type), ")"], type, typeOf(like));
  }

  /** what the runtime is shown of an object; of a class those static members that carry derivatives */
  #mirrored(like: Expr, type: Type): Doc {
    const shown = typeOf(like);
    if (shown.kind !== "struct" || shown.isStatic !== true || type.kind !== "struct") return this.text(like);
    return this.#struct(shown.fields.flatMap((f) => (type.fields.some((x) => x.name === f.name) ? [[f.name, { kind: "load", place: { kind: "field", base: like, field: f.name }, mayMiss: false, type: f.type }] as const] : [])));
  }

  /** what the runtime returns, with its type where TypeScript cannot compute it: private members are invisible to it, and so is what stands behind an interface */
  #asWritten(doc: Doc, type: Type, given: Type | null): Printed {
    const isWritten = hasHidden(type) || (given !== null && hasDescendants(given));
    if (this.#context.language !== "ts" || !isWritten) return { doc, precedence: POSTFIX };
    return { doc: [doc, " as unknown as ", this.#context.types.text(type)], precedence: RELATIONAL_OPERAND - 1 };
  }
}
