// Polygons: d3-polygon.
import { polygonArea, polygonCentroid, polygonLength } from "d3-polygon";

type Point = [number, number];

export const area = (corners: Point[]): number => polygonArea(corners);
export const perimeter = (corners: Point[]): number => polygonLength(corners);
export const centroid = (corners: Point[]): [number, number] => polygonCentroid(corners);

/** how far a shape is from being round: 1 for a circle */
export const roundness = (corners: Point[]): number => (4 * Math.PI * Math.abs(polygonArea(corners))) / polygonLength(corners) ** 2;

const shapes = [[[[0, 0], [1, 0.1], [0.9, 1.2]]], [[[0, 0], [2, 0.3], [1.8, 1.4], [0.2, 1]]]];
export const samples = { area: shapes, perimeter: shapes, centroid: shapes, roundness: shapes };
