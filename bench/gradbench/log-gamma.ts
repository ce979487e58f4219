// The logarithm of the multivariate gamma function at multiples of one half, which is where a Wishart prior needs it.

/** log Γ(a) for a = 1/2, 1, 3/2, 2, … by the recurrence Γ(a) = (a - 1) Γ(a - 1). */
function logGamma(a: number): number {
  let result = Number.isInteger(a) ? 0 : Math.log(Math.PI) / 2;
  for (let b = a - 1; b > 0; b--) result += Math.log(b);
  return result;
}

/** log Γ_d(a), the d-variate gamma function. */
export function multivariateLogGamma(d: number, a: number): number {
  let result = ((d * (d - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= d; j++) result += logGamma(a + (1 - j) / 2);
  return result;
}
