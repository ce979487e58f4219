// What calls say of untyped code of packages: the types of the arguments are those of the parameters.
import type { Expr, Type } from "../../ir/ir.ts";
import { typeOf } from "../../ir/build.ts";
import type { ParameterizedNode } from "../nodes.ts";
import type { Body } from "./body.ts";

/** what the arguments of a call say of the function that it calls: nothing, where they stand for what was refused */
export function learn(b: Body, target: ParameterizedNode, args: readonly Expr[]): void {
  const given = args.map((x): Type => (x.kind === "var" && b.unit.refused.has(x.variable) ? { kind: "opaque", text: "any" } : typeOf(x)));
  b.unit.context.code.type(target, given, b.types);
}
