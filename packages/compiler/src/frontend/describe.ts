// What a caller must know to run a function: its parameters with the shapes that their types fix, and its samples.
// Works on the types of a program; shapes that only a value can tell (the length of an array) are left open.
import { ts } from "ts-morph";
import { bare, countedParameters, type FunctionNode } from "./nodes.ts";

export type Shape =
  | { readonly kind: "number" }
  | { readonly kind: "array"; readonly array: "Array" | "Float64Array" | "Float32Array"; readonly element: Shape }
  | { readonly kind: "tuple"; readonly elements: readonly Shape[] }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly shape: Shape }[] }
  | { readonly kind: "other" };

export interface FunctionDescription {
  /** the name by which the module's own code can call it */
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly shape: Shape; readonly optional: boolean }[];
  /** argument lists of `@sample` tags, as source text */
  readonly samples: readonly string[];
}

function shapeOf(type: ts.Type, checker: ts.TypeChecker, depth = 0): Shape {
  if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return { kind: "number" };
  if ((type.flags & ts.TypeFlags.Object) === 0 || depth > 8) return { kind: "other" };
  if (checker.isTupleType(type)) return { kind: "tuple", elements: checker.getTypeArguments(type as ts.TypeReference).map((x) => shapeOf(x, checker, depth + 1)) };
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    return { kind: "array", array: "Array", element: element === undefined ? { kind: "other" } : shapeOf(element, checker, depth + 1) };
  }
  const name = type.symbol?.name;
  if (name === "Float64Array" || name === "Float32Array") return { kind: "array", array: name, element: { kind: "number" } };
  const isPlain = (type.symbol?.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral)) !== 0;
  if (!isPlain || type.getCallSignatures().length > 0) return { kind: "other" };
  const fields = checker.getPropertiesOfType(type).filter((x) => (x.flags & ts.SymbolFlags.Optional) === 0);
  return { kind: "struct", fields: fields.map((x) => ({ name: x.name, shape: shapeOf(checker.getTypeOfSymbol(x), checker, depth + 1) })) };
}

/** the node that carries the JSDoc of a function */
const documented = (node: FunctionNode): ts.Node => (ts.isVariableDeclaration(node.parent) ? node.parent.parent.parent : node);

export function describeFunction(node: FunctionNode, name: string, checker: ts.TypeChecker): FunctionDescription {
  const params = countedParameters(node).map((x) => ({
    name: x.name.getText(),
    shape: shapeOf(checker.getTypeAtLocation(x), checker),
    optional: x.questionToken !== undefined || x.initializer !== undefined || x.dotDotDotToken !== undefined,
  }));
  const samples = ts.getJSDocTags(documented(node)).filter((x) => x.tagName.text === "sample").map((x) => ts.getTextOfJSDocComment(x.comment) ?? "");
  return { name, params, samples: samples.map((x) => x.trim()).filter((x) => x !== "") };
}

/** The functions that a module declares at its top level, by name. */
export function functionsOf(file: ts.SourceFile): ReadonlyMap<string, FunctionNode> {
  const found = new Map<string, FunctionNode>();
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) found.set(statement.name?.text ?? "default", statement);
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      const value = declaration.initializer === undefined ? undefined : bare(declaration.initializer);
      if (value !== undefined && ts.isIdentifier(declaration.name) && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))) found.set(declaration.name.text, value);
    }
  }
  return found;
}
