// How a program fared: right, refused with a located diagnostic, or one of the two things that must never happen.
import { describeDiagnostic, firstFailure, type Outcome } from "./workbench.ts";

export type Verdict =
  | { readonly kind: "right" }
  /** refused with a located diagnostic, or answered zero with a located warning that the derivative is lost */
  | { readonly kind: "refused" | "warned"; readonly code: string }
  | { readonly kind: "wrong" | "crashed"; readonly detail: string };

export const RIGHT: Verdict = { kind: "right" };

export const wrong = (detail: string): Verdict => ({ kind: "wrong", detail });

export const crashed = (error: unknown): Verdict => ({ kind: "crashed", detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });

type Refusal = Extract<Outcome, { readonly kind: "refused" }>;

/** Whether a diagnostic has a code and stands at a piece of text. */
export const isLocated = ({ code, file, line, column, start, end }: Refusal["diagnostics"][number]): boolean =>
  /^CT\d{4}$/.test(code) && file !== "" && line > 0 && column > 0 && start >= 0 && end > start;

/** The verdict on files that did not all compile; undefined where they did. A refusal without a place is a crash. */
export function failureOf(outcomes: readonly Outcome[]): Verdict | undefined {
  const failure = firstFailure(outcomes);
  if (failure === undefined) return undefined;
  if (failure.kind === "crashed") return crashed(failure.error);
  const errors = failure.diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return { kind: "crashed", detail: "refused without an error" };
  const lost = errors.find((diagnostic) => !isLocated(diagnostic));
  if (lost !== undefined) return { kind: "crashed", detail: `a diagnostic without a place: ${describeDiagnostic(lost)}` };
  return { kind: "refused", code: first.code };
}

const SEVERITY: readonly Verdict["kind"][] = ["right", "warned", "refused", "wrong", "crashed"];

/** The worst of several verdicts. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((found, next) => (SEVERITY.indexOf(next.kind) > SEVERITY.indexOf(found.kind) ? next : found), RIGHT);
}
