// Precedences of JavaScript, and how each operation of the IR is written. The only place that knows either.
// Clear before minimal: operators that readers mix up get parentheses although the grammar needs none.
import type { Expr } from "../ir/ir.ts";

export const LOWEST = 0;
export const ARROW = 1;
export const CONDITIONAL = 2;
const NULLISH = 3;
const OR = 4;
const AND = 5;
const BIT_OR = 6;
const BIT_XOR = 7;
const BIT_AND = 8;
const EQUALITY = 9;
const RELATIONAL = 10;
const SHIFT = 11;
const ADDITIVE = 12;
const MULTIPLICATIVE = 13;
const POWER = 14;
export const UNARY = 15;
/** a numeral may be a base of `**`, but not be followed by a dot */
export const NUMERAL = 15.5;
export const POSTFIX = 16;
export const PRIMARY = 17;

export interface Infix {
  readonly text: string;
  readonly precedence: number;
}

const INFIX: ReadonlyMap<string, Infix> = new Map<string, Infix>([
  ["??", { text: "??", precedence: NULLISH }],
  ["||", { text: "||", precedence: OR }],
  ["&&", { text: "&&", precedence: AND }],
  ["|", { text: "|", precedence: BIT_OR }],
  ["^", { text: "^", precedence: BIT_XOR }],
  ["&", { text: "&", precedence: BIT_AND }],
  ["===", { text: "===", precedence: EQUALITY }],
  ["!==", { text: "!==", precedence: EQUALITY }],
  ["==", { text: "==", precedence: EQUALITY }],
  ["!=", { text: "!=", precedence: EQUALITY }],
  ["<", { text: "<", precedence: RELATIONAL }],
  ["<=", { text: "<=", precedence: RELATIONAL }],
  [">", { text: ">", precedence: RELATIONAL }],
  [">=", { text: ">=", precedence: RELATIONAL }],
  ["in", { text: "in", precedence: RELATIONAL }],
  ["instanceof", { text: "instanceof", precedence: RELATIONAL }],
  ["<<", { text: "<<", precedence: SHIFT }],
  [">>", { text: ">>", precedence: SHIFT }],
  [">>>", { text: ">>>", precedence: SHIFT }],
  ["+", { text: "+", precedence: ADDITIVE }],
  ["concat", { text: "+", precedence: ADDITIVE }],
  ["-", { text: "-", precedence: ADDITIVE }],
  ["*", { text: "*", precedence: MULTIPLICATIVE }],
  ["/", { text: "/", precedence: MULTIPLICATIVE }],
  ["%", { text: "%", precedence: MULTIPLICATIVE }],
  ["**", { text: "**", precedence: POWER }],
]);

export const infixOf = (op: string): Infix | undefined => INFIX.get(op);

const PREFIX: ReadonlyMap<string, string> = new Map([["neg", "-"], ["!", "!"], ["~", "~"], ["typeof", "typeof "]]);

export const prefixOf = (op: string): string | undefined => PREFIX.get(op);

/** operations with assignments of their own: `x += y` */
export const COMPOUND: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>", "concat"]);

export const isLogical = (op: string): boolean => op === "&&" || op === "||" || op === "??";

/** may the left operand of `parent` be `child` without parentheses, both infix? */
export function chains(child: string, parent: string): boolean {
  const inner = INFIX.get(child);
  const outer = INFIX.get(parent);
  if (!inner || !outer) return false;
  if (inner.precedence > outer.precedence) return isClearInside(inner, outer);
  if (inner.precedence < outer.precedence || outer.precedence === POWER || outer.precedence === EQUALITY) return false;
  return isSameRun(child, parent);
}

/** may the right operand of `parent` be `child` without parentheses? Never where that would change the order of operations */
export function nests(child: string, parent: string): boolean {
  const inner = INFIX.get(child);
  const outer = INFIX.get(parent);
  if (!inner || !outer) return false;
  if (child === parent && (parent === "**" || isLogical(parent))) return true;
  return inner.precedence > outer.precedence && isClearInside(inner, outer);
}

/** one run of operators, read from left to right */
export function isSameRun(child: string, parent: string): boolean {
  const inner = INFIX.get(child);
  const outer = INFIX.get(parent);
  if (!inner || !outer || inner.precedence !== outer.precedence) return false;
  if (outer.precedence === MULTIPLICATIVE) return child === parent && parent !== "%";
  if (outer.precedence === SHIFT || outer.precedence === RELATIONAL || outer.precedence === EQUALITY || outer.precedence === POWER) return false;
  return true;
}

function isClearInside(inner: Infix, outer: Infix): boolean {
  if (isLogical(outer.text) && isLogical(inner.text)) return false;
  const isBitwise = (x: Infix): boolean => x.precedence === SHIFT || (x.precedence >= BIT_OR && x.precedence <= BIT_AND);
  if (isBitwise(outer)) return inner.precedence >= POWER;
  if (isBitwise(inner)) return false;
  return outer.precedence !== POWER;
}

/** arguments at the end that are undefined are left out */
export const withoutMissing = (args: readonly Expr[]): readonly Expr[] => {
  const last = args.at(-1);
  return last?.kind === "const" && last.value === undefined ? withoutMissing(args.slice(0, -1)) : args;
};
