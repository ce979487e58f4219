// The object that the code around a root is about: `grad(this.loss)`, `grad((p) => this.loss(p))`. It is captured as a variable of that code is.
import { ts } from "ts-morph";
import { use } from "../../ir/build.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isStatic } from "../classes.ts";
import { spanOf, thisContainer } from "../nodes.ts";
import type { Body } from "./body.ts";

/** `this` is an object of the class whose member stands around `at` */
export function captureThis(b: Body, at: ts.Node): void {
  const container = thisContainer(at);
  if (container === null || !ts.isClassElement(container) || isStatic(container) || !ts.isClassLike(container.parent)) return;
  const owner = container.parent;
  const symbol = owner.name === undefined ? (owner as { readonly symbol?: ts.Symbol }).symbol : b.checker.getSymbolAtLocation(owner.name);
  if (symbol === undefined) return;
  b.receiver = {
    value: (from, node) => {
      // a function further out is about another object
      if (thisContainer(node) !== container) return from.refuse(refusals.thisValue(spanOf(node)), node);
      const known = b.unit.captures.find((x) => x.isThis === true);
      if (known !== undefined) return use(known.variable);
      const variable = b.unit.supply.fresh("self", b.typeOf(node));
      b.unit.captures.push({ variable, symbol, declaration: container, isThis: true });
      return use(variable);
    },
    field: () => null, home: { node: owner, parameters: new Map() }, isClass: false,
  };
}
