// Fits the oscillation to noisy measurements with the generated gradient, after checking that gradient against differences.
import { ravel } from "cotangent";
import { minimize } from "./lbfgs.js";
import { lossGrad, lossValueAndGrad } from "./loss.grad.js";
import { loss, response, type Measurement, type Oscillation } from "./loss.js";

const truth: Oscillation = { amplitude: 2, decay: 0.25, frequency: 3, phase: 0.6, offset: 0.5 };
const start: Oscillation = { amplitude: 1, decay: 0.1, frequency: 2.7, phase: 0, offset: 0 };

/** measurements with noise that is the same in every run */
function measure(count: number): readonly Measurement[] {
  const noise = (i: number): number => 0.05 * Math.sin(12.9898 * i) * Math.cos(78.233 * i);
  return Array.from({ length: count }, (_, i) => {
    const time = (8 * i) / count;
    return { time, value: response(truth, time) + noise(i) };
  });
}

const names = Object.keys(truth) as (keyof Oscillation)[];
const row = (...cells: readonly (string | number)[]): string =>
  cells.map((cell) => (typeof cell === "number" ? cell.toFixed(6) : cell).padStart(14)).join("");

/** the largest error of the generated gradient, relative, against central differences */
function checkGradient(p: Oscillation, measurements: readonly Measurement[]): number {
  const gradient = lossGrad(p, measurements);
  console.log(row("", "generated", "differences"));
  let worst = 0;
  for (const name of names) {
    const h = 1e-5;
    const slope = (loss({ ...p, [name]: p[name] + h }, measurements) - loss({ ...p, [name]: p[name] - h }, measurements)) / (2 * h);
    worst = Math.max(worst, Math.abs(gradient[name] - slope) / Math.max(1, Math.abs(slope)));
    console.log(row(name, gradient[name], slope));
  }
  return worst;
}

const measurements = measure(200);

console.log("The gradient at the start");
const error = checkGradient(start, measurements);
console.log(`largest relative difference ${error.toExponential(1)}\n`);

const [flat, unravel] = ravel(start);
const fit = minimize((x) => {
  const [value, gradient] = lossValueAndGrad(unravel(x), measurements);
  return [value, ravel(gradient)[0]];
}, flat);
const found = unravel(fit.x);

console.log(`The fit: loss ${loss(start, measurements).toFixed(6)} -> ${fit.value.toFixed(6)} in ${fit.iterations} iterations`);
console.log(row("", "start", "found", "truth"));
for (const name of names) console.log(row(name, start[name], found[name], truth[name]));

const distance = Math.max(...names.map((name) => Math.abs(found[name] - truth[name])));
if (!(error < 1e-6)) throw new Error("the generated gradient disagrees with differences");
if (!(distance < 0.05)) throw new Error("the fit did not find the oscillation");
