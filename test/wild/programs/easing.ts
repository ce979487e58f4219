// Easing curves of animations: d3-ease, a bundle of untyped JavaScript whose types come from @types/d3-ease.
import * as ease from "d3-ease";
import { easeBounceOut, easeCubicInOut } from "d3-ease";

export const cubic = (t: number): number => easeCubicInOut(t);
export const bounce = (t: number): number => easeBounceOut(t);
export const exponential = (t: number): number => ease.easeExpInOut(t);
export const sine = (t: number): number => ease.easeSinInOut(t);
export const circle = (t: number): number => ease.easeCircleOut(t);

/** how fast a marker passes a place on its way: the velocity of a tween */
export function arrival(duration: number, distance: number): number {
  let late = 0;
  for (let frame = 1; frame <= 4; frame++) late += distance * (1 - easeCubicInOut(Math.min(frame / (4 * duration), 1)));
  return late;
}

const times = [[0.15], [0.4], [0.85]];
export const samples = { cubic: times, bounce: times, exponential: times, sine: times, circle: times, arrival: [[1.2, 30]] };
