// Rigid bodies of a physics engine: cannon-es, classes in one bundle of untyped JavaScript.
import * as cannon from "cannon-es";

export const crossed = (x: number, y: number): number => new cannon.Vec3(x, y, 1).cross(new cannon.Vec3(1, 2, 3)).length();
export const projected = (v: cannon.Vec3): number => v.dot(new cannon.Vec3(1, 2, 3)) + v.lengthSquared();
export const stretched = (x: number): number => new cannon.Mat3([x, 0, 1, 2, 1, 0, 0, 3, 1]).vmult(new cannon.Vec3(1, 2, 3)).x;

/** where a point of a body goes that turns about an axis */
export function turned(angle: number, y: number): number {
  const orientation = new cannon.Quaternion();
  orientation.setFromAxisAngle(new cannon.Vec3(0, 1, 0), angle);
  return orientation.vmult(new cannon.Vec3(1, y, 2)).x;
}

export const samples = { crossed: [[0.3, 0.5]], projected: [[new cannon.Vec3(1, 2, 4)]], stretched: [[0.4]], turned: [[0.3, 0.5]] };
