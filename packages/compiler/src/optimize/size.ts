// The length of an expression in print, roughly: what decides whether a line stays readable.
import type { Expr, Place } from "../ir/ir.ts";

const sum = (es: readonly Expr[], between: number): number => es.reduce((n, e) => n + sizeOf(e) + between, 0);

function placeSize(p: Place): number {
  switch (p.kind) {
    case "element": return sizeOf(p.base) + sizeOf(p.index) + 2;
    case "field": return sizeOf(p.base) + p.field.length + 1;
    case "cell": return p.cell.name.length;
  }
}

/** expressions do not change, so that their sizes are measured once */
const known = new WeakMap<Expr, number>();

export function sizeOf(e: Expr): number {
  if (e.kind === "var" || e.kind === "const") return measured(e);
  let size = known.get(e);
  if (size === undefined) known.set(e, (size = measured(e)));
  return size;
}

function measured(e: Expr): number {
  switch (e.kind) {
    case "const": return typeof e.value === "string" ? e.value.length + 2 : String(e.value).length;
    case "var": return Math.max(1, e.variable.name.length);
    case "op": return /\w\w/.test(e.op) && e.op !== "neg" && e.op !== "select" ? e.op.length + sum(e.args, 2) : sum(e.args, 3) - 2;
    case "load": return placeSize(e.place);
    case "length": return sizeOf(e.array) + 7;
    case "keys": return sizeOf(e.of) + 13;
    case "array": return 2 + sum(e.elements.map((x) => x.value), 2);
    case "struct": return 4 + e.fields.reduce((n, f) => n + f.name.length + sizeOf(f.value) + 4, 0);
    case "new": return 18 + sizeOf(e.length);
    case "copy": case "view": return 8 + sizeOf(e.source) + (e.start ? sizeOf(e.start) : 0) + (e.end ? sizeOf(e.end) : 0);
    case "zeros": return 18 + sizeOf(e.like);
    case "runtime": return e.name.length + sum(e.args, 2);
    case "function": return e.func.length;
    case "closure": return 200;
    case "derivative": return 12 + sizeOf(e.target);
  }
}
