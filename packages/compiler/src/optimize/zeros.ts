// An array of numbers that is filled with zeros before anybody looks at it is made of zeros.
// Assumes the versioned stage. Guarantees that what is filled stays where it is made.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { isConst } from "../ir/build.ts";
import { expressions, kept, mapStmt, operands, statements } from "../ir/walk.ts";

type Made = Stmt & { readonly kind: "let"; readonly value: Expr & { readonly kind: "new" } };

export function makeZeros(func: Func): Func {
  const body = statements(func.body).some(isZeroFill) ? zeros(func.body) : func.body;
  return body === func.body ? func : { ...func, body };
}

function zeros(block: Block): Block {
  const out: Stmt[] = [];
  for (const raw of block) {
    const s = mapStmt(raw, (e) => e, zeros);
    const at = isZeroFill(s) ? placeOf(s.array.variable, out) : -1;
    const made = out[at] as Made | undefined;
    if (made === undefined) out.push(s);
    else out[at] = { ...made, value: { ...made.value, zeroed: true } };
  }
  return kept(block, out);
}

interface ZeroFill {
  readonly kind: "mutate";
  readonly array: Expr & { readonly kind: "var" };
}

const isZeroFill = (s: Stmt): s is Stmt & ZeroFill => s.kind === "mutate" && s.operation === "fill" && s.array.kind === "var" && s.args.length === 1 && isConst(s.args[0]!, 0) && s.result === null;

/** where the array is made that nobody has mentioned since, or -1 */
function placeOf(array: Var, out: readonly Stmt[]): number {
  for (let i = out.length - 1; i >= 0; i--) {
    const s = out[i]!;
    if (s.kind === "let" && s.variable === array) {
      const { value } = s;
      return value.kind === "new" && value.type.kind === "array" && value.type.array !== "Tape" && value.type.element.kind === "real" ? i : -1;
    }
    if ((s.kind !== "let" && !isZeroFill(s)) || expressions(s).some((e) => mentions(e, array))) return -1;
  }
  return -1;
}

const mentions = (e: Expr, v: Var): boolean => (e.kind === "var" ? e.variable === v : e.kind === "closure" || operands(e).some((x) => mentions(x, v)));
