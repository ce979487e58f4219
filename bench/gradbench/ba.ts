// GradBench `ba`: bundle adjustment. All residuals are differentiated as one sparse matrix; plain code around it stores it by compressed rows.
import { jacobian as sparseJacobian } from "cotangent";

type Vec3 = [number, number, number];

const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

const scale = (s: number, a: Vec3): Vec3 => [s * a[0], s * a[1], s * a[2]];

const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** Rodrigues' formula: turns y about the axis r by the angle |r|. */
function rotate(r: Vec3, y: Vec3): Vec3 {
  const squaredAngle = dot(r, r);
  if (squaredAngle === 0) return add(y, cross(r, y));
  const angle = Math.sqrt(squaredAngle);
  const axis = scale(1 / angle, r);
  const cosine = Math.cos(angle);
  const along = scale(dot(axis, y) * (1 - cosine), axis);
  return add(add(scale(cosine, y), scale(Math.sin(angle), cross(axis, y))), along);
}

/** Where a camera (rotation, center, focal length, principal point, radial distortion) sees the point x. */
function project(cam: number[], x: number[]): [number, number] {
  const rotation: Vec3 = [cam[0], cam[1], cam[2]];
  const fromCenter: Vec3 = [x[0] - cam[3], x[1] - cam[4], x[2] - cam[5]];
  const [f, u0, u1, k1, k2] = cam.slice(6);
  const z = rotate(rotation, fromCenter);
  const px = z[0] / z[2];
  const py = z[1] / z[2];
  const s = px * px + py * py;
  const distortion = 1 + k1 * s + k2 * s * s;
  return [f * distortion * px + u0, f * distortion * py + u1];
}

export function reprojection(cam: number[], x: number[], w: number, feat: number[]): [number, number] {
  const [u, v] = project(cam, x);
  return [w * (u - feat[0]), w * (v - feat[1])];
}

export function weightResidual(w: number): number {
  return 1 - w * w;
}

/** Observation i belongs to camera i mod n and to point i mod m, with a weight and a feature of its own. */
export function residuals(cams: number[][], points: number[][], weights: number[], feats: number[][]): { reprojections: number[]; weightErrors: number[] } {
  const reprojections: number[] = [];
  const weightErrors: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    reprojections.push(...reprojection(cams[i % cams.length], points[i % points.length], weights[i], feats[i]));
    weightErrors.push(weightResidual(weights[i]));
  }
  return { reprojections, weightErrors };
}

export interface Problem {
  cams: number[][];
  points: number[][];
  weights: number[];
  feats: number[][];
}

export const objective = ({ cams, points, weights, feats }: Problem): { reprojections: number[]; weightErrors: number[] } => residuals(cams, points, weights, feats);

export const blocks = sparseJacobian(residuals, { wrt: [0, 1, 2], sparse: true });

/** By compressed rows: row r has the entries from `rows[r]` up to `rows[r + 1]`. */
export interface CompressedRows {
  rows: Int32Array;
  cols: Int32Array;
  vals: Float64Array;
}

/** Each row of a reprojection has 15 places, those of its camera, its point and its weight, zeros among them. */
export function jacobian({ cams, points, weights, feats }: Problem): CompressedRows {
  const [n, m, p] = [cams.length, points.length, weights.length];
  const rows = new Int32Array(3 * p + 1);
  const cols = new Int32Array(31 * p);
  const vals = new Float64Array(31 * p);
  const firstPoint = 11 * n;
  const firstWeight = firstPoint + 3 * m;
  for (let i = 0; i < p; i++) {
    for (let at = 30 * i; at < 30 * i + 30; at += 15) {
      for (let j = 0; j < 11; j++) cols[at + j] = 11 * (i % n) + j;
      for (let j = 0; j < 3; j++) cols[at + 11 + j] = firstPoint + 3 * (i % m) + j;
      cols[at + 14] = firstWeight + i;
    }
    cols[30 * p + i] = firstWeight + i;
    rows[2 * i] = 30 * i;
    rows[2 * i + 1] = 30 * i + 15;
    rows[2 * p + i] = 30 * p + i;
  }
  rows[3 * p] = 31 * p;
  const found = blocks(cams, points, weights, feats);
  for (let row = 0; row < 3 * p; row++) {
    for (let k = found.starts[row]; k < found.starts[row + 1]; k++) {
      const col = found.cols[k];
      if (row >= 2 * p) vals[28 * p + row] = found.vals[k];
      else vals[15 * row + (col >= firstWeight ? 14 : col >= firstPoint ? 11 + ((col - firstPoint) % 3) : col % 11)] = found.vals[k];
    }
  }
  return { rows, cols, vals };
}
