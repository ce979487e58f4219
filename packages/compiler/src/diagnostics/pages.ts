// The pages of `cotangent explain`, all of them in the order of their codes, and how they are printed.
// docs/generated/errors.md is made of the same pages; a test keeps catalog and pages together.
import type { Severity } from "./diagnostic.ts";
import { bindingPages } from "./pages/bindings.ts";
import { checkpointPages } from "./pages/checkpoints.ts";
import { classPages } from "./pages/classes.ts";
import { derivativePages } from "./pages/derivatives.ts";
import { filePages } from "./pages/files.ts";
import { generatorPages } from "./pages/generators.ts";
import { libraryPages } from "./pages/library.ts";
import { markerPages } from "./pages/markers.ts";
import { matrixPages } from "./pages/matrices.ts";
import type { Page } from "./pages/page.ts";
import { rulePages } from "./pages/rules.ts";
import { syntaxPages } from "./pages/syntax.ts";
import { tagPages } from "./pages/tags.ts";

export const pages: readonly Page[] = [
  ...syntaxPages, ...classPages, ...bindingPages, ...generatorPages, ...libraryPages, ...derivativePages, ...matrixPages, ...checkpointPages, ...markerPages, ...tagPages, ...rulePages, ...filePages,
].sort((a, b) => (a.code < b.code ? -1 : 1));

const byCode: ReadonlyMap<string, Page> = new Map(pages.map((page) => [page.code, page]));

/** the page of a code as users type it: `CT1004`, `ct1004`, `1004` */
export const pageOf = (code: string): Page | undefined => byCode.get(/^\d+$/.test(code) ? `CT${code}` : code.toUpperCase());

export const severityOf = (page: Page): Severity => page.says[0]?.severity ?? "error";

const fenced = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

function messages(page: Page): readonly string[] {
  return page.says.map((finding) => `> ${severityOf(page)} ${page.code}: ${finding.message}${finding.help === null ? "" : `  \n> help: ${finding.help}`}`);
}

/** a page in Markdown, which terminals can show as it is */
export function explain(page: Page): string {
  const parts = [
    `${page.code}: ${page.title}`,
    ...messages(page),
    page.why,
    ...(page.example === null ? [] : [page.rewrite === null ? "For example:" : "Instead of", fenced(page.example)]),
    ...(page.rewrite === null ? [] : [page.example === null ? "For example:" : "write", fenced(page.rewrite)]),
  ];
  return `${parts.join("\n\n")}\n`;
}
