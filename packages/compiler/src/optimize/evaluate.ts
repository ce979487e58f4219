// Operations on constants.

export type Constant = number | boolean | string | bigint | null | undefined;
export const NOT_CONSTANT: unique symbol = Symbol("not constant");

/** a constant no longer than the text that it replaces, so that `1 / 3` stays as it is */
function brief(value: number, a: number, b: number): number | null {
  return String(value).length <= `${a} + ${b}`.length ? value : null;
}

/** what an operation gives for constants; null where that is not known, or longer to write */
export function evaluate(name: string, args: readonly Constant[]): number | boolean | string | null {
  const [a, b] = args;
  if (name === "neg" && typeof a === "number") return -a;
  if (name === "!" && typeof a === "boolean") return !a;
  if (name === "truthy") return Boolean(a);
  if (name === "typeof") return a === null ? "object" : typeof a;
  if (name === "isNullish") return a === null || a === undefined;
  if (name === "===") return a === b;
  if (name === "!==") return a !== b;
  if (typeof a !== "number" || typeof b !== "number") return null;
  switch (name) {
    case "+": return brief(a + b, a, b);
    case "-": return brief(a - b, a, b);
    case "*": return brief(a * b, a, b);
    case "/": return brief(a / b, a, b);
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    case ">=": return a >= b;
    // one of the two, the same in every engine
    case "Math.max": return Math.max(a, b);
    case "Math.min": return Math.min(a, b);
    default: return null;
  }
}
