// Diagnostics as text. The expected texts are those of `tsc` where it has a form for them, and of the formats' documents.
import { describe, expect, it } from "vitest";
import type { Finding } from "../../packages/compiler/src/diagnostics/diagnostic.ts";
import { NO_COLORS, type Colors } from "../../packages/compiler/src/diagnostics/frame.ts";
import { placeOf, toDiagnostic, type Diagnostic } from "../../packages/compiler/src/diagnostics/places.ts";
import { renderGithub, renderJson, renderPlain, renderPretty } from "../../packages/compiler/src/diagnostics/render.ts";
import { renderSarif } from "../../packages/compiler/src/diagnostics/sarif.ts";

const LOSS = "export function loss(x: number): number {\n\tlet y = eval(\"x\");\r\n  return y;\n}\n";
const OTHER = "let n = 0;\n";
const texts = new Map([["/p/src/loss.ts", LOSS], ["/p/src/b c.ts", OTHER], ["src/loss.ts", LOSS], ["src/b c.ts", OTHER]]);
const textOf = (file: string): string | undefined => texts.get(file);
const shown = (finding: Finding): Diagnostic => toDiagnostic(finding, textOf, (file) => file.replace("/p/", ""));

const call = LOSS.indexOf("eval");
const first: Finding = {
  code: "CT1010", severity: "error", message: "eval runs code that is not known", span: { file: "/p/src/loss.ts", start: call, end: call + 9 },
  notes: [{ message: "`n` is declared here", span: { file: "/p/src/b c.ts", start: 4, end: 5 } }, { message: "seen once", span: null }],
  help: "write the function out",
};
const second: Finding = { code: "CT2102", severity: "warning", message: "100%: two\nlines", span: { file: "/p/src/b c.ts", start: 0, end: 10 }, notes: [], help: null };
const both = [shown(first), shown(second)];

describe("places", () => {
  it("count lines and columns from 1 over every kind of line break", () => {
    expect(placeOf("", 0)).toEqual({ line: 1, column: 1 });
    expect(placeOf("a\nb\r\nc\rd\u2028e", 9)).toEqual({ line: 5, column: 1 });
    expect(placeOf("a\r\nb", 3)).toEqual({ line: 2, column: 1 });
    expect(placeOf("ab", 99)).toEqual({ line: 1, column: 3 });
  });

  it("are those of the contract", () => {
    expect(both[0]).toEqual({
      code: "CT1010", severity: "error", message: first.message, file: "src/loss.ts", start: call, end: call + 9, line: 2, column: 10,
      notes: [
        { message: "`n` is declared here", file: "src/b c.ts", start: 4, end: 5, line: 1, column: 5 },
        { message: "seen once", file: null, start: 0, end: 0, line: 1, column: 1 },
      ],
      help: "write the function out",
    });
  });
});

describe("plain", () => {
  it("is one line per diagnostic, notes and help below", () => {
    expect(renderPlain(both)).toBe([
      "src/loss.ts(2,10): error CT1010: eval runs code that is not known",
      "  src/b c.ts(1,5): note: `n` is declared here",
      "  note: seen once",
      "  help: write the function out",
      "src/b c.ts(1,1): warning CT2102: 100%: two",
      "  lines",
      "",
    ].join("\n"));
    expect(renderPlain([])).toBe("");
  });
});

describe("pretty", () => {
  it("has frames, related places, help and a count", () => {
    expect(renderPretty(both, textOf)).toBe([
      "src/loss.ts:2:10 - error CT1010: eval runs code that is not known",
      "",
      "2  let y = eval(\"x\");",
      "           ~~~~~~~~~",
      "",
      "  src/b c.ts:1:5",
      "    1 let n = 0;",
      "          ~",
      "    `n` is declared here",
      "",
      "  note: seen once",
      "",
      "  help: write the function out",
      "",
      "src/b c.ts:1:1 - warning CT2102: 100%: two",
      "  lines",
      "",
      "1 let n = 0;",
      "  ~~~~~~~~~~",
      "",
      "Found 1 error and 1 warning in 2 files.",
      "",
    ].join("\n"));
    expect(renderPretty([], textOf)).toBe("");
  });

  it("counts within one file as tsc does", () => {
    const [error] = both;
    if (error === undefined) throw new Error("missing");
    expect(renderPretty([error], textOf)).toContain("\nFound 1 error in src/loss.ts:2.\n");
    expect(renderPretty([error, error], textOf)).toContain("\nFound 2 errors in the same file, starting at src/loss.ts:2.\n");
  });

  it("shows the ends of long spans, and nothing of files that are not there", () => {
    const text = Array.from({ length: 12 }, (_, i) => `  line ${i + 1}`).join("\n");
    const long: Diagnostic = { ...shown(second), message: "long", file: "long.ts", start: text.indexOf("line 2"), end: text.indexOf("line 11") + 4, line: 2, column: 3 };
    expect(renderPretty([long], () => text).split("\n").slice(2, 12)).toEqual([
      "  2   line 2",
      "      ~~~~~~",
      "  3   line 3",
      "      ~~~~~~",
      "...",
      " 10   line 10",
      "      ~~~~~~~",
      " 11   line 11",
      "      ~~~~",
      "",
    ]);
    expect(renderPretty([{ ...long, file: "gone.ts" }], () => undefined)).toBe("gone.ts:2:3 - warning CT2102: long\n\nFound 1 warning in gone.ts:2.\n");
  });

  it("marks at least one column, and paints through the given colors", () => {
    const point: Diagnostic = { ...shown(second), message: "here", start: 4, end: 4, column: 5 };
    expect(renderPretty([point], textOf)).toContain("\n      ~\n");
    const colors: Colors = { ...NO_COLORS, warning: (text) => `<w>${text}</w>`, gutter: (text) => `<g>${text}</g>` };
    const painted = renderPretty([point], textOf, colors);
    expect(painted).toContain("- <w>warning</w> CT2102: here");
    expect(painted).toContain("<g>1</g> let n = 0;\n<g> </g>     <w>~</w>\n");
  });
});

describe("machine formats", () => {
  it("escape what GitHub's commands need escaped", () => {
    expect(renderGithub(both, textOf)).toBe([
      "::error file=src/loss.ts,line=2,col=10,endColumn=19,title=CT1010::eval runs code that is not known%0Asrc/b c.ts(1,5): `n` is declared here%0Aseen once%0Ahelp: write the function out",
      "::warning file=src/b c.ts,line=1,col=1,endColumn=11,title=CT2102::100%25: two%0Alines",
      "",
    ].join("\n"));
    const spanning: Diagnostic = { ...shown(second), file: "src/loss.ts", start: 0, end: LOSS.length - 1 };
    expect(renderGithub([spanning], textOf)).toContain("file=src/loss.ts,line=1,endLine=4,title=");
  });

  it("write SARIF with rules, regions and related places", () => {
    const log: unknown = JSON.parse(renderSarif(both, textOf, "1.2"));
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [{
        tool: { driver: { name: "cotangent", version: "1.2", rules: [{ id: "CT1010", shortDescription: { text: "Code made at run time" } }, { id: "CT2102" }] } },
        columnKind: "utf16CodeUnits",
        results: [
          {
            ruleId: "CT1010", ruleIndex: 0, level: "error", message: { text: "eval runs code that is not known\nhelp: write the function out" },
            locations: [{ physicalLocation: { artifactLocation: { uri: "src/loss.ts" }, region: { startLine: 2, startColumn: 10, endLine: 2, endColumn: 19 } } }],
            relatedLocations: [{ physicalLocation: { artifactLocation: { uri: "src/b%20c.ts" } }, message: { text: "`n` is declared here" } }],
          },
          { ruleId: "CT2102", ruleIndex: 1, level: "warning", relatedLocations: [] },
        ],
      }],
    });
  });

  it("write JSON that reads back as the diagnostics", () => {
    expect(JSON.parse(renderJson(both))).toEqual(both);
  });
});
