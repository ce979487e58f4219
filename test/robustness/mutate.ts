// Damages a text as editors and merges do: tokens vanish, come twice or change places, lines move. Seeded, so that a find can be repeated.
import { ts } from "ts-morph";
import type { Random } from "../harness/random.ts";

interface Token {
  readonly start: number;
  readonly end: number;
  /** words take the places of words, operators of operators: what results may still parse, and gets further */
  readonly family: string;
}

function familyOf(kind: ts.SyntaxKind): string {
  if (kind === ts.SyntaxKind.NumericLiteral || kind === ts.SyntaxKind.Identifier) return "value";
  if (kind >= ts.SyntaxKind.FirstBinaryOperator && kind <= ts.SyntaxKind.LastBinaryOperator) return "operator";
  return kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword ? "keyword" : "other";
}

function tokensOf(text: string): readonly Token[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text);
  const tokens: Token[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) tokens.push({ start: scanner.getTokenStart(), end: scanner.getTokenEnd(), family: familyOf(kind) });
  return tokens;
}

function swapped(text: string, a: Token, b: Token): string {
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  if (second.start < first.end) return text;
  return text.slice(0, first.start) + text.slice(second.start, second.end) + text.slice(first.end, second.start) + text.slice(first.start, first.end) + text.slice(second.end);
}

/** one to three wounds */
export function mutate(text: string, random: Random): string {
  let current = text;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const tokens = tokensOf(current);
    if (tokens.length < 2) return current;
    const pick = (): Token => tokens[random.below(tokens.length)]!;
    const token = pick();
    const word = current.slice(token.start, token.end);
    switch (random.below(12)) {
      case 0: current = current.slice(0, token.start) + current.slice(token.end); break;
      case 1: current = `${current.slice(0, token.end)} ${word}${current.slice(token.end)}`; break;
      case 2: { const i = random.below(tokens.length - 1); current = swapped(current, tokens[i]!, tokens[i + 1]!); break; }
      case 3: current = swapped(current, token, pick()); break;
      case 4: { const other = pick(); current = current.slice(0, token.start) + current.slice(other.start, other.end) + current.slice(token.end); break; }
      case 5: {
        const lines = current.split("\n");
        const [i, j] = [random.below(lines.length), random.below(lines.length)];
        [lines[i], lines[j]] = [lines[j]!, lines[i]!];
        current = lines.join("\n");
        break;
      }
      default: {
        const other = random.pick(tokens.filter((x) => x.family === token.family));
        current = current.slice(0, token.start) + current.slice(other.start, other.end) + current.slice(token.end);
      }
    }
  }
  return current;
}
