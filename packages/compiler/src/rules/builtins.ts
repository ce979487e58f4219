// Rules of the pure functions and methods of the standard library outside `Math`: conversions, tests of numbers, text.
// A leading dot makes the receiver the first operand. Nothing here keeps state, has effects or reads memory that the program
// writes (JSON aside); whatever does is a call or a statement, not an operation.
import { d1, inert, kills } from "./formula.ts";
import type { InertRule, Rule } from "./rule.ts";

const TO_TEXT = "it rounds the number to a few digits and makes text of it";
const FROM_TEXT = "it reads a number from text, and text carries no derivative";
const TO_INTEGER = "it makes an integer of the number";
const JSON_TEXT = "text carries no derivative: what JSON.parse makes of it is constant";
const SAME = "numbers that carry a derivative are compared for equality";

export type ConversionName =
  | "Number" | "String" | "Boolean" | "BigInt" | "BigInt.asIntN" | "BigInt.asUintN"
  | "parseFloat" | "parseInt" | "Number.parseFloat" | "Number.parseInt"
  | "isNaN" | "isFinite" | "Number.isNaN" | "Number.isFinite" | "Number.isInteger" | "Number.isSafeInteger" | "Object.is"
  | "JSON.stringify" | "JSON.parse"
  | ".toFixed" | ".toPrecision" | ".toExponential" | ".toString" | ".toLocaleString" | ".valueOf";

export const conversions: Readonly<Record<ConversionName, Rule>> = {
  // `Number(x)` and `+x` of a number are the number itself; of anything else there is no derivative to pass on
  Number: d1(() => 1, { cost: 0.3 }),
  ".valueOf": d1(() => 1, { cost: 0.3 }),

  String: inert(60),
  ".toString": inert(60),
  ".toLocaleString": inert(500),
  ".toFixed": kills(100, TO_TEXT),
  ".toPrecision": kills(100, TO_TEXT),
  ".toExponential": kills(100, TO_TEXT),
  "JSON.stringify": kills(200, JSON_TEXT),
  "JSON.parse": kills(200, JSON_TEXT),

  parseFloat: kills(60, FROM_TEXT),
  parseInt: kills(60, FROM_TEXT),
  "Number.parseFloat": kills(60, FROM_TEXT),
  "Number.parseInt": kills(60, FROM_TEXT),

  Boolean: inert(0.5),
  BigInt: kills(30, TO_INTEGER),
  "BigInt.asIntN": inert(30),
  "BigInt.asUintN": inert(30),
  isNaN: inert(0.5),
  isFinite: inert(0.5),
  "Number.isNaN": inert(0.5),
  "Number.isFinite": inert(0.5),
  "Number.isInteger": inert(0.5),
  "Number.isSafeInteger": inert(0.5),
  "Object.is": kills(0.5, SAME),
};

const TEXT_OPERATIONS = [
  "template", "concat", "String.fromCharCode", "String.fromCodePoint",
  "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent",
  ".at", ".charAt", ".charCodeAt", ".codePointAt", ".concat", ".endsWith", ".includes", ".indexOf", ".isWellFormed",
  ".lastIndexOf", ".localeCompare", ".normalize", ".padEnd", ".padStart", ".repeat", ".replace", ".replaceAll", ".slice",
  ".split", ".startsWith", ".substr", ".substring", ".toLocaleLowerCase", ".toLocaleUpperCase", ".toLowerCase",
  ".toUpperCase", ".toWellFormed", ".trim", ".trimEnd", ".trimStart",
] as const;

/** Operations whose operands and results are text: nothing numeric goes through them. */
export type TextName = (typeof TEXT_OPERATIONS)[number];

const textRule: InertRule = inert(30);

export const text: Readonly<Record<TextName, Rule>> = Object.fromEntries(TEXT_OPERATIONS.map((name) => [name, textRule])) as Record<TextName, Rule>;
