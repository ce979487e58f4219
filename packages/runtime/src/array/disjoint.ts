// Whether arguments share memory. A function that writes to memory reached by two ways of its call has no meaningful partial
// derivatives there, so compiled code asks at entry, where it could not exclude it.
// Assumes that a value's own inner sharing is fine. Guarantees an error that names both, whether they share an object, a row or a buffer.
import { CotangentError } from "../errors.ts";
import { isFloats, isMap, isObject, isPlain } from "./shape.ts";

interface Range {
  readonly start: number;
  readonly end: number;
  /** of doubles or singles; two integer views share nothing that has a derivative */
  readonly floats: boolean;
}

interface Memory {
  readonly objects: Set<object>;
  readonly ranges: Map<ArrayBufferLike, Range[]>;
}

function collect(value: unknown, memory: Memory): void {
  if (!isObject(value) || memory.objects.has(value)) return;
  if (ArrayBuffer.isView(value)) {
    const range: Range = { start: value.byteOffset, end: value.byteOffset + value.byteLength, floats: isFloats(value) };
    const known = memory.ranges.get(value.buffer);
    if (known === undefined) memory.ranges.set(value.buffer, [range]);
    else known.push(range);
    return;
  }
  if (Array.isArray(value)) {
    memory.objects.add(value);
    for (const element of value as readonly unknown[]) collect(element, memory);
  } else if (isMap(value)) {
    memory.objects.add(value);
    for (const element of value.values()) collect(element, memory);
  } else if (isPlain(value)) {
    memory.objects.add(value);
    for (const element of Object.values(value)) collect(element, memory);
  }
}

function memoryOf(value: unknown): Memory {
  const memory: Memory = { objects: new Set(), ranges: new Map() };
  collect(value, memory);
  return memory;
}

const overlap = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end && (a.floats || b.floats);

function share(a: Memory, b: Memory): boolean {
  for (const object of a.objects) if (b.objects.has(object)) return true;
  for (const [buffer, ranges] of a.ranges) {
    const others = b.ranges.get(buffer) ?? [];
    if (ranges.some((range) => others.some((other) => overlap(range, other)))) return true;
  }
  return false;
}

type Named = { readonly [name: string]: unknown };

/** Throws CT9002 if two of `active`, or one of `active` and one of `others`, share memory. */
export function requireDisjoint(functionName: string, active: Named, others: Named = {}): void {
  const first = Object.entries(active).map(([name, value]) => ({ name, memory: memoryOf(value) }));
  const second = Object.entries(others).map(([name, value]) => ({ name, memory: memoryOf(value) }));
  first.forEach((a, i) => {
    const sharing = [...first.slice(i + 1), ...second].find((b) => share(a.memory, b.memory));
    if (sharing === undefined) return;
    throw new CotangentError(
      "CT9002",
      `${functionName} was called with \`${a.name}\` and \`${sharing.name}\` sharing memory that it writes to; its derivative with respect to \`${a.name}\` alone is not defined there. Pass a copy of one of them.`,
    );
  });
}
