// The generated files that are stored beside the fixtures, as they lie on disk.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fixtures, siblingOf, transformedOf, type Fixture } from "./fixtures.ts";
import { ROOT } from "./paths.ts";

export interface Stored {
  readonly fixture: Fixture;
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

const onDisk = (path: string): string => resolve(ROOT, path.slice(1));

export const storedGoldens: readonly Stored[] = fixtures.flatMap((fixture) =>
  [siblingOf(fixture.path), transformedOf(fixture.path)].map(onDisk).filter((file) => existsSync(file))
    .map((file) => ({ fixture, name: fixture.name, file, text: readFileSync(file, "utf8") })));
