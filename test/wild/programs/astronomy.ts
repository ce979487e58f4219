// Where the sun stands: suncalc, module constants made of `Math`.
import { getPosition } from "suncalc";

export const altitude = (latitude: number, longitude: number): number => getPosition(new Date(0), latitude, longitude).altitude;

export const samples = { altitude: [[40, 10], [-20, 60]] };
