// GradBench `ba`: bundle adjustment. The residuals of one observation are differentiated; plain code around them
// arranges the 2 x 15 blocks as one sparse matrix, stored by compressed rows.
import { grad, jacobian as jacobianOf } from "cotangent";

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

const reprojectionJacobian = jacobianOf(reprojection, { wrt: [0, 1, 2] });
const weightGradient = grad(weightResidual);

/** Observation i belongs to camera i mod n and to point i mod m, with a weight and a feature of its own. */
export interface Problem {
  cams: number[][];
  points: number[][];
  weights: number[];
  feats: number[][];
}

export function objective({ cams, points, weights, feats }: Problem): { reprojections: number[]; weightErrors: number[] } {
  const reprojections: number[] = [];
  const weightErrors: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    reprojections.push(...reprojection(cams[i % cams.length], points[i % points.length], weights[i], feats[i]));
    weightErrors.push(weightResidual(weights[i]));
  }
  return { reprojections, weightErrors };
}

export interface SparseMatrix {
  rows: Int32Array;
  cols: Int32Array;
  vals: Float64Array;
}

export function jacobian({ cams, points, weights, feats }: Problem): SparseMatrix {
  const n = cams.length;
  const m = points.length;
  const p = weights.length;
  const rows = new Int32Array(3 * p + 1);
  const cols = new Int32Array(31 * p);
  const vals = new Float64Array(31 * p);
  let row = 0;
  let next = 0;
  const entry = (column: number, value: number): void => {
    cols[next] = column;
    vals[next] = value;
    next++;
  };
  const endRow = (): void => {
    row++;
    rows[row] = next;
  };

  for (let i = 0; i < p; i++) {
    const cam = i % n;
    const point = i % m;
    for (const [camBar, pointBar, weightBar] of reprojectionJacobian(cams[cam], points[point], weights[i], feats[i])) {
      for (let j = 0; j < 11; j++) entry(11 * cam + j, camBar[j]);
      for (let j = 0; j < 3; j++) entry(11 * n + 3 * point + j, pointBar[j]);
      entry(11 * n + 3 * m + i, weightBar);
      endRow();
    }
  }
  for (let i = 0; i < p; i++) {
    entry(11 * n + 3 * m + i, weightGradient(weights[i]));
    endRow();
  }
  return { rows, cols, vals };
}
