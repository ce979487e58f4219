// How iteration is spelt in the IR: what can be walked over is a function of two functions.
import type { Type } from "./ir.ts";
import { BOOLEAN, VOID } from "./build.ts";

/** the type of what can be walked over: it calls its first argument with each value until that answers true, its second with the value returned */
export const walkType = (value: Type, result: Type): Type & { readonly kind: "function" } => ({
  kind: "function",
  params: [{ kind: "function", params: [value], result: BOOLEAN }, { kind: "function", params: [result], result: VOID }],
  result: BOOLEAN,
});

/** what a walk gives, value by value and at the end; null where the type is none. Functions as such cannot be iterated, so the shape says it all */
export function walked(type: Type): { readonly element: Type; readonly result: Type } | null {
  if (type.kind !== "function" || type.result.kind !== "boolean" || type.params.length !== 2) return null;
  const [visit, finish] = type.params;
  const element = visit?.kind === "function" && visit.result.kind === "boolean" ? visit.params[0] : undefined;
  const result = finish?.kind === "function" && finish.result.kind === "void" ? finish.params[0] : undefined;
  return element === undefined || result === undefined ? null : { element, result };
}
