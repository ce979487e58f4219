// The functions of a module that can be asked for by name: those that it declares, and constants that hold a function with a rule.
import { ts } from "ts-morph";
import { functionsOf } from "./describe.ts";
import { calledMarker, type MarkerContext, resolveTarget, type Target } from "./markers.ts";
import { bare } from "./nodes.ts";

type Named = Target & { readonly kind: "function" };

export function targetsOf(file: ts.SourceFile, context: MarkerContext): ReadonlyMap<string, Named> {
  const found = new Map<string, Named>([...functionsOf(file)].map(([name, node]) => [name, { kind: "function", node, name, inline: false }]));
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isIdentifier(name) || calledMarker(bare(initializer), context) !== "customRule") continue;
      const made = resolveTarget(initializer, "grad", context);
      if (!("finding" in made) && made.target.kind === "function") found.set(name.text, { ...made.target, name: name.text });
    }
  }
  return found;
}
