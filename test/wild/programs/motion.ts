// Motion: popmotion and d3-ease, whose curves are made by functions when their modules start, and the curve of CSS.
import bezierEasing from "bezier-easing";
import { easeBackOut, easeElasticOut, easePolyIn } from "d3-ease";
import { anticipate, backIn, easeInOut, mix } from "popmotion";

export const power = (t: number): number => easePolyIn(t);
export const back = (t: number): number => easeBackOut(t);
export const elastic = (t: number): number => easeElasticOut(t);
export const both = (t: number): number => easeInOut(t);
export const ahead = (t: number): number => anticipate(t);
export const pulled = (from: number, to: number, t: number): number => mix(from, to, backIn(t));
/** a table of samples is made, and searched by Newton's method */
export const css = (t: number, x: number): number => bezierEasing(x, 0.2, 0.6, 1)(t);

const times = [[0.3], [0.7]];
export const samples = { power: times, back: times, elastic: times, both: times, ahead: times, pulled: [[1, 2, 0.3]], css: [[0.3, 0.4]] };
