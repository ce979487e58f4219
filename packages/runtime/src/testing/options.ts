// How a check is done: what the user may say.

/** How a check is done. */
export interface CheckOptions {
  /** how far a derivative may be from differences, relative to the larger of both; default 1e-7, and at least 1e-6 for numbers of single precision */
  readonly tolerance?: number;
  /** the largest step, relative to the size of a number or of those beside it; default about 0.04. Later ones are halves of it */
  readonly step?: number;
  /** of random directions and weights; the same seed gives the same check */
  readonly seed?: number;
  /** how many random directions to compare along instead of number by number; 0: each number. Default: each of up to 256 numbers, else 4 directions for each part of the arguments */
  readonly directions?: number;
  /** what the report calls the parameters; default: their names in the text of the function */
  readonly names?: readonly string[];
}

/** what a derivative is with respect to: parameters by index, in order */
export type Chosen = number | readonly number[] | "all";
