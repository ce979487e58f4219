// Names for temporaries that a reader would have chosen: `xi` for x[i], `product` for a * b, `exp` for Math.exp(x).
// Only hints: emission makes them unique, and drops most of them by nesting expressions again.
import { ts } from "ts-morph";
import type { Expr, OpName, Place } from "../../ir/ir.ts";
import { shortName } from "../../ir/facts.ts";

const OPERATIONS: ReadonlyMap<OpName, string> = new Map([
  ["+", "sum"], ["-", "difference"], ["*", "product"], ["/", "quotient"], ["%", "remainder"], ["**", "power"], ["neg", "negated"],
  ["<", "isLess"], ["<=", "isAtMost"], [">", "isGreater"], [">=", "isAtLeast"], ["===", "isEqual"], ["!==", "isDifferent"], ["==", "isEqual"], ["!=", "isDifferent"],
  ["truthy", "isSet"], ["isNullish", "isMissing"], ["!", "not"], ["&&", "both"], ["||", "either"], ["typeof", "kind"], ["in", "exists"], ["instanceof", "isInstance"],
  ["&", "bits"], ["|", "bits"], ["^", "bits"], ["~", "bits"], ["<<", "shifted"], [">>", "shifted"], [">>>", "shifted"],
  ["template", "text"], ["concat", "text"], ["Array.isArray", "isArray"], ["select", "chosen"],
]);

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** `exp` of "Math.exp", `toFixed` of ".toFixed" */
export const lastPart = (name: string): string => lowerFirst(name.slice(name.lastIndexOf(".") + 1).replace(/\W/g, "")) || "value";

export const plural = (name: string): boolean => name.length > 3 && name.endsWith("s") && !name.endsWith("ss");

function elementName(base: string, index: string): string {
  if (plural(base)) return base.endsWith("ies") ? `${base.slice(0, -3)}y` : base.slice(0, -1);
  if (index === "") return base.length <= 2 ? `${base}Element` : base;
  return base.length <= 3 ? base + index : base + upperFirst(index);
}

function placeName(place: Place): string {
  switch (place.kind) {
    case "cell": return shortName(place.cell);
    case "field": return place.field.replace(/\W/g, "") || "field";
    case "element": {
      const base = place.base.kind === "var" ? place.base.variable.name : "element";
      const { index } = place;
      const at = index.kind === "const" ? String(index.value) : index.kind === "var" && index.variable.name.length <= 2 ? index.variable.name : "";
      return elementName(base, /^\w+$/.test(at) ? at : "");
    }
  }
}

const derivativeName = (target: Expr, operator: string): string => (target.kind === "var" ? target.variable.name + upperFirst(operator) : target.kind === "function" ? functionPart(target.func) + upperFirst(operator) : operator);

const functionPart = (id: string): string => /#(?:.*\.)?(\w+)[^#]*$/.exec(id)?.[1] ?? "inner";

/** a name for the variable that will hold a value */
export function hintOf(value: Expr, node: ts.Node): string {
  switch (value.kind) {
    case "op": return OPERATIONS.get(value.op) ?? lastPart(value.op);
    case "load": return placeName(value.place);
    case "length": return "length";
    case "array": return "list";
    case "struct": return "object";
    case "new": case "copy": return "copy";
    case "closure": return value.func.name;
    case "derivative": return derivativeName(value.target, value.request.operator);
    case "var": return value.variable.name;
    default: return ts.isIdentifier(node) ? node.text : "value";
  }
}

/** what the result of a call is called */
export const resultName = (callee: string): string => {
  const noun = /^(?:get|compute|calculate|calc|make|create|build|find)([A-Z]\w*)$/.exec(callee)?.[1];
  return noun === undefined ? `${callee}Value` : lowerFirst(noun);
};
