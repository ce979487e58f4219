// The language table: every kind of syntax and every member of the library has a row, every row a program, and
// docs/generated/language.md says what became of it. UPDATE_DOCS=1 writes the page instead of comparing it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDerivatives, TOLERANCES } from "../harness/identities.ts";
import { functionOf } from "../harness/modules.ts";
import { ROOT } from "../harness/paths.ts";
import { createRandom } from "../harness/random.ts";
import { failureOf } from "../harness/verdict.ts";
import { createWorkbench, PLAIN_OPTIONS, type Workbench } from "../harness/workbench.ts";
import { kindsIn, kindsOfSyntax, membersOfLibrary } from "./inventory.ts";
import { library } from "./library.ts";
import { languagePage, type State } from "./page.ts";
import { ARGUMENTS, programOf, type Row } from "./row.ts";
import { elsewhere, expressions, statements, types } from "./syntax.ts";

const PAGE = `${ROOT}docs/generated/language.md`;

const syntax = [...expressions, ...statements, ...types];
const rows = [...syntax, ...library].map((row, position) => ({ name: `${position} ${row.names[0] ?? ""}`, row, folder: `/r${position}` }));
const states = new Map<Row, State>();

const HELPER = "export interface Helper { readonly scale: number }\n";

const DRIVER = `import { jvp, valueAndGrad } from "cotangent";
import { f } from "./program";
export { f };
export const reverse = valueAndGrad(f, { wrt: "all" });
export const forward = jvp(f);
`;

function filesOf({ row, folder }: (typeof rows)[number]): Readonly<Record<string, string>> {
  return { [`${folder}/program${row.extension}`]: programOf(row), [`${folder}/helper.ts`]: HELPER, [`${folder}/driver.ts`]: DRIVER };
}

/** what became of a program; wrong numbers and crashes are thrown */
function stateOf(workbench: Workbench, { row, folder }: (typeof rows)[number]): State {
  const outcomes = [workbench.transform(`${folder}/driver.ts`), workbench.transform(`${folder}/program${row.extension}`)];
  const failure = failureOf(outcomes);
  if (failure?.kind === "refused") return { kind: "refused", code: failure.code };
  if (failure !== undefined) throw new Error("detail" in failure ? failure.detail : failure.kind);
  const warnings = outcomes.flatMap((x) => (x.kind === "compiled" ? x.diagnostics : [])).filter((x) => x.severity === "warning").map((x) => x.code);
  if (!row.recent) {
    const exports = workbench.load(`${folder}/driver.ts`);
    const derivatives = { primal: functionOf(exports, "f"), valueAndGrad: functionOf(exports, "reverse"), jvp: functionOf(exports, "forward") };
    expect(checkDerivatives(derivatives, ARGUMENTS(), createRandom(1), { ...TOLERANCES, settle: !row.unsettled })).toEqual([]);
  }
  return { kind: row.role === "active" ? "differentiated" : "inactive", warnings: [...new Set(warnings)] };
}

describe("the language table", () => {
  const benches: Workbench[] = [];

  beforeAll(() => {
    const files = Object.assign({}, ...rows.map(filesOf)) as Record<string, string>;
    benches.push(createWorkbench(files, { ...PLAIN_OPTIONS, target: "esnext", lib: ["esnext"], jsx: "react", experimentalDecorators: false }));
  });

  it.each(rows)("$name", (entry) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    states.set(entry.row, stateOf(workbench, entry));
  });

  it.each(syntax.map((row) => ({ row, name: row.names.join(" ") })))("shows $name", ({ row }) => {
    const found = kindsIn(programOf(row), row.extension);
    expect(row.names.filter((name) => !found.has(name) && name !== "CommaListExpression" && !name.startsWith("JsxText"))).toEqual([]);
  });

  it.each(library.map((row) => ({ row, name: row.names.join(" ") })))("uses $name", ({ row }) => {
    const text = programOf(row);
    const isUsed = (name: string): boolean => name.endsWith("[Symbol.iterator]") || text.includes(name.slice(name.indexOf(".") + 1).replace(/[[\]]/g, ""));
    expect(row.names.filter((name) => !isUsed(name))).toEqual([]);
  });

  it("has a row for every kind of syntax", () => {
    const known = new Set([...syntax.flatMap((row) => row.names), ...Object.values(elsewhere).flatMap((names) => names.split(" "))]);
    expect(kindsOfSyntax().filter((name) => !known.has(name))).toEqual([]);
  });

  it("has a row for every member of the library", () => {
    const known = new Set(library.flatMap((row) => row.names));
    expect(membersOfLibrary().filter((name) => !known.has(name))).toEqual([]);
  });

  it("is what docs/generated/language.md says", () => {
    const text = languagePage({ expressions, statements, types, library }, (row) => states.get(row), elsewhere);
    if (process.env["UPDATE_DOCS"] === "1") {
      mkdirSync(dirname(PAGE), { recursive: true });
      writeFileSync(PAGE, text);
    }
    expect(readFileSync(PAGE, "utf8").replaceAll("\r\n", "\n")).toBe(text);
  });

  afterAll(() => benches.forEach((workbench) => workbench.dispose()));
});

