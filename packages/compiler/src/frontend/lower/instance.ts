// Members of class instances: fields are storage, methods and accessors are functions that take the receiver first. Which one
// is meant follows from the classes that the receiver may be; where they differ, `instanceof` decides.
// Assumes that the whole program is known. Guarantees JavaScript's lookup, and that receivers and arguments are evaluated once.
import { ts } from "ts-morph";
import type { Expr, StructType, Type } from "../../ir/ir.ts";
import { BOOLEAN, FALSE, load, op, REAL, STRING, typeOf, UNDEFINED, use, VOID } from "../../ir/build.ts";
import { isUntyped, present } from "../../ir/facts.ts";
import { chainOf, classKey, className, type ClassInstance, type ClassNode, findMember, heritageOf, baseNode, type Member, privateKey, privateOwner } from "../classes.ts";
import { bare, type CodeNode, isGenerator, spanOf } from "../nodes.ts";
import type { TypeTable } from "../types.ts";
import { lowerArguments, type Shape, shapeOfDeclaration, shapeOfSignature } from "./arguments.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { classCell } from "./class-value.ts";
import { givenTypes } from "./definite.ts";
import { methodArguments } from "./generic.ts";
import { resultName } from "./hints.ts";
import { learn } from "./learn.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import type { TypeArguments } from "./unit.ts";
import { isLate, once } from "./walk.ts";

/** the classes that a type's values may be instances of, and object types of literals among them; null if there is no class, or anything else */
export function classesOf(type: Type): readonly StructType[] | null {
  const inner = present(type);
  if (inner.kind === "struct") return inner.isClass ? [inner] : null;
  if (inner.kind !== "union") return null;
  return inner.members.every((x): x is StructType => x.kind === "struct") && inner.members.some((x) => x.isClass) ? inner.members : null;
}

const isSameKind = (x: StructType, y: StructType): boolean => (x.isClass && y.isClass ? x.lineage?.[0] === y.lineage?.[0] : !x.isClass && !y.isClass);

/** the classes that a receiver may be where it stands: what is known of its value, narrowed by what TypeScript knows */
export function receiverClasses(b: Body, receiver: Expr, node: ts.Expression): readonly StructType[] | null {
  const known = classesOf(typeOf(receiver));
  if (known !== null && known.length === 1) return known;
  const seen = classesOf(b.typeOf(bare(node)));
  if (known === null || seen === null) return known ?? seen;
  const narrowed = known.filter((x) => seen.some((y) => isSameKind(x, y)));
  return narrowed.length === 0 ? known : narrowed;
}

/** the property that an access names */
export interface Access {
  readonly name: string;
  /** the class that declares it, where it is private: lookup does not depend on the receiver */
  readonly owner: ClassNode | null;
  readonly node: ts.Node;
}

export const accessOf = (name: ts.MemberName): Access => ({ name: name.text, owner: ts.isPrivateIdentifier(name) ? privateOwner(name) : null, node: name });

const lookup = (b: Body, instance: ClassInstance, access: Access): Member | null => findMember(access.owner ?? instance.node, access.name, b.checker);

/** the key under which an object holds a field */
export const storageKey = (b: Body, access: Access): string => (access.owner === null ? access.name : privateKey(access.owner, access.name, b.unit.context.program));

/** may the name mean code for one of these classes? */
export const isStorage = (b: Body, classes: readonly StructType[], access: Access): boolean => classes.every((x) => isStored(b, x, access));

function isStored(b: Body, type: StructType, access: Access): boolean {
  const instance = b.types.classOf(type);
  const member = instance === null ? null : lookup(b, instance, access);
  return member === null ? type.fields.some((f) => f.name === storageKey(b, access)) || isOptional(b, access) : member.kind === "field";
}

/** an object may lack what its interface calls optional */
const isOptional = (b: Body, { node }: Access): boolean => ((b.checker.getSymbolAtLocation(node)?.flags ?? 0) & ts.SymbolFlags.Optional) !== 0;

/** the classes that an object may be where a field of it is used: an assertion that it has the field counts, as it does in JavaScript */
export function classesWith(b: Body, classes: readonly StructType[], holder: ts.Expression, access: Access): readonly StructType[] {
  if (holder === bare(holder) || isStorage(b, classes, access)) return classes;
  const asserted = classesOf(b.typeOf(holder));
  const found = asserted === null ? [] : classes.filter((x) => asserted.some((y) => isSameKind(x, y)));
  return found.length > 0 && isStorage(b, found, access) ? found : classes;
}

// ---------------------------------------------------------------------------------------------------- code of classes

/** a class's type parameters and `this`, as seen from the code of one of the classes that it extends */
export function parametersAt(b: Body, instance: ClassInstance, owner: ClassNode, self: Type): TypeArguments {
  let parameters = new Map(instance.parameters);
  let at = instance.node;
  while (at !== owner) {
    const heritage = heritageOf(at);
    const base = baseNode(at, b.checker);
    if (heritage === null || base === null) break;
    const inside = b.unit.context.types.within(parameters);
    const type = b.checker.getTypeAtLocation(heritage);
    const given = (base.typeParameters?.length ?? 0) > 0 ? b.checker.getTypeArguments(type as ts.TypeReference) : [];
    parameters = new Map((base.typeParameters ?? []).flatMap((x, i) => (given[i] === undefined ? [] : [[b.checker.getTypeAtLocation(x), inside.of(given[i])] as const])));
    at = base;
  }
  const own = thisTypeOf(owner, b.checker);
  return own === null ? parameters : new Map([...parameters, [own, self]]);
}

/** the type that `this` has in a class, which subclasses make more precise */
function thisTypeOf(node: ClassNode, checker: ts.TypeChecker): ts.Type | null {
  const symbol = node.name === undefined ? (node as { readonly symbol?: ts.Symbol }).symbol : checker.getSymbolAtLocation(node.name);
  const type = symbol === undefined ? undefined : checker.getDeclaredTypeOfSymbol(symbol);
  return type !== undefined && type.isClassOrInterface() ? (type as ts.InterfaceType & { readonly thisType?: ts.Type }).thisType ?? null : null;
}

/** one piece of code, and the classes of which it is meant; without code: what the object holds under the name */
interface Choice {
  readonly code: { readonly node: CodeNode; readonly owner: ClassNode } | null;
  readonly classes: readonly StructType[];
}

/** the code that a name means for each class; a finding where one has none */
function choices(b: Body, classes: readonly StructType[], access: Access, pick: (member: Member) => CodeNode | null): readonly Choice[] | null {
  const found: { code: Choice["code"]; classes: StructType[] }[] = [];
  for (const x of classes) {
    const instance = b.types.classOf(x);
    const member = instance === null ? null : lookup(b, instance, access);
    const node = member === null ? null : pick(member);
    const code = member === null || node === null ? null : { node, owner: member.owner };
    if (code === null && !isStored(b, x, access)) return null;
    const known = found.find((y) => y.code?.node === code?.node);
    if (known === undefined) found.push({ code, classes: [x] });
    else known.classes.push(x);
  }
  return found;
}

const nodesOf = (choices: readonly Choice[]): readonly CodeNode[] => choices.flatMap((x) => (x.code === null ? [] : [x.code.node]));

/** the types inside the code of a class; those here where nothing is generic */
export function insideOf(b: Body, instance: ClassInstance, owner: ClassNode, self: Type, more: TypeArguments = new Map()): TypeTable {
  const parameters = new Map([...parametersAt(b, instance, owner, self), ...more]);
  const isGeneric = (owner.typeParameters?.length ?? 0) > 0 || more.size > 0;
  return isGeneric ? b.unit.context.types.within(parameters) : b.types;
}

const typeOfClasses = (classes: readonly StructType[]): Type => (classes.length === 1 && classes[0] !== undefined ? classes[0] : { kind: "union", members: classes });

/** how much of a class's ancestry comes before another's: subclasses are tested first */
const depth = (b: Body, x: StructType): number => { const instance = b.types.classOf(x); return instance === null ? 0 : chainOf(instance.node, b.checker).length; };

interface Invocation {
  readonly choices: readonly Choice[];
  readonly self: Expr;
  readonly args: (node: CodeNode) => readonly Expr[];
  readonly parameters: (node: CodeNode) => TypeArguments;
  /** what is done where objects hold the name themselves */
  readonly stored: (self: Expr, classes: readonly StructType[], want: Want | null) => Expr | null;
  readonly type: Type;
  readonly name: string;
  readonly node: ts.Node;
  readonly want: Want | null;
}

/** calls the code that the receiver's class has under a name */
function invoke(b: Body, at: Invocation): Expr | null {
  const [only, ...others] = at.choices;
  if (only !== undefined && others.length === 0) return call(b, at, only, narrowed(b, at, only), at.want);
  const tests = at.choices.flatMap((choice) => choice.classes.map((x) => ({ choice, x, depth: depth(b, x) }))).sort((l, r) => r.depth - l.depth);
  const needed = tests.filter(({ choice, x }, i) => {
    // objects of literals are what is left
    if (!x.isClass) return tests.findIndex((y) => !y.x.isClass) === i;
    const above = tests.filter((y) => y.x !== x && x.lineage?.includes(y.x.lineage?.[0] ?? "") === true).sort((l, r) => r.depth - l.depth)[0];
    return above === undefined || above.choice !== choice;
  });
  const result = at.want === null || at.type.kind === "void" ? null : b.declare(at.want.hint ?? (resultName(at.name) || "value"), at.type, at.node);
  const each = (index: number): void => {
    const test = needed[index];
    if (test === undefined) return;
    const take = (): void => {
      const self = use(b.define(at.self.kind === "var" ? at.self.variable.name : "self", at.self, at.node, typeOfClasses(test.choice.classes)));
      const value = call(b, at, test.choice, self, at.want === null ? null : { ...PLAIN, hint: at.want.hint });
      if (result !== null && value !== null) b.assign(result, value, at.node);
    };
    if (index === needed.length - 1) return take();
    b.branch(instanceTest(b, at.self, test.x, at.node), take, () => each(index + 1), at.node);
  };
  each(0);
  return result === null ? null : use(result);
}

/** the receiver as what it is known to be here */
function narrowed(b: Body, at: Invocation, { classes }: Choice): Expr {
  const all = classesOf(typeOf(at.self));
  if (all !== null && all.length <= classes.length) return at.self;
  return use(b.define(at.self.kind === "var" ? at.self.variable.name : "self", at.self, at.node, typeOfClasses(classes)));
}

function instanceTest(b: Body, self: Expr, type: StructType, node: ts.Node): Expr {
  const instance = b.types.classOf(type);
  const value = instance === null ? null : classCell(b, instance.node, node);
  if (value === null) return { kind: "const", value: true };
  return b.settle(op("instanceof", [self, b.settle(value, node, className(instance?.node ?? (node as never)))], BOOLEAN), node);
}

function call(b: Body, at: Invocation, { code, classes }: Choice, self: Expr, want: Want | null): Expr | null {
  if (code === null) return at.stored(self, classes, want);
  const [first] = classes;
  const instance = first === undefined ? null : b.types.classOf(first);
  if (instance === null) return null;
  const type = typeOf(self).kind === "struct" || typeOf(self).kind === "union" ? typeOf(self) : typeOfClasses(classes);
  const parameters = new Map([...parametersAt(b, instance, code.owner, type), ...at.parameters(code.node)]);
  const args = at.args(code.node);
  if (!ts.isGetAccessorDeclaration(code.node) && !ts.isClassLike(code.node)) learn(b, code.node, args);
  const given = ts.isMethodDeclaration(code.node) ? givenTypes(b, code.node, insideOf(b, instance, code.owner, type, at.parameters(code.node)), args, at.type) : null;
  const func = b.unit.memberId(code.node, parameters, type, given);
  const result = b.result(given?.result ?? at.type, want, resultName(at.name) || "value");
  b.emit({ kind: "call", callee: { kind: "function", func }, args: [self, ...args], result, origin: b.origin(at.node) });
  return result === null ? null : use(result);
}

// ---------------------------------------------------------------------------------------------------- methods

/** arguments for whichever of several functions is called: evaluated once, cut to what each takes */
function argumentsFor(b: Body, node: ts.CallExpression, targets: readonly Choice[], self: Type, held: Shape | null): ((target: CodeNode | null) => readonly Expr[]) | null {
  const shapes = new Map(targets.flatMap(({ code, classes }) => {
    const instance = classes[0] === undefined ? null : b.types.classOf(classes[0]);
    if (code === null || instance === null) return [];
    return [[code.node, shapeOfDeclaration(b, code.node as ts.SignatureDeclaration, insideOf(b, instance, code.owner, self, methodArguments(b, node, code.node)))] as const];
  }));
  const all = [...shapes.values(), ...(held === null ? [] : [held])];
  const widest = all.reduce((l, r) => (r.fixed > l.fixed ? r : l), all[0] ?? { fixed: 0, rest: null, names: [], types: [] });
  if (all.some((x) => x.rest !== null) && all.length > 1) return null;
  const args = lowerArguments(b, node.arguments, widest, node);
  return (target) => { const shape = target === null ? held : shapes.get(target) ?? null; return shape === null || shape.rest !== null ? args : args.slice(0, shape.fixed); };
}

/** `receiver.name(…)` for an instance of a class; undefined where the name is no method of it */
export function callMember(b: Body, node: ts.CallExpression, name: ts.MemberName, receiver: Expr, classes: readonly StructType[], want: Want | null): Expr | null | undefined {
  const access = accessOf(name);
  if (isStorage(b, classes, access)) return undefined;
  const found = choices(b, classes, access, (x) => (x.kind === "method" ? x.node : null));
  if (found === null) return b.refuse(refusals.unknownMember(spanOf(name), describe(b, classes), name.text), node);
  const targets = nodesOf(found) as readonly ts.MethodDeclaration[];
  if (targets.some(isLate)) return b.refuse(refusals.heldGenerator(spanOf(node)), node);
  const signature = found.some((x) => x.code === null) ? b.checker.getResolvedSignature(node) : undefined;
  const held = signature === undefined ? null : shapeOfSignature(b, signature);
  const args = signature !== undefined && held === null ? null : argumentsFor(b, node, found, typeOf(receiver), held);
  if (args === null) return b.refuse(refusals.restThroughValue(spanOf(name), name.text), node);
  const type = methodResult(b, node, targets, receiver);
  const stored: Invocation["stored"] = (self, of, wanted) => {
    const value = b.settle(heldUnder(b, self, of, access), node, name.text);
    const result = b.result(type, wanted, resultName(name.text) || "value");
    b.emit({ kind: "call", callee: { kind: "value", value, method: { receiver: self, name: name.text } }, args: args(null), result, origin: b.origin(node) });
    return result === null ? null : use(result);
  };
  const invocation = { choices: found, self: receiver, args, parameters: (target: CodeNode) => methodArguments(b, node, target), stored, type, name: name.text, node, want };
  if (!targets.some(isGenerator)) return invoke(b, invocation);
  return targets.every(isGenerator) && held === null ? walkThrough(b, invocation) : b.refuse(refusals.unknownGenerator(spanOf(node)), node);
}

/** what objects hold under a name */
function heldUnder(b: Body, self: Expr, classes: readonly StructType[], access: Access): Expr {
  const key = storageKey(b, access);
  const field = classes.flatMap((x) => x.fields.filter((f) => f.name === key))[0];
  return load({ kind: "field", base: self, field: key }, field?.type ?? VOID, field?.optional === true);
}

/** a method of an object, to be called with arguments that are there already */
interface HeldMethod {
  readonly shape: Shape;
  readonly result: Type;
  readonly call: (args: readonly Expr[], node: ts.Node, want: Want | null) => Expr | null;
}

/** the method that a name means for some classes, for a receiver of whatever type; null where they do not take the same, or there is none */
export function methodOf(b: Body, classes: readonly StructType[], access: Access, receiver: Expr): HeldMethod | null {
  const found = choices(b, classes, access, (x) => (x.kind === "method" ? x.node : null));
  const targets = found === null || found.some((x) => x.code === null) ? [] : nodesOf(found) as readonly ts.MethodDeclaration[];
  const [first] = targets;
  const instance = found?.[0]?.classes[0] === undefined ? null : b.types.classOf(found[0].classes[0]);
  if (found === null || first === undefined || instance === null || targets.some((x) => isGenerator(x) || (x.typeParameters?.length ?? 0) > 0)) return null;
  const owner = found[0]?.code?.owner ?? instance.node;
  const types = insideOf(b, instance, owner, typeOf(receiver));
  const shape = shapeOfDeclaration(b, first, types);
  const isSame = targets.every((x) => x.parameters.length === first.parameters.length);
  if (!isSame || (targets.length > 1 && shape.rest !== null)) return null;
  const signature = b.checker.getSignatureFromDeclaration(first);
  const result = types === b.types || signature === undefined ? b.resultOf(first) : types.of(b.checker.getReturnTypeOfSignature(signature));
  const call: HeldMethod["call"] = (args, node, want) =>
    invoke(b, { choices: found, self: receiver, args: () => args, parameters: () => new Map(), stored: () => null, type: result, name: access.name, node, want });
  return { shape, result, call };
}

/** an instance as text: what its `toString` says; the value itself where it has none */
export const textOf = (b: Body, value: Expr, node: ts.Expression): Expr => primitive(b, value, node, "toString", STRING);

/** an instance as a number: what its `valueOf` says; the value itself where it has none */
export const numberOf = (b: Body, value: Expr, node: ts.Expression): Expr => primitive(b, value, node, "valueOf", REAL);

function primitive(b: Body, value: Expr, node: ts.Expression, method: "toString" | "valueOf", type: Type): Expr {
  const classes = receiverClasses(b, value, node);
  if (classes === null) return value;
  const access: Access = { name: method, owner: null, node };
  const found = choices(b, classes, access, (x) => (x.kind === "method" ? x.node : null));
  if (found === null || found.some((x) => x.code === null)) return value;
  return invoke(b, { choices: found, self: value, args: () => [], parameters: () => new Map(), stored: () => null, type, name: method === "toString" ? "text" : "number", node, want: PLAIN }) ?? value;
}

/** a generator that makes what an instance walks over; null where its class has no such method */
export function iteratorOfInstance(b: Body, value: Expr, name: string, node: ts.Node): Expr | null {
  const found = choices(b, classesOf(typeOf(value)) ?? [], { name, owner: null, node }, (x) => (x.kind === "method" ? x.node : null));
  const [{ code = null, classes: [first] } = { classes: [] }] = found ?? [];
  const instance = first === undefined ? null : b.types.classOf(first);
  const signature = code === null ? undefined : b.checker.getSignatureFromDeclaration(code.node as ts.MethodDeclaration);
  if (found === null || code === null || instance === null || signature === undefined) return null;
  const type = insideOf(b, instance, code.owner, typeOf(value)).of(b.checker.getReturnTypeOfSignature(signature));
  const invocation = { choices: found, self: value, args: () => [], parameters: () => new Map(), stored: () => null, type, name: "walk", node, want: PLAIN };
  return nodesOf(found).every((x) => isGenerator(x as ts.MethodDeclaration)) ? walkThrough(b, invocation) : invoke(b, invocation);
}

/** a generator that is a method: which one is decided when it runs, so that there is one walk whatever the receiver is */
const walkThrough = (b: Body, at: Invocation): Expr =>
  once(b, at.type, at.node, (visit, finish) => b.block(() => {
    const stopped = invoke(b, { ...at, args: (target) => [...at.args(target), use(visit), use(finish)], type: BOOLEAN, want: { ...PLAIN, hint: "isDone" } });
    b.exit({ kind: "return", value: stopped ?? FALSE }, at.node);
  }));

/** a method that returns `this` returns what it was called on */
export function methodResult(b: Body, node: ts.CallExpression, targets: readonly ts.MethodDeclaration[], receiver: Expr): Type {
  const returnsThis = targets.every((x) => {
    const signature = b.checker.getSignatureFromDeclaration(x);
    const type = signature === undefined ? undefined : b.checker.getReturnTypeOfSignature(signature);
    return type !== undefined && (type as { readonly isThisType?: boolean }).isThisType === true;
  });
  if (returnsThis) return typeOf(receiver);
  const type = b.typeOf(node);
  const [target, ...others] = targets;
  if (!isUntyped(type) || target === undefined || others.length > 0) return type;
  return b.resultOf(target);
}

export const describe = (b: Body, classes: readonly StructType[]): string => classes.map((x) => { const instance = b.types.classOf(x); return instance === null ? x.name ?? "object" : className(instance.node); }).join(" | ");

// ---------------------------------------------------------------------------------------------------- properties

/** reads a property of an instance */
export function readMember(b: Body, receiver: Expr, name: ts.MemberName, given: readonly StructType[], node: ts.PropertyAccessExpression, want: Want): Expr {
  const access = accessOf(name);
  const classes = classesWith(b, given, node.expression, access);
  return readProperty(b, receiver, access, classes, node, b.typeOf(node), want);
}

/** `seen`: what TypeScript says of it */
export function readProperty(b: Body, receiver: Expr, access: Access, classes: readonly StructType[], node: ts.Node, seen: Type, want: Want): Expr {
  const { name } = access;
  if (isStorage(b, classes, access)) return readField(receiver, storageKey(b, access), classes, seen, want);
  const found = choices(b, classes, access, (x) => (x.kind === "accessor" ? x.get : null));
  if (found === null) {
    const isMethod = choices(b, classes, access, (x) => (x.kind === "method" ? x.node : null)) !== null;
    return b.refuse(isMethod ? refusals.methodValue(spanOf(node), name) : refusals.unknownMember(spanOf(access.node), describe(b, classes), name), node);
  }
  const [getter] = nodesOf(found);
  const type = seen.kind === "opaque" && getter !== undefined ? b.resultOf(getter as ts.GetAccessorDeclaration) : seen;
  const stored: Invocation["stored"] = (self, of) => heldUnder(b, self, of, access);
  return invoke(b, { choices: found, self: receiver, args: () => [], parameters: () => new Map(), stored, type, name, node, want: { ...want, hint: want.hint ?? name } }) ?? UNDEFINED;
}

function readField(receiver: Expr, key: string, classes: readonly StructType[], seen: Type, want: Want): Expr {
  const fields = classes.flatMap((x) => x.fields.filter((f) => f.name === key));
  const optional = fields.length < classes.length || fields.some((x) => x.optional);
  const own = fields[0]?.type ?? seen;
  // what was set to nothing may have been set by a call since (place.ts, placeType)
  const type = seen.kind === "opaque" || seen.kind === "void" || classes.length === 1 && classesOf(own) !== null ? own : seen;
  const mayMiss = optional && !want.asserted && (want.tested || type.kind === "nullable");
  return load({ kind: "field", base: receiver, field: key }, want.asserted ? present(type) : type, mayMiss);
}

/** sets a property of an instance through its setter */
export function writeMember(b: Body, receiver: Expr, name: ts.MemberName, classes: readonly StructType[], value: Expr, node: ts.Node): void {
  const access = accessOf(name);
  const found = choices(b, classes, access, (x) => (x.kind === "accessor" ? x.set : null));
  if (found === null) {
    b.report(refusals.unknownMember(spanOf(name), describe(b, classes), name.text));
    return;
  }
  const stored: Invocation["stored"] = (self) => {
    b.emit({ kind: "store", place: { kind: "field", base: self, field: storageKey(b, access) }, value, origin: b.origin(node) });
    return null;
  };
  invoke(b, { choices: found, self: receiver, args: () => [value], parameters: () => new Map(), stored, type: VOID, name: name.text, node, want: null });
}

export { classKey };
