// Constants as text, and what a printed expression is.
import type { Expr } from "../ir/ir.ts";
import type { Doc } from "./layout.ts";
import { NUMERAL, PRIMARY, UNARY } from "./operators.ts";

/** a text, how tightly it holds together, and how it breaks where the surroundings indent it anyway */
export interface Printed {
  readonly doc: Doc;
  readonly precedence: number;
  readonly loose?: Doc;
}

/** prints the statements of function literals; handed in, because statements contain expressions */
export type PrintClosure = (e: Expr & { readonly kind: "closure" }) => Doc;

export function constant(value: number | boolean | string | bigint | null | undefined): Printed {
  switch (typeof value) {
    case "number": {
      const isNegative = value < 0 || Object.is(value, -0);
      return { doc: Object.is(value, -0) ? "-0" : String(value), precedence: isNegative ? UNARY : Number.isFinite(value) ? NUMERAL : PRIMARY };
    }
    case "bigint": return { doc: `${value}n`, precedence: value < 0n ? UNARY : PRIMARY };
    case "string": return { doc: JSON.stringify(value), precedence: PRIMARY };
    default: return { doc: String(value), precedence: PRIMARY };
  }
}
