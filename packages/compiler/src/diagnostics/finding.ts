// How findings are made. Only the catalog does.
import type { Finding, Note, Span } from "./diagnostic.ts";

type Code = Finding["code"];

export const error = (code: Code, span: Span, message: string, help: string | null = null, notes: readonly Note[] = []): Finding =>
  ({ code, severity: "error", message, span, notes, help });

export const warning = (code: Code, span: Span, message: string, help: string | null = null): Finding =>
  ({ code, severity: "warning", message, span, notes: [], help });
