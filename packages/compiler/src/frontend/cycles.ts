// Would an import close a cycle? Looks at value imports only: those of types are gone at run time.
import { ts } from "ts-morph";

function importsValues(node: ts.Statement): node is ts.ImportDeclaration | ts.ExportDeclaration {
  if (ts.isExportDeclaration(node)) return !node.isTypeOnly && node.moduleSpecifier !== undefined;
  return ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
}

/** Does `from`, directly or through others, import a module that `isTarget` names? */
export function reaches(from: ts.SourceFile, isTarget: (path: string) => boolean, checker: ts.TypeChecker): boolean {
  const seen = new Set<ts.SourceFile>();
  const visit = (file: ts.SourceFile): boolean => {
    if (seen.has(file)) return false;
    seen.add(file);
    return file.statements.filter(importsValues).some((x) => {
      const module = x.moduleSpecifier === undefined ? undefined : checker.getSymbolAtLocation(x.moduleSpecifier);
      const target = module?.declarations?.find(ts.isSourceFile);
      return target !== undefined && (isTarget(target.fileName) || (!target.isDeclarationFile && visit(target)));
    });
  };
  return visit(from);
}
