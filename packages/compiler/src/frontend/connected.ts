// Which files of a program can know of each other: those that imports connect, in whatever direction and through whatever others.
// What one file makes reaches another only along imports. Assumes a bound program. The code of packages may meet everything: what imports
// a package sees its declarations, which stand apart from its code.
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
  const targets = specifiers.flatMap((x) => (checker.getSymbolAtLocation(x)?.declarations ?? []).map((to) => [x.getSourceFile(), to.getSourceFile()] as const));
  // what a file declares that is no module, every file sees; of declarations that are no package's the code may be any
  if (files.some((x) => !ts.isExternalModule(x)) || targets.some(([, to]) => to.isDeclarationFile && !isPackage(to))) return () => true;
  for (const [from, to] of targets) if (!to.isDeclarationFile) connect(from, to);
  return (a, b) => isPackage(a) || isPackage(b) || leaderOf(a) === leaderOf(b);
}

const isPackage = ({ fileName }: ts.SourceFile): boolean => fileName.includes("/node_modules/") || fileName.startsWith("/@cotangent/");

/** does a text name a module: in an import or export, `import()`, `require()`, or a type that is imported where it stands? */
export function isSpecifier(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent)) return false;
  return parent.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(parent.expression) && parent.expression.text === "require");
}
