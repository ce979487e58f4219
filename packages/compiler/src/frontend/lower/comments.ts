// The user's comments in front of a statement, as they will stand in front of its derivative.
// Leaves out what speaks to tools about the line itself (lint and compiler directives).
import { ts } from "ts-morph";
import { isInserted } from "../sources.ts";

const DIRECTIVE = /^(\/\/|\/\*)\s*(@ts-|eslint|oxlint|prettier-|biome-|istanbul|c8|v8 ignore|#region|#endregion|#__)|^\/\*\*[\s*]*@checkpoint\b/;

export function leadingComments(node: ts.Node): readonly string[] {
  const file = node.getSourceFile();
  const ranges = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  return ranges.filter((x) => !isInserted(file, x.pos)).map((x) => dedent(file.text.slice(x.pos, x.end))).filter((x) => !DIRECTIVE.test(x));
}

/** block comments lose the indentation of their later lines */
const dedent = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/\n[ \t]+\*/g, "\n *").replace(/\n[ \t]+(?!\*)/g, "\n");
