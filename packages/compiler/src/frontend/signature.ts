// The types of a function's parameters and result as texts that read the same where the generated code stands.
// Guarantees the user's own type text where it can be written there; null where only the structure can be.
import { ts } from "ts-morph";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Home } from "./home.ts";
import type { Capture } from "./lower/program.ts";
import { boundOf, takesDirection, type Target, targetFunction } from "./markers.ts";
import { countedParameters, type FunctionNode, resultNode } from "./nodes.ts";
import type { Captures } from "./replace.ts";

export interface Signature {
  readonly params: readonly (string | null)[];
  /** of the parameters in front, which bring captures in */
  readonly captures: readonly (string | null)[];
  readonly result: string | null;
  /** types that cannot be named there */
  readonly findings: readonly Finding[];
}

/** `given`: how many parameters are bound */
export function signatureOf(node: FunctionNode, home: Home, checker: ts.TypeChecker, captures: Captures, given = 0): Signature {
  const findings: Finding[] = [];
  const text = (type: ts.TypeNode | undefined): string | null => {
    if (type === undefined) return null;
    const named = home.typeText(type);
    if ("text" in named) return named.text;
    findings.push(named.finding);
    return null;
  };
  const params = countedParameters(node).slice(given).map((x) => text(x.type ?? ts.getJSDocType(x)) ?? inferred(x, checker));
  return { params, captures: captureTexts(captures, home, checker), result: text(node.type === undefined ? ts.getJSDocReturnType(node) : resultNode(node)), findings };
}

/** of the function behind a target; what a derivative of it takes and gives stands nowhere in the source */
export function signatureOfTarget(target: Target, home: Home, checker: ts.TypeChecker, captures: Captures): Signature {
  const signature = signatureOf(targetFunction(target), home, checker, captures, boundOf(target)?.given);
  if (target.kind === "function") return signature;
  return { ...signature, result: null, params: takesDirection(target) ? [] : signature.params };
}

/** of a default: `k = 2` is a number */
function inferred(node: ts.ParameterDeclaration, checker: ts.TypeChecker): string | null {
  if (node.initializer === undefined || node.type !== undefined || ts.getJSDocType(node) !== undefined) return null;
  const type = checker.getBaseTypeOfLiteralType(checker.getNonNullableType(checker.getTypeAtLocation(node)));
  return (type.flags & (ts.TypeFlags.Number | ts.TypeFlags.Boolean | ts.TypeFlags.String)) === 0 ? null : checker.typeToString(type);
}

/** words that mean the same everywhere */
const PLAIN_TYPE = /^(?:\b(?:number|string|boolean|undefined|null|readonly|Float64Array|Float32Array|ArrayBuffer|ArrayBufferLike)\b|[\s[\]|,<>()])*$/;

/** as declared, or as inferred where that is plain */
function captureText({ declaration, symbol }: Capture, home: Home, checker: ts.TypeChecker): string | null {
  const annotation = (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration)) && ts.isIdentifier(declaration.name) ? declaration.type : undefined;
  if (annotation !== undefined && !(ts.isParameter(declaration) && declaration.questionToken !== undefined)) {
    const named = home.typeText(annotation);
    return "text" in named ? named.text : null;
  }
  const text = checker.typeToString(checker.getTypeOfSymbol(symbol), undefined, ts.TypeFormatFlags.NoTruncation);
  return PLAIN_TYPE.test(text) ? text : null;
}

function captureTexts({ read, written }: Captures, home: Home, checker: ts.TypeChecker): readonly (string | null)[] {
  const fields = written.map((x) => ({ name: x.symbol.name, text: captureText(x, home, checker) }));
  const box = fields.every((x) => x.text !== null) ? `{ ${fields.map((x) => `${x.name}: ${x.text}`).join("; ")} }` : null;
  return [...(written.length > 0 ? [box] : []), ...read.map((x) => captureText(x, home, checker))];
}
