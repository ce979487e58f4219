// `cotangent explain`: the page of a diagnostic code, from the catalog.
import { explainPage, pageOf } from "@cotangent/compiler";
import { createReporter, type ReportOptions } from "./report.ts";
import { FINE } from "./session.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export function explain(code: string, options: ReportOptions, terminal: Terminal): number {
  const page = pageOf(code);
  if (page === undefined) throw new UsageError(`there is no diagnostic ${code}; codes look like CT1004`);
  const reporter = createReporter(terminal, options, () => undefined);
  const text = explainPage(page);
  reporter.result(text);
  reporter.finish({ code: page.code, title: page.title, text });
  return FINE;
}
