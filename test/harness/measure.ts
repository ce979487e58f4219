// What generated code looks like, in numbers: statements, copies that only rename, loops. Reads text with TypeScript's
// parser and no types.
import ts from "typescript";

const parse = (text: string): ts.SourceFile => ts.createSourceFile("measured.ts", text, ts.ScriptTarget.Latest, true);

function visit(node: ts.Node, on: (node: ts.Node) => void): void {
  on(node);
  node.forEachChild((child) => visit(child, on));
}

/** Whether a node is executed when a function of the module is called, and not merely a type or an import. */
const isModuleLevel = (node: ts.Node): boolean => ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/**
 * The statements in the functions of a module; a declaration of several variables counts once for each, a loop with its
 * header once. Blocks, imports and types do not count, neither do declarations at the top that are not functions.
 */
export function countStatements(text: string, includes: (name: string) => boolean = () => true): number {
  let count = 0;
  const countIn = (root: ts.Node): void => visit(root, (node) => {
    if (ts.isVariableDeclarationList(node)) count += ts.isVariableStatement(node.parent) ? node.declarations.length : 0;
    else if (ts.isStatement(node) && !ts.isBlock(node) && !ts.isVariableStatement(node) && !ts.isFunctionDeclaration(node) && !isModuleLevel(node)) count++;
  });
  for (const statement of parse(text).statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined && includes(statement.name?.text ?? "")) countIn(statement.body);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer !== undefined && ts.isArrowFunction(initializer) && includes(name.getText())) {
        if (ts.isBlock(initializer.body)) countIn(initializer.body);
        else count++;
      }
    }
  }
  return count;
}

const isAssignment = (kind: ts.SyntaxKind): boolean => kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

function assignedNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const addAll = (target: ts.Node): void => visit(target, (node) => {
    if (ts.isIdentifier(node)) names.add(node.text);
  });
  visit(file, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && !ts.isPropertyAccessExpression(node.left) && !ts.isElementAccessExpression(node.left)) addAll(node.left);
    if (ts.isPostfixUnaryExpression(node) || (ts.isPrefixUnaryExpression(node) && node.operator !== ts.SyntaxKind.MinusToken)) {
      if (ts.isIdentifier(node.operand)) names.add(node.operand.text);
    }
  });
  return names;
}

/** `const a = b` where b never changes: a second name for one thing. Those that stand in the source too are the user's. */
export function renamingCopies(text: string, source: string): readonly string[] {
  const file = parse(text);
  const assigned = assignedNames(file);
  const copies: string[] = [];
  visit(file, (node) => {
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isIdentifier(node.name) || !ts.isIdentifier(node.initializer)) return;
    const isConst = ts.isVariableDeclarationList(node.parent) && (node.parent.flags & ts.NodeFlags.Const) !== 0;
    const declaration = node.getText();
    if (isConst && !assigned.has(node.initializer.text) && node.initializer.text !== "undefined" && !source.includes(declaration)) copies.push(declaration);
  });
  return copies;
}

export function countLoops(text: string): number {
  let count = 0;
  visit(parse(text), (node) => {
    if (ts.isIterationStatement(node, false)) count++;
  });
  return count;
}
