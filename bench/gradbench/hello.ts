// GradBench `hello`: the square of a number. It only exercises the protocol.
import { grad } from "cotangent";

export function square(x: number): number {
  return x * x;
}

export const double = grad(square);
