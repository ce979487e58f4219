// A row of the language table: a small program that proves what becomes of a piece of the language.

/**
 * What a program claims to show. `active`: numbers flow through the construct and its derivative is checked against differences;
 * `inert`: it stands beside them and carries no derivative. Whether it is refused instead is found out by compiling it.
 */
export type Role = "active" | "inert";

export interface Row {
  /** names of `SyntaxKind`, or `Owner.member` of the library */
  readonly names: readonly string[];
  readonly role: Role;
  /** statements in the body of `f(x: number, v: number[])`, after `let s = x` and before `return s` */
  readonly body: string;
  /** what stands before the function */
  readonly before: string;
  readonly extension: ".ts" | ".tsx";
  /** it needs a method that not every supported version of Node has */
  readonly recent: boolean;
  /** differences say nothing; one mode is compared with the other */
  readonly unsettled: boolean;
}

export interface Extras {
  readonly before?: string;
  readonly tsx?: true;
  readonly recent?: boolean;
  readonly unsettled?: boolean;
}

const make = (role: Role) => (names: string, body: string, { before = "", tsx, recent = false, unsettled = false }: Extras = {}): Row =>
  ({ names: names.split(" "), role, body, before, extension: tsx === true ? ".tsx" : ".ts", recent, unsettled });

export const active = make("active");
export const inert = make("inert");

/** where the derivatives are taken; every number is away from the turns of every program */
export const ARGUMENTS = (): readonly unknown[] => [1.3, [0.7, 2.1, -0.4]];

export const programOf = ({ before, body }: Row): string =>
  `${before === "" ? "" : `${before}\n\n`}export function f(x: number, v: number[]): number {\n  let s = x;\n${body.split("\n").map((line) => `  ${line}`).join("\n")}\n  return s;\n}\n`;
