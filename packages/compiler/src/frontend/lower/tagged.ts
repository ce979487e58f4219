// Tagged templates: a call of the tag with the texts, then the values.
// Assumes a tag that is a function of the program, by its name; others are refused.
import { ts } from "ts-morph";
import type { Callee, Expr } from "../../ir/ir.ts";
import { constant, STRING } from "../../ir/build.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { bare, isGenerator, spanOf, type FunctionNode } from "../nodes.ts";
import { lowerArguments, shapeOfDeclaration } from "./arguments.ts";
import type { Body, Want } from "./body.ts";
import { calleeName, emitCall } from "./callee.ts";
import { instantiate } from "./generic.ts";
import { functionOf } from "./resolve.ts";
import { functionName } from "./unit.ts";

interface Tag {
  readonly callee: Callee;
  readonly node: FunctionNode;
}

function tagOf(b: Body, node: ts.TaggedTemplateExpression): Tag | null {
  const tag = bare(node.tag);
  if (!ts.isIdentifier(tag)) return null;
  const named = calleeName(b, tag);
  if (named?.kind === "function") return isGenerator(named.node) ? null : { callee: { kind: "function", func: b.unit.functionId(named.node, instantiate(b, node, named.node)) }, node: named.node };
  const declaration = b.symbolOf(tag)?.valueDeclaration;
  const literal = named?.kind === "variable" && declaration !== undefined ? functionOf(declaration) : null;
  if (literal === null || isGenerator(literal) || (literal.typeParameters?.length ?? 0) > 0) return null;
  return { callee: { kind: "value", value: b.atom(tag) }, node: literal };
}

export function taggedTemplate(b: Body, node: ts.TaggedTemplateExpression, want: Want | null): Expr | null {
  const tag = tagOf(b, node);
  if (tag === null) return b.refuse(refusals.taggedTemplate(spanOf(node)), node);
  const { template } = node;
  const isPlain = ts.isNoSubstitutionTemplateLiteral(template);
  const texts = isPlain ? [template.text] : [template.head.text, ...template.templateSpans.map((x) => x.literal.text)];
  const strings: Expr = { kind: "array", elements: texts.map((x) => ({ value: constant(x), spread: false })), type: { kind: "array", array: "Array", element: STRING } };
  const values = isPlain ? [] : template.templateSpans.map((x) => x.expression);
  const args = lowerArguments(b, values, shapeOfDeclaration(b, tag.node), node, [b.settle(strings, node, "strings")]);
  return emitCall(b, tag.callee, args, b.typeOf(node), functionName(tag.node), node, want);
}
