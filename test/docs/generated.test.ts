// docs/generated says what the tables say. With UPDATE_DOCS=1 in the environment the files are written instead of compared.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generatedDocs } from "../../tools/generate-docs.ts";

const absolute = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe("generated documentation", () => {
  it.each([...generatedDocs()])("%s is current", (path, text) => {
    if (process.env["UPDATE_DOCS"] === "1") {
      mkdirSync(dirname(absolute(path)), { recursive: true });
      writeFileSync(absolute(path), text);
    }
    expect(readFileSync(absolute(path), "utf8").replaceAll("\r\n", "\n")).toBe(text);
  });
});
