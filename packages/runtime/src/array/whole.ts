// A function that lays arrays over the buffer of an array sees all of the buffer; its derivative knows of the array alone.
import { CotangentError } from "../errors.ts";

/** Throws CT9002 if `array` is a view of a part of its buffer. */
export function requireWhole(name: string, array: ArrayBufferView): void {
  if (array.byteLength === array.buffer.byteLength) return;
  throw new CotangentError(
    "CT9002",
    `the buffer of \`${name}\` holds more than \`${name}\`, and a derivative with respect to the rest of it is not defined. Pass a copy of \`${name}\`, or say where it begins: \`new Float64Array(${name}.buffer, ${name}.byteOffset, …)\`.`,
  );
}
