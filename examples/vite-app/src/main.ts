// Lets the chain slide downhill until it hangs still, then shows where its masses are.
import { grad } from "cotangent";
import { energy, type World } from "./chain";

const slope = grad(energy);

export function settle(count: number, world: World, rounds: number): Float64Array {
  const ys = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    const gradient = slope(ys, world);
    for (let i = 0; i < count; i++) ys[i]! -= 0.02 * gradient[i]!;
  }
  return ys;
}

const heights = settle(7, { gravity: 1, stiffness: 10, restLength: 0.9 }, 3000);
const app = document.querySelector("#app");
if (app !== null) app.textContent = [...heights].map((y) => y.toFixed(4)).join("\n");
