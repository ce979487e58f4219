// GradBench `kmeans`: the sum of the squared distances of all points to their nearest centroids.
import { grad, jvp } from "cotangent";

function squaredDistance(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i];
    sum += difference * difference;
  }
  return sum;
}

export function cost(points: number[][], centroids: number[][]): number {
  let total = 0;
  for (const point of points) {
    let nearest = Infinity;
    for (const centroid of centroids) nearest = Math.min(nearest, squaredDistance(point, centroid));
    total += nearest;
  }
  return total;
}

export const gradient = grad(cost, { wrt: 1 });

const gradientAlong = jvp(gradient);

/** The Newton step. The Hessian is diagonal, so its product with ones is its diagonal; gradient and product come out of one run. */
export function direction(points: number[][], centroids: number[][]): number[][] {
  const ones = centroids.map((centroid) => centroid.map(() => 1));
  const [slopes, curvatures] = gradientAlong([points, centroids], [null, ones]);
  return slopes.map((row, j) => row.map((slope, i) => slope / curvatures[j][i]));
}
