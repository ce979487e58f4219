// `cotangent check`: compares the siblings on disk with what a build would write. Writes nothing.
import { conclude, FINE, openSession, UNUSABLE, WRONG, type CommonOptions } from "./session.ts";
import { selectFiles } from "./select.ts";
import type { Terminal } from "./terminal.ts";

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

export function check(patterns: readonly string[], options: CommonOptions, terminal: Terminal): Promise<number> {
  const session = openSession(terminal, options);
  const selected = selectFiles(patterns, terminal);
  const found = session.timed("check", () => (selected === null ? session.compiler.check() : session.compiler.check(selected)));
  const shown = (paths: readonly string[]): readonly string[] => paths.map((x) => session.shown(session.absolute(x)));
  const lists = { stale: shown(found.stale), missing: shown(found.missing), orphaned: shown(found.orphaned) };
  for (const [state, paths] of Object.entries(lists)) for (const path of paths) session.reporter.result(`${state} ${path}\n`);
  const count = lists.stale.length + lists.missing.length + lists.orphaned.length;
  if (count > 0) {
    const arguments_ = [...patterns, ...(options.project === undefined ? [] : ["--project", options.project]), ...(lists.orphaned.length > 0 ? ["--prune"] : [])];
    session.reporter.say(`run \`cotangent build${arguments_.map((x) => ` ${quoted(x)}`).join("")}\` to fix ${count === 1 ? "it" : "them"}\n`);
  } else if (found.diagnostics.every((x) => x.severity !== "error")) {
    session.reporter.say("all generated files are up to date\n");
  }
  const nothing = count === 0 && found.current.length === 0 && found.diagnostics.length === 0;
  if (nothing) session.reporter.say("looked for JSDoc tags (@grad, @valueAndGrad, @jvp, @vjp, …) and found none\n");
  return Promise.resolve(conclude(session, options, found.diagnostics, lists, count > 0 ? WRONG : nothing && patterns.length > 0 ? UNUSABLE : FINE));
}
