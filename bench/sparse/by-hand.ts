// The derivative of bundle adjustment as one writes it by hand: the 2 x 15 block of an observation and the derivative of its weight residual,
// in reverse order of the projection, once for each of the two residuals. Only numbers are computed here, no rows and no columns.

/** 31 numbers for each observation: per residual 11 of the camera, 3 of the point, 1 of the weight; then that of the weight residual */
export function blocksByHand(cams: readonly (readonly number[])[], points: readonly (readonly number[])[], weights: readonly number[], feats: readonly (readonly number[])[]): Float64Array {
  const n = cams.length;
  const m = points.length;
  const out = new Float64Array(31 * weights.length);
  for (let i = 0; i < weights.length; i++) {
    const cam = cams[i % n]!;
    const point = points[i % m]!;
    const weight = weights[i]!;
    const feat = feats[i]!;
    const r0 = cam[0]!;
    const r1 = cam[1]!;
    const r2 = cam[2]!;
    const y0 = point[0]! - cam[3]!;
    const y1 = point[1]! - cam[4]!;
    const y2 = point[2]! - cam[5]!;
    const f = cam[6]!;
    const k1 = cam[9]!;
    const k2 = cam[10]!;
    const square = r0 * r0 + r1 * r1 + r2 * r2;
    const angle = Math.sqrt(square);
    const isStill = square === 0;
    const inverse = isStill ? 0 : 1 / angle;
    const v0 = r0 * inverse;
    const v1 = r1 * inverse;
    const v2 = r2 * inverse;
    const cosine = isStill ? 1 : Math.cos(angle);
    const sine = isStill ? 0 : Math.sin(angle);
    const along = v0 * y0 + v1 * y1 + v2 * y2;
    const rest = 1 - cosine;
    // v x y, or r x y where nothing turns
    const a0 = isStill ? r0 : v0;
    const a1 = isStill ? r1 : v1;
    const a2 = isStill ? r2 : v2;
    const across0 = a1 * y2 - a2 * y1;
    const across1 = a2 * y0 - a0 * y2;
    const across2 = a0 * y1 - a1 * y0;
    const turn = isStill ? 1 : sine;
    const z0 = y0 * cosine + across0 * turn + v0 * along * rest;
    const z1 = y1 * cosine + across1 * turn + v1 * along * rest;
    const z2 = y2 * cosine + across2 * turn + v2 * along * rest;
    const px = z0 / z2;
    const py = z1 / z2;
    const s = px * px + py * py;
    const distortion = 1 + k1 * s + k2 * s * s;
    const slope = k1 + 2 * k2 * s;
    for (let j = 0; j < 2; j++) {
      const at = 31 * i + 15 * j;
      const p = j === 0 ? px : py;
      // residual = weight * (f * distortion * p + u - feat)
      const pBar = weight * f * distortion;
      const sBar = weight * f * p * slope;
      const pxBar = (j === 0 ? pBar : 0) + 2 * px * sBar;
      const pyBar = (j === 1 ? pBar : 0) + 2 * py * sBar;
      const z0Bar = pxBar / z2;
      const z1Bar = pyBar / z2;
      const z2Bar = -(pxBar * px + pyBar * py) / z2;
      // across = a x y gives aBar += y x acrossBar, yBar += acrossBar x a
      const c0 = turn * z0Bar;
      const c1 = turn * z1Bar;
      const c2 = turn * z2Bar;
      let y0Bar = cosine * z0Bar + (c1 * a2 - c2 * a1);
      let y1Bar = cosine * z1Bar + (c2 * a0 - c0 * a2);
      let y2Bar = cosine * z2Bar + (c0 * a1 - c1 * a0);
      let a0Bar = y1 * c2 - y2 * c1;
      let a1Bar = y2 * c0 - y0 * c2;
      let a2Bar = y0 * c1 - y1 * c0;
      let r0Bar = a0Bar;
      let r1Bar = a1Bar;
      let r2Bar = a2Bar;
      if (!isStill) {
        const dot = v0 * z0Bar + v1 * z1Bar + v2 * z2Bar;
        const alongBar = dot * rest;
        const restBar = dot * along;
        const scale = along * rest;
        a0Bar += z0Bar * scale + alongBar * y0;
        a1Bar += z1Bar * scale + alongBar * y1;
        a2Bar += z2Bar * scale + alongBar * y2;
        y0Bar += alongBar * v0;
        y1Bar += alongBar * v1;
        y2Bar += alongBar * v2;
        const cosineBar = y0 * z0Bar + y1 * z1Bar + y2 * z2Bar - restBar;
        const sineBar = across0 * z0Bar + across1 * z1Bar + across2 * z2Bar;
        // v = r / angle
        const angleBar = cosine * sineBar - sine * cosineBar - (a0Bar * v0 + a1Bar * v1 + a2Bar * v2) * inverse;
        r0Bar = a0Bar * inverse + angleBar * v0;
        r1Bar = a1Bar * inverse + angleBar * v1;
        r2Bar = a2Bar * inverse + angleBar * v2;
      }
      out[at] = r0Bar;
      out[at + 1] = r1Bar;
      out[at + 2] = r2Bar;
      out[at + 3] = -y0Bar;
      out[at + 4] = -y1Bar;
      out[at + 5] = -y2Bar;
      out[at + 6] = weight * distortion * p;
      out[at + 7] = j === 0 ? weight : 0;
      out[at + 8] = j === 1 ? weight : 0;
      out[at + 9] = weight * f * p * s;
      out[at + 10] = weight * f * p * s * s;
      out[at + 11] = y0Bar;
      out[at + 12] = y1Bar;
      out[at + 13] = y2Bar;
      out[at + 14] = f * distortion * p + cam[7 + j]! - feat[j]!;
    }
    out[31 * i + 30] = -2 * weight;
  }
  return out;
}
