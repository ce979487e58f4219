// Numbers that TypeScript takes for one of a few: `const power = far ? 3 : 2` is of type `2 | 3`, and a field may be declared as such.
// A comparison with another number is an error in the text, although derivative code asks: `power === 0 ? 0 : power * x ** (power - 1)`.
// Assumes the nested stage. A number too few costs an assertion that the text does without.
import type { Expr, Literals, Type } from "../ir/ir.ts";
import type { Typing } from "./typing.ts";
import { present } from "../ir/facts.ts";

/** the numbers that an operand is one of, as far as TypeScript sees; null for all others */
export function numbersOf(e: Expr, typing: Typing): Literals | null {
  switch (e.kind) {
    case "const": return typeof e.value === "number" ? [e.value] : null;
    case "load": return literalsOf(typing.shown(e));
    case "length": return lengthsOf(typing.shown(e.array));
    case "var": {
      const parameter = typing.parameter(e.variable);
      if (parameter !== undefined) return parameter.typeText === null ? null : parameter.literals ?? null;
      const [only, another] = typing.values(e.variable);
      return only === undefined || another !== undefined ? null : numbersOf(only, typing);
    }
    case "op": {
      const [first, ...others] = e.args;
      if (e.op === "nonNull" && first !== undefined) return numbersOf(first, typing);
      if (e.op === "select" || (e.op === "??" && first !== undefined)) return joined((e.op === "select" ? others : e.args).map((x) => numbersOf(x, typing)));
      return null;
    }
    default: return null;
  }
}

function literalsOf(type: Type): Literals | null {
  const held = present(type);
  return held.kind === "real" ? held.literals ?? null : null;
}

/** of a tuple, which may lack elements at its end */
function lengthsOf(type: Type): Literals | null {
  const held = present(type);
  if (held.kind !== "tuple") return null;
  const { elements: { length: most }, optional = 0 } = held;
  return Array.from({ length: optional + 1 }, (_, k) => most - k);
}

const joined = (parts: readonly (Literals | null)[]): Literals | null => (parts.includes(null) ? null : parts.flatMap((x) => x ?? []));

/** is none of the one among the others? */
export const areApart = (a: Literals | null, b: Literals | null): boolean => a !== null && b !== null && !a.some((x) => b.includes(x));
