// What a check found, for programs and, as its message, for people.

/** A place about which there is something to say that is no error. */
export interface Remark {
  /** `kink`: a derivative there is a convention. `unclear`: differences do not tell. `index`: the function is not defined beside an integer without a derivative. */
  readonly kind: "kink" | "unclear" | "index";
  readonly path: string;
  readonly text: string;
}

export interface Failure {
  /** what the derivative disagrees with; `point`: the function has no derivative to compare with here */
  readonly what: "differences" | "modes" | "symmetry" | "value" | "shape" | "point";
  /** where: `w[3].x`; for a function of many results also which of them */
  readonly path: string;
  readonly derivative: number;
  readonly expected: number;
  /** the estimated error of `expected` */
  readonly error: number;
  readonly text: string;
}

export interface Report {
  readonly ok: boolean;
  /** how many derivatives were compared: numbers, or directions where there are many numbers */
  readonly compared: number;
  /** the largest relative difference of those that agree */
  readonly largest: number;
  readonly failure: Failure | null;
  readonly remarks: readonly Remark[];
  readonly message: string;
}

/** Thrown by a check that fails; its message is that of the report. */
export class CheckError extends Error {
  readonly report: Report;

  constructor(report: Report) {
    super(report.message);
    this.name = "CheckError";
    this.report = report;
  }
}

const MOST_REMARKS = 3;

const number = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(12))) : String(x));

/** both numbers, one below the other */
function comparison({ what, derivative, expected, error }: Failure): string {
  const [first, second] = what === "modes" ? ["reverse mode", "forward mode"] : what === "symmetry" ? ["one way", "the other"] : what === "value" ? ["with derivative", "function"] : ["derivative", "differences"];
  if (what === "shape" || what === "point") return "";
  const width = Math.max(first.length, second.length);
  return `\n  ${first.padEnd(width)}  ${number(derivative)}\n  ${second.padEnd(width)}  ${number(expected)}${error > 0 && Number.isFinite(error) ? ` ± ${error.toExponential(1)}` : ""}`;
}

function remarkText(remarks: readonly Remark[]): string {
  const lines = remarks.filter((x) => x.kind !== "index").map(({ path, text }) => `\n  at ${path}: ${text}`);
  const more = lines.length - MOST_REMARKS;
  return lines.slice(0, MOST_REMARKS).join("") + (more > 0 ? `\n  and ${more} more such place${more === 1 ? "" : "s"}` : "");
}

export interface Outcome {
  readonly compared: number;
  readonly largest: number;
  readonly failure: Failure | null;
  readonly remarks: readonly Remark[];
}

/** `subject`: what was checked, "the gradient of loss". */
export function reportOf(subject: string, { compared, largest, failure, remarks }: Outcome): Report {
  const message = failure === null
    ? `${subject}: ${compared} derivative${compared === 1 ? "" : "s"} compared, largest relative difference ${largest.toExponential(1)}${remarkText(remarks)}`
    : `${subject} ${failure.what === "point" ? "cannot be checked" : "is wrong"}${failure.path === "" ? "" : ` at ${failure.path}`}${failure.text === "" ? "" : `: ${failure.text}`}${comparison(failure)}`;
  return { ok: failure === null, compared, largest, failure, remarks, message };
}

/** The report, or the error of one that failed. */
export function conclude(report: Report): Report {
  if (!report.ok) throw new CheckError(report);
  return report;
}
