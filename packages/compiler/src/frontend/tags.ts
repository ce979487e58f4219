// JSDoc tags that ask for generated siblings: `@grad wrt=w,b as=lossGrad` on a function at the top level of a module.
// Works on the tree alone, without a checker, so that the exports of a sibling are known before any program is.
import { ts } from "ts-morph";
import { eachNode } from "./lower/tree.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import type { Operator, Request } from "../ir/ir.ts";
import { generatedName } from "./markers.ts";
import { bare, countedParameters, type FunctionNode } from "./nodes.ts";

export interface TagRequest {
  readonly request: Request;
  /** what the sibling exports */
  readonly exportName: string;
  readonly node: FunctionNode;
  readonly name: string;
  readonly tag: ts.JSDocTag;
}

export interface Tags {
  readonly requests: readonly TagRequest[];
  readonly findings: readonly Finding[];
  /** functions with `@nograd`: their warnings are silenced */
  readonly silenced: ReadonlySet<FunctionNode>;
}

const TAGS: ReadonlySet<string> = new Set<Operator>(["grad", "valueAndGrad", "jvp", "vjp", "jacobian", "hessian", "hvp"]);
const ANY_TAG = /@(grad|valueAndGrad|jvp|vjp|jacobian|hessian|hvp|nograd)\b/;

export const mayHaveTags = (text: string): boolean => ANY_TAG.test(text);

const isTagName = (name: string): name is Operator => TAGS.has(name);
const isOurs = (tag: ts.JSDocTag): boolean => isTagName(tag.tagName.text) || tag.tagName.text === "nograd";

const tagSpan = (tag: ts.JSDocTag, file: ts.SourceFile): { readonly file: string; readonly start: number; readonly end: number } =>
  ({ file: file.fileName, start: tag.pos, end: tag.tagName.end });

/** what stands behind the tag's name on its line */
function optionsText(tag: ts.JSDocTag, file: ts.SourceFile): string {
  const rest = file.text.slice(tag.tagName.end);
  return rest.slice(0, rest.search(/\r?\n|\*\/|$/)).trim();
}

interface TaggedFunction {
  readonly node: FunctionNode;
  readonly name: string | null;
}

/** the function that a top-level statement declares */
function functionOf(statement: ts.Node, file: ts.SourceFile): TaggedFunction | null {
  if (ts.isFunctionDeclaration(statement)) {
    const name = statement.name?.text ?? null;
    if (statement.body !== undefined) return { node: statement, name };
    const body = file.statements.find((x): x is ts.FunctionDeclaration => ts.isFunctionDeclaration(x) && x.body !== undefined && x.name?.text === name);
    return body === undefined ? null : { node: body, name };
  }
  if (ts.isVariableStatement(statement)) {
    const [declaration, more] = statement.declarationList.declarations;
    if (declaration?.initializer === undefined || more !== undefined || !ts.isIdentifier(declaration.name)) return null;
    const value = bare(declaration.initializer);
    return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? { node: value, name: declaration.name.text } : null;
  }
  if (ts.isExportAssignment(statement)) {
    const value = bare(statement.expression);
    return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? { node: value, name: null } : null;
  }
  return null;
}

interface TagOptions {
  readonly wrt: string | null;
  readonly as: string | null;
  readonly sparse: boolean;
  readonly mode: Request["mode"];
}

const SPARSE: ReadonlySet<string> = new Set<Operator>(["jacobian", "hessian"]);

function parseOptions(tag: ts.JSDocTag, file: ts.SourceFile): TagOptions | Finding {
  const found: { wrt: string | null; as: string | null; sparse: boolean; mode: Request["mode"] } = { wrt: null, as: null, sparse: false, mode: null };
  for (const word of optionsText(tag, file).replace(/\s*,\s*/g, ",").replace(/\s*=\s*/g, "=").split(/\s+/).filter((x) => x !== "")) {
    if (word === "sparse" && SPARSE.has(tag.tagName.text)) {
      found.sparse = true;
      continue;
    }
    const [key, value] = word.split("=", 2);
    if (key === "mode" && tag.tagName.text === "jacobian" && (value === "forward" || value === "reverse")) {
      found.mode = value;
      continue;
    }
    if ((key !== "wrt" && key !== "as") || value === undefined || value === "") return catalog.unknownTagOption(tagSpan(tag, file), tag.tagName.text, word);
    found[key] = value;
  }
  return found;
}

/** `wrt` by name: one name is an index, several are a tuple */
function wrtOf(names: string | null, tagged: FunctionNode, operator: Operator): Request["wrt"] | { readonly unknown: string; readonly known: readonly string[] } {
  if (names === null) return operator === "jvp" || operator === "vjp" ? "all" : 0;
  const known = countedParameters(tagged).map((x) => x.name.getText());
  if (names === "all" && !known.includes("all")) return "all";
  const indices = names.split(",").map((name) => ({ name, index: known.indexOf(name) }));
  const missing = indices.find((x) => x.index < 0);
  if (missing !== undefined) return { unknown: missing.name, known };
  return indices.length === 1 ? (indices[0]?.index ?? 0) : indices.map((x) => x.index);
}

const isRequestWrt = (value: ReturnType<typeof wrtOf>): value is Request["wrt"] => typeof value !== "object" || Array.isArray(value);

function requestOf(tag: ts.JSDocTag, operator: Operator, { node, name }: TaggedFunction, file: ts.SourceFile): TagRequest | Finding {
  const span = tagSpan(tag, file);
  const options = parseOptions(tag, file);
  if ("code" in options) return options;
  if (name === null) return catalog.anonymousDefault(span, operator);
  if (countedParameters(node).length === 0) return catalog.noParameters(span, `@${operator}`, name);
  const takesWrt = operator !== "jvp" && operator !== "vjp";
  if (options.wrt !== null && !takesWrt) return catalog.unknownTagOption(span, operator, "wrt");
  const wrt = wrtOf(options.wrt, node, operator);
  if (!isRequestWrt(wrt)) return catalog.unknownTagParameter(span, operator, wrt.unknown, wrt.known);
  if (typeof wrt === "object") {
    const repeated = wrt.find((x, i) => wrt.indexOf(x) !== i);
    if (repeated !== undefined) return catalog.wrtRepeated(span, repeated);
  }
  if (options.as !== null && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(options.as)) return catalog.invalidTagName(span, operator, options.as);
  return { request: { operator, wrt, mode: options.mode, ...(options.sparse ? { sparse: true } : {}) }, exportName: options.as ?? generatedName(name, operator), node, name, tag };
}

/** tags on anything but a function of the top level */
function misplaced(file: ts.SourceFile, placed: ReadonlySet<ts.JSDocTag>): readonly Finding[] {
  const findings: Finding[] = [];
  eachNode(file, (node) => {
    const docs = ts.getJSDocCommentsAndTags(node).filter((x): x is ts.JSDoc => ts.isJSDoc(x) && x.parent === node);
    for (const tag of docs.flatMap((x) => x.tags ?? [])) {
      if (isTagName(tag.tagName.text) && !placed.has(tag)) findings.push(catalog.misplacedTag(tagSpan(tag, file), tag.tagName.text));
    }
  });
  return findings;
}

/** The tags of a file. */
export function findTags(file: ts.SourceFile): Tags {
  const requests: TagRequest[] = [];
  const findings: Finding[] = [];
  const silenced = new Set<FunctionNode>();
  const placed = new Set<ts.JSDocTag>();
  if (!mayHaveTags(file.text)) return { requests, findings, silenced };
  for (const statement of file.statements) {
    const tags = ts.getJSDocTags(statement).filter(isOurs);
    const tagged = tags.length === 0 ? null : functionOf(statement, file);
    if (tagged === null) continue;
    for (const tag of tags) {
      placed.add(tag);
      const name = tag.tagName.text;
      if (!isTagName(name)) {
        silenced.add(tagged.node);
        continue;
      }
      const made = requestOf(tag, name, tagged, file);
      if ("code" in made) findings.push(made);
      else if (requests.some((x) => x.exportName === made.exportName)) findings.push(catalog.duplicateGenerated(tagSpan(tag, file), made.exportName));
      else requests.push(made);
    }
  }
  return { requests, findings: [...findings, ...misplaced(file, placed)], silenced };
}
