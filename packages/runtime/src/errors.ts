// What can go wrong at run time that only this package can tell: an uncompiled marker (CT9001), memory that two arguments
// share although the function writes to it (CT9002). Guarantees that the message starts with the code.

export type RuntimeCode = "CT9001" | "CT9002";

export class CotangentError extends Error {
  readonly code: RuntimeCode;

  constructor(code: RuntimeCode, message: string) {
    super(`${code}: ${message}`);
    this.name = "CotangentError";
    this.code = code;
  }
}
