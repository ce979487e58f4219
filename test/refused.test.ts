// What the compiler refuses, and in which words: one program per file, the message as a terminal shows it beside it.
// The name of a file begins with the code that its first error has.
//   UPDATE_GOLDENS=1   rewrites the messages
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pageOf, renderPretty, type Diagnostic } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { STRICT_OPTIONS } from "./harness/fixtures.ts";
import { FIXTURES } from "./harness/paths.ts";
import { isLocated } from "./harness/verdict.ts";
import { createWorkbench, type Outcome } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const FOLDER = resolve(FIXTURES, "refused");

const names: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\.ts$/, ""));

interface Refused {
  readonly path: string;
  readonly text: string;
  readonly outcome: Outcome;
}

function refuse(name: string): Refused {
  const path = `/refused/${name}.ts`;
  const text = readFileSync(resolve(FOLDER, `${name}.ts`), "utf8");
  const workbench = createWorkbench({ [path]: text }, { ...STRICT_OPTIONS, noUnusedLocals: false, noUnusedParameters: false });
  const outcome = /^import .* from "cotangent";$/m.test(text) ? workbench.transform(path) : workbench.generate(path);
  workbench.dispose();
  return { path, text, outcome };
}

const errorsOf = ({ outcome }: Refused): readonly Diagnostic[] => {
  if (outcome.kind === "crashed") throw outcome.error;
  return outcome.diagnostics.filter(({ severity }) => severity === "error");
};

describe("refused", () => {
  it.each(names)("%s", (name) => {
    const refused = refuse(name);
    const errors = errorsOf(refused);
    expect(refused.outcome.kind).toBe("refused");
    expect(errors[0]?.code).toBe(/^CT\d{4}/.exec(name)?.[0]);
    for (const error of errors) {
      expect(isLocated(error), `${error.code} has a place`).toBe(true);
      expect(error.file).toBe(refused.path);
      expect(pageOf(error.code)?.code).toBe(error.code);
    }
    const file = resolve(FOLDER, `${name}.diagnostics.txt`);
    const message = renderPretty(errors, () => refused.text);
    if (update) writeFileSync(file, message);
    expect(existsSync(file) ? readFileSync(file, "utf8") : "").toBe(message);
  });

  it("stores no message without its program", () => {
    const orphans = readdirSync(FOLDER).filter((file) => file.endsWith(".diagnostics.txt") && !names.includes(file.replace(/\.diagnostics\.txt$/, "")));
    expect(orphans).toEqual([]);
  });
});
