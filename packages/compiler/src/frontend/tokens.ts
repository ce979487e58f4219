// Are two texts the same code but for formatting? Compares tokens; what formatters add and drop does not count.
import { ts } from "ts-morph";

const FORMATTING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.SemicolonToken, ts.SyntaxKind.CommaToken, ts.SyntaxKind.OpenParenToken, ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.OpenBraceToken, ts.SyntaxKind.CloseBraceToken, ts.SyntaxKind.BarToken,
]);

function* tokens(text: string): Generator<string> {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (FORMATTING.has(kind)) continue;
    if (kind === ts.SyntaxKind.StringLiteral) yield `"${scanner.getTokenValue()}"`;
    else yield kind === ts.SyntaxKind.NumericLiteral ? scanner.getTokenValue() : scanner.getTokenText();
  }
}

export function sameCode(a: string, b: string): boolean {
  const right = tokens(b);
  for (const token of tokens(a)) if (right.next().value !== token) return false;
  return right.next().done === true;
}
