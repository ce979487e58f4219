// Derivatives of `@stdlib/math-base-special-*`, by the last part of the name. The sources are CommonJS with tables of coefficients; what they
// compute has a derivative that can be written down. Every program carries this text as a module (frontend/package-rules.ts), so the rules are
// differentiated like code of the user. They may use `Math`, the arguments, the value, and each other. So are rules of the library's functions of arrays.
// Sources: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 4, 6, 7 and 27.
import { customRule } from "cotangent";

type One = [x: number];
type Two = [x: number, y: number];

/** 2 / √π */
const SLOPE_OF_ERF = 1.1283791670955126;
const HALF_ROOT_PI = 0.886226925452758;

/** ψ⁽ⁿ⁾(x): shifted by 6.4.6 to where the asymptotic series 6.3.18, 6.4.11 is exact to double precision */
function polygammaOf(n: number, x: number): number {
  // B₂, B₄, …
  const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
  let s = x;
  let shift = 0;
  while (s < 16 + n) {
    shift += s ** -(n + 1);
    s++;
  }
  if (n === 0) {
    let sum = Math.log(s) - 0.5 / s;
    for (let k = 0; k < bernoulli.length; k++) sum -= bernoulli[k]! / (2 * k + 2) / s ** (2 * k + 2);
    return sum - shift;
  }
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  let sum = (factorial / n) * s ** -n + (factorial / 2) * s ** -(n + 1);
  let coefficient = (factorial * (n + 1)) / 2;
  for (let k = 1; k <= bernoulli.length; k++) {
    sum += bernoulli[k - 1]! * coefficient * s ** -(2 * k + n);
    coefficient *= ((2 * k + n) * (2 * k + n + 1)) / ((2 * k + 1) * (2 * k + 2));
  }
  return (n % 2 === 1 ? 1 : -1) * (sum + factorial * shift);
}

/** the order is a whole number and has no derivative */
const polygamma: (n: number, x: number) => number = customRule(polygammaOf, { vjp: ([n, x], _value, c) => [null, c * polygamma(n + 1, x)] });

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const stdlib = {
  beta: { vjp: ([x, y]: Two, b: number, c: number): Two => [c * b * (polygamma(0, x) - polygamma(0, x + y)), c * b * (polygamma(0, y) - polygamma(0, x + y))] },
  betaln: { vjp: ([x, y]: Two, _b: number, c: number): Two => [c * (polygamma(0, x) - polygamma(0, x + y)), c * (polygamma(0, y) - polygamma(0, x + y))] },
  cospi: { vjp: ([x]: One, _y: number, c: number): One => [-c * Math.PI * Math.sin(Math.PI * x)] },
  digamma: { vjp: ([x]: One, _y: number, c: number): One => [c * polygamma(1, x)] },
  erf: { vjp: ([x]: One, _y: number, c: number): One => [c * SLOPE_OF_ERF * Math.exp(-x * x)] },
  erfc: { vjp: ([x]: One, _y: number, c: number): One => [-c * SLOPE_OF_ERF * Math.exp(-x * x)] },
  erfcinv: { vjp: (_x: One, y: number, c: number): One => [-c * HALF_ROOT_PI * Math.exp(y * y)] },
  erfcx: { vjp: ([x]: One, y: number, c: number): One => [c * (2 * x * y - SLOPE_OF_ERF)] },
  erfinv: { vjp: (_x: One, y: number, c: number): One => [c * HALF_ROOT_PI * Math.exp(y * y)] },
  exp10: { vjp: (_x: One, y: number, c: number): One => [c * y * Math.LN10] },
  exp2: { vjp: (_x: One, y: number, c: number): One => [c * y * Math.LN2] },
  expit: { vjp: ([x]: One, _y: number, c: number): One => [c * sigmoid(x) * sigmoid(-x)] },
  factorial: { vjp: ([x]: One, y: number, c: number): One => [c * y * polygamma(0, x + 1)] },
  factorialln: { vjp: ([x]: One, _y: number, c: number): One => [c * polygamma(0, x + 1)] },
  gamma: { vjp: ([x]: One, y: number, c: number): One => [c * y * polygamma(0, x)] },
  gamma1pm1: { vjp: ([x]: One, y: number, c: number): One => [c * (y + 1) * polygamma(0, x + 1)] },
  gammaln: { vjp: ([x]: One, _y: number, c: number): One => [c * polygamma(0, x)] },
  ln: { vjp: ([x]: One, _y: number, c: number): One => [c / x] },
  log1mexp: { vjp: ([x]: One, _y: number, c: number): One => [(c * Math.sign(x)) / Math.expm1(Math.abs(x))] },
  log1pexp: { vjp: ([x]: One, _y: number, c: number): One => [c * sigmoid(x)] },
  logaddexp: { vjp: ([x, y]: Two, _z: number, c: number): Two => [c * sigmoid(x - y), c * sigmoid(y - x)] },
  logit: { vjp: ([p]: One, _y: number, c: number): One => [c / (p * (1 - p))] },
  polygamma: { vjp: ([n, x]: Two, _y: number, c: number): [null, number] => [null, c * polygamma(n + 1, x)] },
  rsqrt: { vjp: ([x]: One, y: number, c: number): One => [(-0.5 * c * y) / x] },
  sinc: { vjp: ([x]: One, y: number, c: number): One => [x === 0 ? 0 : (c * (Math.cos(Math.PI * x) - y)) / x] },
  sinpi: { vjp: ([x]: One, _y: number, c: number): One => [c * Math.PI * Math.cos(Math.PI * x)] },
  spence: { vjp: ([x]: One, _y: number, c: number): One => [x === 1 ? -c : (c * Math.log(x)) / (1 - x)] },
  trigamma: { vjp: ([x]: One, _y: number, c: number): One => [c * polygamma(2, x)] },
  xlog1py: { vjp: ([x, y]: Two, _z: number, c: number): Two => [c * Math.log1p(y), (c * x) / (1 + y)] },
  xlogy: { vjp: ([x, y]: Two, _z: number, c: number): Two => [c * Math.log(y), (c * x) / y] },
};

export const math = {
  /** of `Math.hypot(...v)`; nothing at the origin, where the slope of the cone is any number from -1 to 1 */
  hypot: {
    jvp: ([v]: [v: readonly number[]], [s]: [s: readonly number[]]): [number, number] => {
      const h = Math.hypot(...v);
      let sum = 0;
      for (let i = 0; i < v.length; i++) sum += v[i]! * s[i]!;
      return [h, h === 0 ? 0 : sum / h];
    },
    vjp: ([v]: [v: readonly number[]], h: number, c: number): [number[]] => [v.map((x) => (h === 0 ? 0 : (c * x) / h))],
  },
};
