// `super.name` and `super.name(…)`: the member of the class above the one whose code this is, with the same receiver.
import type { ts } from "ts-morph";
import type { Callee, Expr, Var } from "../../ir/ir.ts";
import { typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { baseNode, type ClassInstance, type ClassNode, findMember, type Member } from "../classes.ts";
import { type CodeNode, isGenerator, spanOf } from "../nodes.ts";
import { lowerArguments, shapeOfDeclaration } from "./arguments.ts";
import type { Body, Want } from "./body.ts";
import { givenTypes } from "./definite.ts";
import { methodArguments } from "./generic.ts";
import { resultName } from "./hints.ts";
import { insideOf, methodResult, parametersAt } from "./instance.ts";
import { learn } from "./learn.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { functionName } from "./unit.ts";
import { generatorValue, isLate } from "./walk.ts";

/** `super.name(…)` */
export function callSuper(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, want: Want | null): Expr | null {
  const found = superMember(b, access, (x) => (x.kind === "method" ? x.node : null));
  if (found === null) return b.refuse(refusals.unknownMember(spanOf(access.name), "super", access.name.text), node);
  const { self, home, code } = found;
  const target = code.node as ts.MethodDeclaration;
  if (isLate(target)) return b.refuse(refusals.heldGenerator(spanOf(node)), node);
  const types = insideOf(b, home, code.owner, typeOf(self), methodArguments(b, node, target));
  const args = lowerArguments(b, node.arguments, shapeOfDeclaration(b, target, types), node);
  learn(b, target, args);
  const parameters = new Map([...parametersAt(b, home, code.owner, typeOf(self)), ...methodArguments(b, node, target)]);
  const type = methodResult(b, node, [target], self);
  const given = givenTypes(b, target, types, args, type);
  const callee: Callee = { kind: "function", func: b.unit.memberId(target, parameters, typeOf(self), given) };
  if (isGenerator(target)) return generatorValue(b, callee, [self, ...args], type, node);
  const result = b.result(given?.result ?? type, want, resultName(functionName(target)) || "value");
  b.emit({ kind: "call", callee, args: [self, ...args], result, origin: b.origin(node) });
  return result === null ? null : use(result);
}

interface Found {
  readonly self: Expr;
  readonly home: ClassInstance;
  readonly code: { readonly node: CodeNode; readonly owner: ClassNode };
}

function superMember(b: Body, access: ts.PropertyAccessExpression, pick: (member: Member) => CodeNode | null): Found | null {
  const receiver = b.self;
  const home = receiver?.home ?? null;
  const base = home === null ? null : baseNode(home.node, b.checker);
  if (receiver === null || home === null || base === null || receiver.isClass) return null;
  const member = findMember(base, access.name.text, b.checker);
  const node = member === null ? null : pick(member);
  return member === null || node === null ? null : { self: receiver.value(b, access), home, code: { node, owner: member.owner } };
}

/** `super.name` where it is a getter */
export function readSuper(b: Body, access: ts.PropertyAccessExpression, want: Want): Expr {
  const found = superMember(b, access, (x) => (x.kind === "accessor" ? x.get : null));
  if (found === null) return b.refuse(refusals.unknownMember(spanOf(access.name), "super", access.name.text), access);
  const result = b.result(b.typeOf(access), want, access.name.text);
  callAccessor(b, found, [], result, access);
  return result === null ? UNDEFINED : use(result);
}

/** `super.name = value` where it is a setter */
export function writeSuper(b: Body, access: ts.PropertyAccessExpression, value: Expr, node: ts.Node): void {
  const found = superMember(b, access, (x) => (x.kind === "accessor" ? x.set : null));
  if (found === null) return b.report(refusals.unknownMember(spanOf(access.name), "super", access.name.text));
  callAccessor(b, found, [value], null, node);
}

function callAccessor(b: Body, { self, home, code }: Found, args: readonly Expr[], result: Var | null, node: ts.Node): void {
  const func = b.unit.memberId(code.node, parametersAt(b, home, code.owner, typeOf(self)), typeOf(self));
  b.emit({ kind: "call", callee: { kind: "function", func }, args: [self, ...args], result, origin: b.origin(node) });
}

// ---------------------------------------------------------------------------------------------------- properties
