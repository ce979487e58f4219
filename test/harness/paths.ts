// Where things are, seen from the tests.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const ROOT: string = inRoot(".");
export const FIXTURES: string = inRoot("fixtures");
export const BENCH: string = inRoot("bench/gradbench");

/** A folder with larger test material beside the project, or undefined where the project stands alone. */
export function beside(name: string): string | undefined {
  const path = inRoot(`../shared/${name}`);
  return existsSync(path) ? path : undefined;
}
