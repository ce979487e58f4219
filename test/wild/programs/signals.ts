// Shapes of peaks in spectra: ml-peak-shape-generator, which ships the TypeScript that it is made of.
import { gaussianFct, lorentzianFct } from "ml-peak-shape-generator";

export const gaussian = (x: number, fwhm: number): number => gaussianFct(x, fwhm);
export const lorentzian = (x: number, fwhm: number): number => lorentzianFct(x, fwhm);

/** how badly two peaks explain a spectrum */
export function residual(width: number, center: number, height: number): number {
  let sum = 0;
  for (let x = 0; x < 5; x++) {
    const error = height * gaussianFct(x - center, width) + lorentzianFct(x - 3, width) - Math.sin(x);
    sum += error * error;
  }
  return sum;
}

export const samples = { gaussian: [[0.4, 2]], lorentzian: [[0.4, 2]], residual: [[1.5, 1.8, 0.7]] };
