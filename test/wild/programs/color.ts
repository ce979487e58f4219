// Colors between spaces: culori, whose objects get fields after they were made.
import { convertLabToLch, convertRgbToOklab } from "culori";

export const chroma = (l: number, a: number, b: number): number => convertLabToLch({ l, a, b }).c;
export const lightness = (r: number, g: number, b: number): number => convertRgbToOklab({ r, g, b }).l;

export const samples = { chroma: [[50, 20, 30]], lightness: [[0.3, 0.4, 0.5]] };
