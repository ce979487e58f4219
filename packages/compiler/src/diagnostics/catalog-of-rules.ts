// What the compiler says of functions with a rule of their own (`customRule`).
import type { Finding, Span } from "./diagnostic.ts";
import { error } from "./finding.ts";

export const emptyRule = (span: Span): Finding =>
  error("CT5001", span, "customRule needs a rule: neither `jvp` nor `vjp` is given", "give `vjp(args, value, cotangent)`, `jvp(primals, tangents)`, or both");

export const unwrittenRule = (span: Span, text: string): Finding =>
  error("CT5002", span, `the rule must be an object literal with \`jvp\` and \`vjp\`, and \`${text}\` is none or has more in it`, "write the rule where customRule stands, or in a const");

export const unknownRule = (span: Span, part: string): Finding =>
  error("CT5003", span, `${part === "primal" ? "the function" : `\`${part}\``} given to customRule is not one that is known at compile time`, "give a function literal, or name a function");

export const restWithRule = (span: Span): Finding =>
  error("CT5004", span, "a function with a rest parameter has no fixed number of arguments that a rule could speak of", "take an array");

export const functionsWithRule = (span: Span): Finding =>
  error("CT5004", span, "a function with a rule cannot take or give functions", "let it take what the function computes, or close over the function where the rule is written");

export const ruleAssigns = (span: Span, name: string): Finding =>
  error("CT5005", span, `a function with a rule assigns \`${name}\`, a variable around it`, "return what it computes: a derivative calls the function and its rule at times of its own");

export const ruleWrites = (span: Span, name: string): Finding =>
  error("CT5005", span, `\`${name}\` changes what it is given, and the rule says nothing of that`, "let it copy what it changes, and return the copy");

export const ruleShares = (span: Span, name: string): Finding =>
  error("CT5006", span, `\`${name}\` returns (a part of) its argument, so that the two would share their derivative, and its rule gives them one each`, "return a copy");

export const ruleCaptures = (span: Span, name: string): Finding =>
  error("CT5007", span, `a function with a rule uses \`${name}\`, a function of the function around it`, "declare the function at the top level of the module");

export const activeCapture = (span: Span, name: string, captured: string): Finding =>
  error("CT5008", span, `\`${name}\` uses \`${captured}\`, which depends on what is differentiated here, and its rule knows of its arguments only`, "pass it as an argument");

export const ruleThrows = (span: Span, name: string): Finding =>
  error("CT5009", span, `\`${name}\` may throw, and is called under a handler of differentiated code, which cannot look into a function with a rule`, "move the `try` into the function, or test its arguments before the call");

export const lateState = (span: Span, name: string, cell: string): Finding =>
  error("CT5010", span, `the rule of \`${name}\` reads \`${cell}\` of the module in a function that it calls, and \`${cell}\` may have changed by then`, "read it in the rule itself, and pass it to the function");
