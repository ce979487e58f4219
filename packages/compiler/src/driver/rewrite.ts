// Puts a transformed module together: edits of the user's text, imports, generated functions at the end, and the source map.
// Assumes edits that do not overlap. Guarantees that generated statements map to the user's statements that they serve.
import { encode, type SourceMapMappings } from "@jridgewell/sourcemap-codec";
import MagicString from "magic-string";
import { placesIn } from "../diagnostics/places.ts";
import type { ImportedName } from "../frontend/home.ts";
import type { Edit } from "../frontend/module.ts";
import type { SourceMap } from "./result.ts";
import type { SectionEntry } from "./section.ts";

export interface Rewrite {
  readonly path: string;
  readonly text: string;
  readonly edits: readonly Edit[];
  readonly imports: readonly ImportedName[];
  readonly importAt: number;
  /** declarations that stand with the imports: constants that generated functions read */
  readonly constants?: readonly string[];
  readonly entries: readonly SectionEntry[];
  readonly newline: string;
  /** the name of a file in the map, and its text */
  readonly sourceName: (file: string) => string;
  readonly textOf: (file: string) => string | undefined;
}

const specifierText = (specifier: string): string => `"${specifier}"`;

/** Import declarations, one per module, in the order in which modules were first needed. */
export function importText(imports: readonly ImportedName[], newline: string): string {
  const lines: string[] = [];
  for (const specifier of new Set(imports.map((x) => x.specifier))) {
    const names = imports.filter((x) => x.specifier === specifier);
    for (const x of names.filter((n) => n.name === "*")) lines.push(`import ${x.typeOnly ? "type " : ""}* as ${x.local} from ${specifierText(specifier)};`);
    for (const typeOnly of [true, false]) {
      const some = names.filter((x) => x.name !== "*" && x.typeOnly === typeOnly).map((x) => (x.name === x.local ? x.name : `${x.name} as ${x.local}`)).sort();
      if (some.length > 0) lines.push(`import ${typeOnly ? "type " : ""}{ ${some.join(", ")} } from ${specifierText(specifier)};`);
    }
  }
  return lines.map((x) => x + newline).join("");
}

type Segment = SourceMapMappings[number][number];

/** the lines of generated functions as map segments: a statement points at the place that it serves */
function segmentsOf(entries: readonly SectionEntry[], sources: string[], { sourceName, textOf }: Rewrite): SourceMapMappings {
  const lines: Segment[][] = [];
  const numbers = new Map<string, number>();
  const places = new Map<string, ReturnType<typeof placesIn>>();
  for (const { text, mappings } of entries) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) if (text[i] === "\n") starts.push(i + 1);
    const found: Segment[][] = starts.map(() => []);
    let line = 0;
    for (const { offset, span } of [...mappings].sort((a, b) => a.offset - b.offset)) {
      while (line + 1 < starts.length && starts[line + 1]! <= offset) line++;
      let at = numbers.get(span.file);
      if (at === undefined) {
        const name = sourceName(span.file);
        at = sources.includes(name) ? sources.indexOf(name) : sources.push(name) - 1;
        numbers.set(span.file, at);
        places.set(span.file, placesIn(textOf(span.file) ?? ""));
      }
      const place = places.get(span.file)!(span.start);
      found[line]?.push([offset - (starts[line] ?? 0), at, place.line - 1, place.column - 1]);
    }
    lines.push(...found, []);
  }
  return lines;
}

export interface Rewritten {
  readonly code: string;
  readonly map: SourceMap;
}

export function rewrite(input: Rewrite): Rewritten {
  const { text, edits, imports, importAt, entries, newline, path, sourceName, textOf } = input;
  const magic = new MagicString(text);
  for (const { start, end, text: replacement } of edits) {
    if (start === end) magic.appendLeft(start, replacement);
    else if (replacement === "") magic.remove(start, end);
    else magic.overwrite(start, end, replacement);
  }
  const head = importText(imports, newline) + (input.constants ?? []).map((x) => x.replaceAll("\n", newline) + newline).join("");
  if (head !== "") magic.appendLeft(importAt, importAt > 0 && !/[\n\r]$/.test(text.slice(0, importAt)) ? newline + head : head);
  const edited = magic.toString();
  const decoded = magic.generateDecodedMap({ source: sourceName(path), hires: "boundary" });
  const sources = [sourceName(path)];
  const gap = edited === "" || edited.endsWith("\n") ? newline : newline + newline;
  const section = entries.map((x) => x.text.replaceAll("\n", newline)).join(newline + newline);
  const before = (edited + gap).split("\n").length - 1;
  const mappings: SourceMapMappings = decoded.mappings.slice(0, before);
  while (mappings.length < before) mappings.push([]);
  mappings.push(...segmentsOf(entries, sources, input));
  const code = entries.length === 0 ? edited : `${edited}${gap}${section}${newline}`;
  const contents = new Map([[sourceName(path), text]]);
  return {
    code,
    map: {
      version: 3,
      sources,
      sourcesContent: sources.map((name) => contents.get(name) ?? textOf(name) ?? null),
      names: [],
      mappings: encode(entries.length === 0 ? decoded.mappings : mappings),
    },
  };
}
