// Siblings that do not exist yet: the declarations that `./loss.grad.js` will have, written from the tags of `loss.ts` alone.
// Guarantees that a program which imports a sibling before the first build still type checks.
import { ts } from "ts-morph";
import type { Request } from "../ir/ir.ts";
import { basename } from "./path.ts";
import { findTags } from "./tags.ts";

const RESULTS: ReadonlyMap<string, string> = new Map([
  ["grad", "Grad"], ["valueAndGrad", "ValueAndGrad"], ["jvp", "Jvp"], ["vjp", "Vjp"], ["jacobian", "Jacobian"], ["hessian", "Hessian"], ["hvp", "Hvp"],
]);

const wrtText = (wrt: Request["wrt"]): string => (typeof wrt === "object" ? `, readonly [${wrt.join(", ")}]` : wrt === 0 ? "" : `, ${JSON.stringify(wrt)}`);

/** The text of the declaration file that stands for the sibling of `path` until it is written. */
export function futureSibling(path: string, text: string): string {
  const { requests } = findTags(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  const specifier = `./${basename(path).replace(/\.([cm]?)[jt]sx?$/, ".$1js")}`;
  const types = [...new Set(requests.map((x) => RESULTS.get(x.request.operator) ?? "Grad"))];
  const lines = requests.map(({ request, exportName, name }) => {
    const type = RESULTS.get(request.operator) ?? "Grad";
    const given = request.operator === "jvp" || request.operator === "vjp" ? "" : wrtText(request.wrt);
    const wrt = request.sparse ? `${given === "" ? ", 0" : given}, true` : given;
    return `export declare const ${exportName}: ${type}<typeof import("${specifier}").${name}${wrt}>;`;
  });
  return [`import type { ${types.join(", ")} } from "cotangent";`, ...lines, "export {};", ""].join("\n");
}
