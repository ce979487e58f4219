// Annuities: financial, TypeScript compiled to JavaScript with its enum as an object.
import { fv, pmt, pv } from "financial";

export const future = (rate: number, payment: number): number => fv(rate, 10, payment, -100);
export const payment = (rate: number, loan: number): number => pmt(rate, 12, loan);
export const present = (rate: number, payment: number): number => pv(rate, 12, payment);

export const samples = { future: [[0.05, -10]], payment: [[0.05, 100]], present: [[0.05, 100]] };
