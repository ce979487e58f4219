// Which files of a program can know of each other: those that imports connect, in whatever direction and through whatever others.
// What one file makes reaches another only along imports. Assumes a bound program; declarations of packages connect nothing.
import { ts } from "ts-morph";

export type Connected = (a: ts.SourceFile, b: ts.SourceFile) => boolean;

/** `specifiers`: the texts that name modules, of all of the files */
export function connectedFiles(files: readonly ts.SourceFile[], specifiers: readonly ts.StringLiteralLike[], checker: ts.TypeChecker): Connected {
  const leaders = new Map<ts.SourceFile, ts.SourceFile>();
  const leaderOf = (file: ts.SourceFile): ts.SourceFile => {
    let at = file;
    for (let next = leaders.get(at); next !== undefined; next = leaders.get(at)) at = next;
    if (at !== file) leaders.set(file, at);
    return at;
  };
  const connect = (a: ts.SourceFile, b: ts.SourceFile): void => {
    const [x, y] = [leaderOf(a), leaderOf(b)];
    if (x !== y) leaders.set(x, y);
  };
  for (const x of specifiers) {
    for (const declaration of checker.getSymbolAtLocation(x)?.declarations ?? []) {
      const to = declaration.getSourceFile();
      if (!to.isDeclarationFile) connect(x.getSourceFile(), to);
    }
  }
  // what a file declares that is no module, every file sees
  if (files.some((x) => !ts.isExternalModule(x))) return () => true;
  return (a, b) => leaderOf(a) === leaderOf(b);
}

/** does a text name a module: in an import or export, `import()`, `require()`, or a type that is imported where it stands? */
export function isSpecifier(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent)) return false;
  return parent.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(parent.expression) && parent.expression.text === "require");
}
