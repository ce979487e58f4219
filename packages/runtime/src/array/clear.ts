// Zeroing a structure of numbers in place: an adjoint object that serves several reverse sweeps.

import { Tape } from "../tape.ts";

/** Sets every number of an adjoint object to zero, in place; each object once, however often it is reached. */
export function clear(companion: unknown): void {
  visit(companion, new Set());
}

function visit(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Float64Array || value instanceof Float32Array) {
    value.fill(0);
    return;
  }
  if (value instanceof Tape) {
    value.data.fill(0, 0, value.length);
    return;
  }
  if (value instanceof Map) {
    for (const [key, part] of value) {
      if (typeof part === "number") value.set(key, 0);
      else visit(part, seen);
    }
    return;
  }
  const holder = value as Record<string | number, unknown>;
  for (const [key, part] of Object.entries(holder)) {
    if (typeof part === "number") holder[key] = 0;
    else visit(part, seen);
  }
}
