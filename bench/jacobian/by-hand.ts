// The same Jacobians as a person would write them for speed.
type Row = readonly number[] | Float64Array;

function decay(p: readonly number[], times: Float64Array): Row[] {
  const [rate = 0, pulse = 0, phase = 0, size = 0] = p;
  const rows: Row[] = [];
  for (const t of times) {
    const fading = Math.exp(-rate * t);
    const angle = pulse * t + phase;
    const wave = Math.sin(angle);
    const slope = size * fading * Math.cos(angle);
    rows.push([-t * size * fading * wave, slope * t, slope, fading * wave]);
  }
  return rows;
}

function spread(conductivity: Float64Array, start: Float64Array, steps: number): Row[] {
  const k = conductivity.length;
  const zone = start.length / k;
  let u = start.slice();
  let uDot = new Float64Array(k * u.length);
  for (let t = 0; t < steps; t++) {
    const next = new Float64Array(u.length);
    const nextDot = new Float64Array(uDot.length);
    for (let i = 1; i < u.length - 1; i++) {
      const z = Math.floor(i / zone);
      const c = conductivity[z]!;
      const here = u[i]!;
      const bend = u[i - 1]! - 2 * here + u[i + 1]!;
      next[i] = here + c * bend - 0.01 * here * here;
      const slope = 1 - 2 * c - 0.02 * here;
      for (let l = 0; l < k; l++) nextDot[k * i + l] = slope * uDot[k * i + l]! + c * (uDot[k * (i - 1) + l]! + uDot[k * (i + 1) + l]!);
      nextDot[k * i + z]! += bend;
    }
    u = next;
    uDot = nextDot;
  }
  return Array.from(u, (_, i) => uDot.slice(k * i, k * i + k));
}

function tracks(s: number, r: number, b: number, steps: number): Row[] {
  const rows: Row[] = [];
  let [x, y, z] = [1, 1, 1];
  let [x0, x1, x2, y0, y1, y2, z0, z1, z2] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  const h = 0.001;
  for (let t = 0; t < steps; t++) {
    const [dx0, dx1, dx2] = [y - x + s * (y0 - x0), s * (y1 - x1), s * (y2 - x2)];
    const [dy0, dy1, dy2] = [x0 * (r - z) - x * z0 - y0, x1 * (r - z) + x * (1 - z1) - y1, x2 * (r - z) - x * z2 - y2];
    const [dz0, dz1, dz2] = [x0 * y + x * y0 - b * z0, x1 * y + x * y1 - b * z1, x2 * y + x * y2 - z - b * z2];
    const [dx, dy, dz] = [s * (y - x), x * (r - z) - y, x * y - b * z];
    x += h * dx; y += h * dy; z += h * dz;
    x0 += h * dx0; x1 += h * dx1; x2 += h * dx2;
    y0 += h * dy0; y1 += h * dy1; y2 += h * dy2;
    z0 += h * dz0; z1 += h * dz1; z2 += h * dz2;
    rows.push([x0, x1, x2]);
  }
  return rows;
}

function totals(x: Float64Array): Row[] {
  let [sum, squares] = [0, 0];
  for (const v of x) { sum += v; squares += v * v; }
  const rows = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)] as const;
  for (let i = 0; i < x.length; i++) {
    rows[0][i] = squares + 2 * sum * x[i]!;
    rows[1][i] = 2 * x[i]!;
    rows[2][i] = i * Math.cos(x[i]! * i);
  }
  return [...rows];
}

export const byHand = { decay, spread, tracks, totals };
