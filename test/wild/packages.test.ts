// Packages whose code cannot be used, and what the compiler says about them; state and tables that packages keep.
import { createCompiler, type Diagnostic } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";

const TYPES = "export declare enum When { Begin = 1, End = 2 }\nexport declare function spring(x: number, stiffness?: number): number;\n";
const packageOf = (name: string, code: string, file = "index.js"): Readonly<Record<string, string>> => ({
  [`/node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", type: file.endsWith(".cjs") ? "commonjs" : "module", main: file, types: "index.d.ts" }),
  [`/node_modules/${name}/index.d.ts`]: TYPES,
  [`/node_modules/${name}/${file}`]: code,
});

const READABLE = "export function spring(x, stiffness) {\n  if (stiffness === void 0) stiffness = When.End;\n  return stiffness * x * x * TABLE[1];\n}\nexport var When;\n(function (When) { When[When[\"Begin\"] = 1] = \"Begin\"; When[When[\"End\"] = 2] = \"End\"; })(When || (When = {}));\nvar TABLE = [1, 0.5, 0.25];\n";

const FILES: Readonly<Record<string, string>> = {
  ...packageOf("readable", READABLE),
  ...packageOf("common", "exports.spring = function (x) { return x * x; };\n", "index.cjs"),
  ...packageOf("minified", `export function spring(x){${"x=x*1.5;".repeat(60)}return x}`),
  ...packageOf("remembering", "class Pair { constructor() { this.a = 0; this.b = 0; } }\nconst _pair = new Pair();\nexport function spring(x, stiffness) {\n  if (stiffness > 1) _pair.a = x;\n  _pair.b = x * x;\n  return _pair.a * _pair.b;\n}\n"),
  ...packageOf("counting", "let calls = 0;\nexport function spring(x) { calls++; return x * x * calls; }\n"),
};

function transform(code: string): { readonly code: string; readonly diagnostics: readonly Diagnostic[] } {
  const compiler = createCompiler({ files: { ...FILES, "/main.ts": code }, compilerOptions: { target: "es2023", module: "esnext", moduleResolution: "bundler", strict: true } });
  const result = compiler.transform("/main.ts");
  compiler.dispose();
  return { code: result.ok ? result.code : "", diagnostics: result.diagnostics };
}

const calling = (name: string): string => `import { grad } from "cotangent";\nimport { spring } from "${name}";\nexport const f = grad((x: number): number => spring(x) + x);\n`;
const naming = (name: string): string => `import { grad } from "cotangent";\nimport { spring } from "${name}";\nexport const f = grad(spring);\n`;

const shown = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] => diagnostics.map((x) => `${x.code} ${x.file}(${x.line},${x.column}): ${x.message}`);

describe("a package", () => {
  it.each([calling, naming])("that can be read is differentiated, its tables copied", (program) => {
    const result = transform(program("readable"));
    expect(shown(result)).toEqual([]);
    expect(result.code).toContain("const TABLE = [1, 0.5, 0.25];");
    expect(result.code).not.toContain("/**");
  });

  it.each([
    ["common", "CommonJS, not an ES module", "index.cjs"],
    ["minified", "minified", "index.js"],
  ])("that is %s is refused where a derivative needs it", (name, why, file) => {
    const message = `is needed in a derivative, and the code of its package cannot be read: /node_modules/${name}/${file} is ${why}`;
    expect(shown(transform(calling(name)))).toEqual([`CT3038 /main.ts(3,46): \`spring()\` ${message}`]);
    expect(shown(transform(naming(name)))).toEqual([`CT3038 /main.ts(3,23): \`spring\` ${message}`]);
  });

  it("that cannot be read may be called with what carries no derivative", () => {
    expect(shown(transform('import { grad } from "cotangent";\nimport { spring } from "common";\nexport const f = grad((x: number): number => spring(3) * x);\n'))).toEqual([]);
  });

  it("keeps its state to itself", () => {
    expect(shown(transform(calling("remembering")))).toEqual([expect.stringMatching(/^CT3037 .* the derivative needs `_pair`/)]);
    expect(shown(transform(calling("counting")))).toEqual([expect.stringMatching(/^CT3037 \/node_modules\/counting\/index\.js\(2,29\): the derivative needs `calls`/)]);
  });
});
