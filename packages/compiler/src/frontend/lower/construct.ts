// `new C(…)`: a function per class that makes the object, with the constructors of its base classes inside. The order is
// JavaScript's: base constructor, own fields, parameter properties, body.
// Fields that are set in a straight line go into one literal; the object is made where `this` is first needed as such.
import { ts } from "ts-morph";
import type { Expr, FieldValue, Func, Origin, Param, StructType, Var } from "../../ir/ir.ts";
import { define, UNDEFINED, use } from "../../ir/build.ts";
import { baseNode, baseText, chainOf, classKey, className, type ClassInstance, type ClassNode, isAbstract, isDecorated, isException, isStatic, isWhole, memberName, privateKey } from "../classes.ts";
import { bare, spanOf } from "../nodes.ts";
import { lowerArguments, shapeOfDeclaration } from "./arguments.ts";
import { Body, PLAIN, type Receiver, type Visitors, type Want } from "./body.ts";
import { cellOf } from "./class-value.ts";
import { type Binding, isThis, parameter } from "./function.ts";
import { instantiateClass } from "./generic.ts";
import { insideOf, parametersAt } from "./instance.ts";
import { learn } from "./learn.ts";
import { plainShape } from "./library.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { enclosingFunction, isAssignment, isFunctionLike } from "./scan.ts";
import { hoistVars, statements } from "./statement.ts";
import { findUnder, isUnder } from "./tree.ts";
import type { Unit, Work } from "./unit.ts";

const constructorOf = (node: ClassNode): ts.ConstructorDeclaration | null => node.members.find((x): x is ts.ConstructorDeclaration => ts.isConstructorDeclaration(x) && x.body !== undefined) ?? null;

/** the constructor whose parameters `new` fills: the nearest that is written out */
function nearestConstructor(node: ClassNode, checker: ts.TypeChecker): ts.ConstructorDeclaration | null {
  for (let at: ClassNode | null = node; at !== null; at = baseNode(at, checker)) {
    const own = constructorOf(at);
    if (own !== null) return own;
  }
  return null;
}

/** `new C(…)` for a class of the program */
export function constructInstance(b: Body, node: ts.NewExpression, target: ClassNode, want: Want, known: StructType | null = null): Expr {
  if (isException(target, b.checker)) return constructException(b, node, target, want);
  const finding = refusalOf(b, node, target);
  if (finding !== null) return b.refuse(finding, node);
  const type = known ?? b.types.exact(instantiateClass(b, node, target));
  const instance = type.kind === "struct" ? b.types.classOf(type) : null;
  if (type.kind !== "struct" || instance === null) return b.refuse(refusals.newTarget(spanOf(node), node.expression.getText()), node);
  const explicit = nearestConstructor(target, b.checker);
  const args = explicit === null ? [] : lowerArguments(b, node.arguments ?? [], shapeOfDeclaration(b, explicit, insideOf(b, instance, explicit.parent, type)), node);
  if (explicit === null) for (const x of node.arguments ?? []) b.effect(ts.isSpreadElement(x) ? x.expression : x);
  if (explicit !== null) learn(b, explicit, args);
  const func = b.unit.memberId(target, parametersAt(b, instance, target, type), type);
  b.unit.classes.set(classKey(target), cellOf(b, target));
  const name = className(target);
  const result = want.into !== null && want.into.type === type ? want.into : b.unit.supply.fresh(want.hint ?? name.slice(0, 1).toLowerCase() + name.slice(1), type);
  b.emit({ kind: "call", callee: { kind: "function", func }, args, result, origin: b.origin(node) });
  return use(result);
}

/** an exception of the program's own: the class is called as it stands, since part of its code is the engine's */
function constructException(b: Body, node: ts.NewExpression, target: ClassNode, want: Want): Expr {
  const cell = cellOf(b, target);
  if (cell === null || isAbstract(target)) return b.refuse(refusals.foreignBase(spanOf(node), className(target), baseText(target, b.checker)), node);
  const given = node.arguments ?? [];
  const args = lowerArguments(b, given, plainShape(given.length), node);
  const result = want.into ?? b.unit.supply.fresh(want.hint ?? "error", b.typeOf(node));
  const does = chainOf(target, b.checker).every(onlyFills) ? { does: "compute" as const } : {};
  b.emit({ kind: "call", callee: { kind: "external", name: `new ${cell.name}`, cell, ...does }, args, result, origin: b.origin(node) });
  return use(result);
}

/** does the constructor of a class do nothing but fill what it makes, with what is at hand? */
const onlyFills = (node: ClassNode): boolean => node.members.every((x) => {
  if (ts.isPropertyDeclaration(x)) return x.initializer === undefined || isAtHand(x.initializer);
  if (!ts.isConstructorDeclaration(x)) return !ts.isSetAccessorDeclaration(x);
  return (x.body?.statements ?? []).every((s) => superCall(s)?.arguments.every(isAtHand) ?? (ts.isExpressionStatement(s) && isAtHand(fieldSet(s.expression)?.value ?? s.expression)));
});

/** no code of the program runs for it */
const isAtHand = (node: ts.Expression): boolean =>
  !isUnder(node, (x) => ts.isCallExpression(x) || ts.isNewExpression(x) || ts.isPostfixUnaryExpression(x) || ts.isPrefixUnaryExpression(x) || (ts.isBinaryExpression(x) && isAssignment(x.operatorToken.kind)));

function refusalOf(b: Body, node: ts.NewExpression, target: ClassNode): ReturnType<typeof refusals.newTarget> | null {
  const name = className(target);
  if (target.getSourceFile().isDeclarationFile) return refusals.newTarget(spanOf(node), name);
  if (!isWhole(target, b.checker)) return refusals.foreignBase(spanOf(node), name, baseText(target, b.checker));
  if (isAbstract(target)) return refusals.newTarget(spanOf(node), name);
  for (let at: ClassNode | null = target; at !== null; at = baseNode(at, b.checker)) {
    if (isDecorated(at) || at.members.some((x) => isDecorated(x))) return refusals.unsupportedSyntax(spanOf(node), `the decorated class ${className(at)}`);
    if (enclosingFunction(at) !== null && capturesLocals(at, b.checker)) return refusals.capturingClass(spanOf(node), className(at));
  }
  return null;
}

/** does a class inside a function use variables of that function? */
export function capturesLocals(node: ClassNode, checker: ts.TypeChecker): boolean {
  return findUnder(node, (x) => {
    if (!ts.isIdentifier(x)) return null;
    const declaration = checker.getSymbolAtLocation(x)?.valueDeclaration;
    if (declaration === undefined || ts.isPropertyAccessExpression(x.parent) && x.parent.name === x) return null;
    const isVariable = ts.isVariableDeclaration(declaration) || ts.isParameter(declaration) || ts.isBindingElement(declaration) || ts.isFunctionDeclaration(declaration);
    const isInside = declaration.getSourceFile() === node.getSourceFile() && declaration.pos >= node.pos && declaration.end <= node.end;
    return isVariable && !isInside && enclosingFunction(declaration) !== null ? true : null;
  }) === true;
}

// ---------------------------------------------------------------------------------------------------- the function that makes it

export function lowerConstructor(unit: Unit, visitors: Visitors, { id, node, types, parameters, self }: Work & { readonly node: ClassNode; readonly self: StructType }): Func {
  const made = new Construction(unit, visitors, self);
  const outer = new Body(unit, visitors, null, node, types);
  const params: Param[] = [];
  const body = outer.block(() => {
    made.run(outer, { node, parameters }, (bindings) => { params.push(...bindings.map((x) => x.param)); });
    outer.exit({ kind: "return", value: made.object(outer, node) }, node);
  });
  const origin: Origin = { span: spanOf(node.name ?? node), comments: [] };
  return { id, name: className(node), params, body: [...outer.prologue, ...body], result: null, resultType: self, resultText: null, origin };
}

/** gives the parameters of a constructor their values */
type Give = (bindings: readonly Binding[]) => void;

class Construction {
  readonly #unit: Unit;
  readonly #visitors: Visitors;
  readonly #type: StructType;
  readonly #fields = new Map<string, Expr>();
  readonly #variable: Var;
  #isMade = false;
  /** function literals that use the object, before it is made: nothing may call them yet */
  #awaited = false;

  constructor(unit: Unit, visitors: Visitors, type: StructType) {
    this.#unit = unit;
    this.#visitors = visitors;
    this.#type = type;
    const name = type.name ?? "self";
    this.#variable = unit.supply.fresh(name.slice(0, 1).toLowerCase() + name.slice(1), type);
  }

  /** the object, made now if it is not yet */
  object(b: Body, node: ts.Node): Expr {
    if (this.#isMade) return use(this.#variable);
    this.#isMade = true;
    const missing = this.#type.fields.filter((x) => !this.#fields.has(x.name)).map((x): FieldValue => ({ name: x.name, value: UNDEFINED }));
    const fields = [...this.#fields].map(([name, value]): FieldValue => ({ name, value }));
    b.emit(define(this.#variable, { kind: "struct", fields: [...fields, ...missing], type: this.#type }, b.origin(node)));
    return use(this.#variable);
  }

  #receiver(home: ClassInstance): Receiver {
    const isLater = (b: Body): boolean => b.node !== home.node && isFunctionLike(b.node) && !ts.isConstructorDeclaration(b.node);
    return {
      value: (b, node) => {
        if (!isLater(b) || this.#isMade) return this.object(b, node);
        this.#awaited = true;
        return use(this.#variable);
      },
      // what a function literal reads may have changed by the time it is called
      field: (b, name) => (this.#isMade || isLater(b) ? null : this.#fields.get(name) ?? null),
      home, isClass: false,
    };
  }

  /** everything that one class of the chain contributes */
  run(outer: Body, instance: ClassInstance, give: Give): void {
    const { node } = instance;
    const explicit = constructorOf(node);
    const types = this.#unit.context.types.within(instance.parameters);
    const inner = new Body(this.#unit, this.#visitors, null, explicit ?? node, types);
    inner.receiver = this.#receiver(instance);
    const block = inner.block(() => {
      const base = baseNode(node, inner.checker);
      if (explicit === null) {
        if (base !== null) this.run(inner, this.#baseOf(inner, instance, base), give);
        this.#ownFields(inner, node);
        return;
      }
      const bindings = explicit.parameters.filter((x) => !isThis(inner, x)).map((x, i) => parameter(inner, x, i));
      give(bindings);
      for (const x of bindings) x.bind();
      if (base === null) this.#start(inner, node, explicit);
      this.#body(inner, instance, explicit, base);
    });
    for (const s of [...inner.prologue, ...block]) outer.emit(s);
  }

  #baseOf(b: Body, instance: ClassInstance, base: ClassNode): ClassInstance {
    return { node: base, parameters: parametersAt(b, instance, base, this.#type) };
  }

  #start(b: Body, node: ClassNode, explicit: ts.ConstructorDeclaration): void {
    for (const x of explicit.parameters) {
      if (!ts.isParameterPropertyDeclaration(x, explicit) || !ts.isIdentifier(x.name)) continue;
      this.#set(b, x.name.text, b.atom(x.name), x);
    }
    this.#ownFields(b, node);
  }

  #set(b: Body, key: string, value: Expr, node: ts.Node): void {
    const type = this.#type.fields.find((x) => x.name === key)?.type;
    const typed = type === undefined ? value : b.typed(value, type, node);
    if (this.#isMade) b.emit({ kind: "store", place: { kind: "field", base: use(this.#variable), field: key }, value: typed, origin: b.origin(node) });
    else this.#fields.set(key, typed);
  }

  #ownFields(b: Body, node: ClassNode): void {
    for (const x of node.members) {
      if (!ts.isPropertyDeclaration(x) || isStatic(x) || x.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword || m.kind === ts.SyntaxKind.AbstractKeyword) === true) continue;
      const name = memberName(x.name);
      if (name === null) {
        b.report(refusals.dynamicKey(spanOf(x.name), `the class ${className(node)}`));
        continue;
      }
      const key = ts.isPrivateIdentifier(x.name) ? privateKey(node, name, b.unit.context.program) : name;
      if (x.initializer === undefined) {
        if (definesFields(b) && this.#fields.has(key)) this.#set(b, key, UNDEFINED, x);
        continue;
      }
      this.#initialize(b, key, x.initializer, x);
    }
  }

  #initialize(b: Body, key: string, value: ts.Expression, node: ts.Node): void {
    if (!this.#isStraight(b, value)) this.object(b, node);
    const type = this.#type.fields.find((x) => x.name === key)?.type ?? null;
    const into = type !== null && type.kind === "array" ? this.#unit.supply.fresh(key.replace(/\W/g, ""), type) : null;
    const made = b.value(value, { ...PLAIN, hint: key.replace(/\W/g, ""), into });
    if (into !== null && (made.kind === "array" || made.kind === "new" || made.kind === "copy")) {
      b.emit(define(into, made, b.origin(value)));
      this.#set(b, key, use(into), node);
      return;
    }
    this.#set(b, key, b.settle(made, value, key.replace(/\W/g, "")), node);
  }

  /** can it be evaluated while the object is not made? Fields that are set are known; a function literal waits */
  #isStraight(b: Body, value: ts.Expression): boolean {
    const node = bare(value);
    if (ts.isArrowFunction(node)) return true;
    if (this.#awaited && findUnder(value, (x) => (ts.isCallExpression(x) || ts.isNewExpression(x) || ts.isPropertyAccessExpression(x) && !this.#isPlainField(x) ? true : null)) === true) return false;
    return findUnder(value, (x) => {
      if (x.kind !== ts.SyntaxKind.ThisKeyword && x.kind !== ts.SyntaxKind.SuperKeyword) return null;
      const { parent } = x;
      const isField = ts.isPropertyAccessExpression(parent) && parent.expression === x && this.#fields.has(this.#keyOf(b, parent)) && !isAssigned(parent) && !isCalled(parent);
      return isField && !isInFunction(x, value) ? null : true;
    }) !== true;
  }

  #isPlainField(node: ts.PropertyAccessExpression): boolean {
    return node.expression.kind === ts.SyntaxKind.ThisKeyword || !isCalled(node);
  }

  #keyOf(b: Body, node: ts.PropertyAccessExpression): string {
    if (!ts.isPrivateIdentifier(node.name)) return node.name.text;
    const symbol = b.checker.getSymbolAtLocation(node.name)?.valueDeclaration;
    return symbol !== undefined && ts.isClassLike(symbol.parent) ? privateKey(symbol.parent, node.name.text, b.unit.context.program) : node.name.text;
  }

  /** the body of a constructor; `super(…)` in it runs the base class */
  #body(b: Body, instance: ClassInstance, explicit: ts.ConstructorDeclaration, base: ClassNode | null): void {
    const { body } = explicit;
    if (body === undefined) return;
    hoistVars(b, body);
    const rest = [...body.statements];
    if (base !== null) {
      const at = rest.findIndex((x) => superCall(x) !== null);
      const call = at < 0 ? null : superCall(rest[at]!);
      if (call === null) {
        b.report(refusals.lateSuper(spanOf(explicit), className(instance.node)));
        return;
      }
      statements(b, rest.splice(0, at + 1).slice(0, at));
      this.#super(b, call, instance, base);
      this.#start(b, instance.node, explicit);
    }
    const leaves = findUnder(body, (x) => (ts.isReturnStatement(x) && enclosingFunction(x) === explicit ? true : null)) === true;
    if (!leaves) {
      this.#statements(b, rest);
      return;
    }
    this.object(b, explicit);
    const target = { label: "constructor" };
    b.returnTo = { kind: "break", target };
    const inside = b.block(() => statements(b, rest));
    b.returnTo = null;
    b.emit({ kind: "block", target, body: inside, landing: [], origin: b.origin(explicit) });
  }

  #super(b: Body, call: ts.CallExpression, instance: ClassInstance, base: ClassNode): void {
    const explicit = nearestConstructor(base, b.checker);
    const args = explicit === null ? [] : lowerArguments(b, call.arguments, shapeOfDeclaration(b, explicit, insideOf(b, instance, explicit.parent, this.#type)), call);
    if (explicit !== null) learn(b, explicit, args);
    this.run(b, this.#baseOf(b, instance, base), (bindings) => {
      bindings.forEach(({ param }, i) => b.emit(define(param.variable, args[i] ?? UNDEFINED, b.origin(call))));
    });
  }

  #statements(b: Body, nodes: readonly ts.Statement[]): void {
    let at = 0;
    for (; at < nodes.length && !this.#isMade; at++) {
      const node = nodes[at]!;
      const set = ts.isExpressionStatement(node) ? fieldSet(node.expression) : null;
      if (set !== null && this.#isOwnField(b, set.target)) {
        b.begin(node);
        this.#initialize(b, this.#keyOf(b, set.target), set.value, node);
        continue;
      }
      const mentions = findUnder(node, (x) => (x.kind === ts.SyntaxKind.ThisKeyword || x.kind === ts.SyntaxKind.SuperKeyword ? true : null)) === true;
      if (mentions || ts.isFunctionDeclaration(node) || this.#awaited) break;
      statements(b, [node]);
    }
    const rest = nodes.slice(at);
    if (rest.length === 0) return;
    this.object(b, rest[0]!);
    statements(b, rest);
  }

  #isOwnField(b: Body, target: ts.PropertyAccessExpression): boolean {
    return this.#type.fields.some((x) => x.name === this.#keyOf(b, target));
  }
}

/** are fields defined, rather than assigned, so that declaring one again makes it undefined? */
function definesFields(b: Body): boolean {
  const { useDefineForClassFields, target = ts.ScriptTarget.ES2022 } = b.unit.context.program.getCompilerOptions();
  return useDefineForClassFields ?? target >= ts.ScriptTarget.ES2022;
}

function superCall(node: ts.Statement): ts.CallExpression | null {
  const call = ts.isExpressionStatement(node) ? bare(node.expression) : null;
  return call !== null && ts.isCallExpression(call) && call.expression.kind === ts.SyntaxKind.SuperKeyword ? call : null;
}

/** `this.x = value` */
function fieldSet(given: ts.Expression): { readonly target: ts.PropertyAccessExpression; readonly value: ts.Expression } | null {
  const node = bare(given);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  const target = bare(node.left);
  return ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword ? { target, value: node.right } : null;
}

function isAssigned(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
  return ts.isPostfixUnaryExpression(parent) || ts.isPrefixUnaryExpression(parent) && (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken);
}

const isCalled = (node: ts.Node): boolean => ts.isCallExpression(node.parent) && node.parent.expression === node;

function isInFunction(node: ts.Node, until: ts.Node): boolean {
  for (let at = node; at !== until; at = at.parent) if (isFunctionLike(at)) return true;
  return isFunctionLike(until);
}
