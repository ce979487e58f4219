// What may throw without a `throw`: calls of what is not of the program, and operations of the library that reject some operands.
import type { Block, Expr, FuncId, Stmt, Type } from "../ir/ir.ts";
import { type Supply, typeOf } from "../ir/build.ts";
import { isReferenceType, isUntyped, sameType } from "../ir/facts.ts";
import { blocks, expressions, operands } from "../ir/walk.ts";
import { factsOfCall } from "../rules/external.ts";
import { isRuntimeCall } from "../rules/runtime.ts";
import { UNKNOWN } from "./catcher.ts";
import { testReferences } from "./missing.ts";

/** operations that reject some operands; those that format numbers do if they are told how */
const REJECTING: ReadonlySet<string> = new Set([
  "JSON.parse", "JSON.stringify", "BigInt", ".repeat", ".normalize", ".padStart", ".padEnd", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "String.fromCodePoint",
  "BigInt.asIntN", "BigInt.asUintN",
]);
const FORMATTING: ReadonlySet<string> = new Set([".toFixed", ".toPrecision", ".toExponential", ".toString", ".toLocaleString"]);

function rejects(e: Expr): boolean {
  if (e.kind === "op") {
    if (REJECTING.has(e.op) || (FORMATTING.has(e.op) && e.args.length > 1)) return true;
    if (["/", "%", "**"].includes(e.op) && e.type.kind === "bigint") return true;
  }
  return operands(e).some(rejects);
}

/** may the statement itself throw, although it does not say so? (Missing references are tested apart.) */
export function throwsQuietly(s: Stmt): boolean {
  // what the runtime says about a use of it that is not supported is nothing that the program counts on
  if (s.kind === "call") return s.callee.kind === "external" && !isRuntimeCall(s.callee.name) && factsOfCall(s.callee).throws;
  return s.kind === "let" && rejects(s.value);
}

/** what a derivative may go through */
const carries = (t: Type): boolean => t.kind === "real" || (isReferenceType(t) && t.kind !== "opaque" && (t.kind !== "nullable" || carries(t.inner)));

/** what a function may throw, itself or through what it calls; `bodyOf` knows what stays a call */
export function thrownTypes(id: FuncId, bodyOf: (id: FuncId) => Block | undefined, supply: Supply): readonly Type[] {
  const found: Type[] = [];
  const seen = new Set<FuncId>();
  const add = (t: Type): void => { if (!found.some((x) => sameType(x, t))) found.push(t); };
  const visitBlock = (block: Block): void => {
    for (const s of block) {
      if (s.kind === "throw" && !isUntyped(typeOf(s.value))) add(carries(typeOf(s.value)) ? typeOf(s.value) : UNKNOWN);
      if (throwsQuietly(s)) add(UNKNOWN);
      if (s.kind === "call" && s.callee.kind === "function") visit(s.callee.func);
      for (const b of blocks(s)) visitBlock(b);
      for (const e of expressions(s)) if (e.kind === "closure") visitBlock(e.func.body);
    }
  };
  const visit = (f: FuncId): void => {
    if (seen.has(f)) return;
    seen.add(f);
    visitBlock(testReferences(bodyOf(f) ?? [], true, supply));
  };
  visit(id);
  return found;
}
