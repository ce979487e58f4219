// GradBench's notion of equal outputs, and a stricter one on top: its own tolerance is blind to gradients that are small
// everywhere, so the largest difference within a field is also held against the largest expected number there.

export interface Demand {
  /** |a - b| <= scaled * max(1, |a| + |b|) for every number */
  readonly scaled: number;
  /** the largest |a - b| of a field, over the largest expected number in it */
  readonly relative: number;
}

export const DEMAND: Demand = { scaled: 1e-4, relative: 1e-6 };

interface Field {
  size: number;
  difference: number;
}

/** What is wrong with an output, at most a handful of lines; shapes and field names must match exactly. */
export function compareOutputs(expected: unknown, actual: unknown, { scaled, relative }: Demand = DEMAND): readonly string[] {
  const problems: string[] = [];
  const fields = new Map<string, Field>();

  const compareNumbers = (a: number, b: unknown, path: string, field: string): void => {
    if (typeof b !== "number") return void problems.push(`${path}: expected a number, got ${JSON.stringify(b)}`);
    const difference = Math.abs(a - b);
    if (!(difference <= scaled * Math.max(1, Math.abs(a) + Math.abs(b)))) problems.push(`${path}: expected ${a}, got ${b}`);
    const known = fields.get(field) ?? { size: 0, difference: 0 };
    fields.set(field, { size: Math.max(known.size, Math.abs(a)), difference: Math.max(known.difference, difference) });
  };

  const walk = (a: unknown, b: unknown, path: string, field: string): void => {
    if (typeof a === "number") return compareNumbers(a, b, path, field);
    if (typeof a !== "object" || a === null) return void (a === b || problems.push(`${path}: expected ${JSON.stringify(a)}`));
    if (typeof b !== "object" || b === null || Array.isArray(a) !== Array.isArray(b)) return void problems.push(`${path}: another structure`);
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return void problems.push(`${path}: expected ${keys.length} entries, got ${Object.keys(b).length}`);
    for (const key of keys) walk(Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`, Array.isArray(a) ? field : `${field}.${key}`);
  };

  walk(expected, actual, "output", "");
  for (const [field, { size, difference }] of fields) {
    const allowed = relative * size;
    if (difference > allowed) problems.push(`field ${field || "(all)"}: off by ${difference}, the largest number is ${size}`);
  }
  return problems.slice(0, 5);
}
