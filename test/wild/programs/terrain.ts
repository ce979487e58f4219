// Maps and terrain: Mercator's projection as map servers have it, bearings on the globe, and noise.
import { SphericalMercator } from "@mapbox/sphericalmercator";
import { bearing } from "@turf/bearing";
import { convertLength, degreesToRadians, radiansToLength } from "@turf/helpers";
import { createNoise2D } from "simplex-noise";

const mercator = new SphericalMercator({ size: 256 });
export const northing = (longitude: number, latitude: number): number => mercator.forward([longitude, latitude])[1];
export const course = (from: number[], to: number[]): number => bearing(from, to);
export const arc = (degrees: number): number => radiansToLength(degreesToRadians(degrees), "miles");
export const kilometers = (miles: number): number => convertLength(miles, "miles", "kilometers");
export const height = (x: number, y: number): number => createNoise2D(() => 0.3)(x, y);

export const samples = { northing: [[12, 23]], course: [[[10, 20], [30, 50]]], arc: [[3]], kilometers: [[3]], height: [[0.3, 0.7]] };
