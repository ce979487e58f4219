// Static members of classes: methods are functions of the program, fields are storage of the module that holds the class.
// `this` in static code is the class that the code stands in.
import { ts } from "ts-morph";
import type { Callee, Expr, Type, Var } from "../../ir/ir.ts";
import { constant, load, UNDEFINED, use } from "../../ir/build.ts";
import { className, type ClassNode, findMember, type Member, privateOwner } from "../classes.ts";
import { bare, type CodeNode, isGenerator, spanOf } from "../nodes.ts";
import { lowerArguments, shapeOfDeclaration } from "./arguments.ts";
import { type Body, type Want } from "./body.ts";
import { callValue, emitCall } from "./callee.ts";
import { classCell, codeOfClass } from "./class-value.ts";
import { constantOf } from "./constant.ts";
import { moduleTable, usesThis } from "./function-table.ts";
import { givenTypes } from "./definite.ts";
import { methodArguments } from "./generic.ts";
import { learn } from "./learn.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import type { Reference } from "./reference.ts";
import { generatorValue, isLate } from "./walk.ts";

interface StaticAccess {
  /** the class that the access names, maybe a subclass of the owner */
  readonly node: ClassNode;
  readonly member: Member;
}

/** the member of a class that an access names; null where no class stands on the left */
function accessed(b: Body, node: ts.PropertyAccessExpression): StaticAccess | null {
  const owner = bare(node.expression);
  const isOwn = owner.kind === ts.SyntaxKind.ThisKeyword && b.self?.isClass === true;
  const target = isOwn ? b.self?.home?.node ?? null : codeOfClass(b, owner);
  if (target === null || target.getSourceFile().isDeclarationFile) return null;
  const home = ts.isPrivateIdentifier(node.name) ? privateOwner(node.name) ?? target : target;
  const member = findMember(home, node.name.text, b.checker, true);
  return member === null ? null : { node: target, member };
}

/** static code that says `this` means the class that it was called on */
function isInherited(b: Body, { node, member }: StaticAccess, code: ts.Node, at: ts.Node): boolean {
  if (node === member.owner || !usesThis(code)) return false;
  b.report(refusals.thisValue(spanOf(at)));
  return true;
}

/** `C.method(…)`, also of a field that holds a function for good; undefined where it is neither */
export function staticCall(b: Body, node: ts.CallExpression, callee: ts.PropertyAccessExpression, want: Want | null): Expr | null | undefined {
  const found = accessed(b, callee);
  const held = found?.member.kind === "field" ? tableOf(b, found.member) : null;
  if (held !== null) return callValue(b, node, use(held), want);
  if (found === null || found.member.kind !== "method") return undefined;
  const target = found.member.node;
  if (isLate(target)) return b.refuse(refusals.heldGenerator(spanOf(node)), node);
  if (isInherited(b, found, target, callee)) return UNDEFINED;
  const args = lowerArguments(b, node.arguments, shapeOfDeclaration(b, target), node);
  learn(b, target, args);
  const type = b.typeOf(node);
  const parameters = methodArguments(b, node, target);
  const given = givenTypes(b, target, b.types.within(parameters), args, type);
  const called: Callee = { kind: "function", func: b.unit.functionId(target, parameters, given) };
  if (isGenerator(target)) return generatorValue(b, called, args, type, node);
  return emitCall(b, called, args, given?.result ?? type, callee.name.text, node, want);
}

/** `C.x`; null where it is no static property */
export function staticProperty(b: Body, node: ts.PropertyAccessExpression, want: Want): Expr | null {
  const found = accessed(b, node);
  if (found === null) return null;
  const { member } = found;
  switch (member.kind) {
    case "method": {
      if (isInherited(b, found, member.node, node)) return UNDEFINED;
      if (usesThis(member.node)) return b.refuse(refusals.methodValue(spanOf(node), node.name.text), node);
      return { kind: "function", func: b.unit.functionId(member.node), type: b.typeOf(node) };
    }
    case "accessor": return member.get === null || isInherited(b, found, member.get, node) ? UNDEFINED : callAccessor(b, member.get, [], b.typeOf(node), node, want);
    case "field": {
      const known = fixed(b, member);
      if (known !== undefined) return constant(known);
      const table = tableOf(b, member);
      if (table !== null) return use(table);
      const place = fieldPlace(b, found, node);
      return place === null ? UNDEFINED : load(place, b.typeOf(node));
    }
  }
}

function callAccessor(b: Body, target: ts.GetAccessorDeclaration | ts.SetAccessorDeclaration, args: readonly Expr[], type: Type, node: ts.Node, want: Want | null): Expr {
  const func = b.unit.functionId(target as CodeNode as ts.MethodDeclaration);
  return emitCall(b, { kind: "function", func }, args, type, target.name.getText(), node, want) ?? UNDEFINED;
}

/** `static readonly g = 9.81` */
function fixed(b: Body, member: Member & { readonly kind: "field" }): ReturnType<typeof constantOf> {
  const { node } = member;
  if (!ts.isPropertyDeclaration(node) || node.initializer === undefined) return undefined;
  const isReadonly = node.modifiers?.some((x) => x.kind === ts.SyntaxKind.ReadonlyKeyword) ?? false;
  return isReadonly ? constantOf(node.initializer, b.checker) : undefined;
}

/** `static readonly areas = { circle: (r: number) => … }` */
function tableOf(b: Body, { node }: Member & { readonly kind: "field" }): Var | null {
  const symbol = ts.isPropertyDeclaration(node) ? b.checker.getSymbolAtLocation(node.name) : undefined;
  return symbol === undefined || !ts.isPropertyDeclaration(node) ? null : b.lookup(symbol) ?? moduleTable(b, symbol, node);
}

function fieldPlace(b: Body, { node, member }: StaticAccess, at: ts.PropertyAccessExpression): (Reference & { readonly kind: "place" })["place"] | null {
  if (ts.isPrivateIdentifier(at.name)) {
    b.report(refusals.privateStorage(spanOf(at), at.name.text));
    return null;
  }
  // a subclass reads its base's field, but has its own once it is written
  const value = classCell(b, member.owner, at);
  return value === null ? null : { kind: "field", base: use(b.define(className(node), value, at)), field: at.name.text };
}

/** `C.x` as something to assign; null where it is no static property */
export function staticReference(b: Body, node: ts.PropertyAccessExpression): Reference | null {
  const found = accessed(b, node);
  if (found === null) return null;
  const { member } = found;
  if (member.kind === "accessor") {
    const { get, set } = member;
    const code = get ?? set;
    if (code !== null && isInherited(b, found, code, node)) return { kind: "refused" };
    return {
      kind: "accessor", type: b.typeOf(node),
      read: (want) => (get === null ? UNDEFINED : callAccessor(b, get, [], b.typeOf(node), node, want)),
      write: (value, at) => { if (set !== null) callAccessor(b, set, [value], { kind: "void" }, at, null); },
    };
  }
  if (member.kind === "method" || found.node !== member.owner) {
    b.report(refusals.invalidTarget(spanOf(node)));
    return { kind: "refused" };
  }
  const place = fieldPlace(b, found, node);
  return place === null ? { kind: "refused" } : { kind: "place", place, type: b.typeOf(node) };
}
