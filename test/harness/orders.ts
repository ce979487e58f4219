// What must hold among the second and third derivatives of a function that returns a number, whichever modes they are nested from.
// Expected numbers come from differences of the next lower order, from symmetry and from the other modes.
import { close, dot, type Sum } from "./compare.ts";
import { directional, type Callable } from "./differences.ts";
import { randomDirection } from "./identities.ts";
import type { Random } from "./random.ts";
import { copyOf, leavesOf, tangentOf, type Direction } from "./structure.ts";

/** Derivatives with respect to some of the parameters, each a tuple in their order; what is missing is not checked. */
export interface Orders {
  readonly wrt: readonly number[];
  readonly grad: Callable;
  /** `hvp` */
  readonly product?: Callable;
  /** `hessian` */
  readonly matrix?: Callable;
  /** `vjp(grad(f))` */
  readonly reverseOverReverse?: Callable;
  /** `vjp(jvp(f))` */
  readonly reverseOverForward?: Callable;
  /** `jvp(hvp(f))` */
  readonly third?: Callable;
}

export interface OrderTolerances {
  /** against differences, where they settle that well; null where the function itself rounds */
  readonly differences: number | null;
  /** of one mode against another */
  readonly modes: number;
  /** forward mode does not guard zeros: may it find no number, and the point says nothing then? */
  readonly forgivesNaN: boolean;
}

export const ORDER_TOLERANCES: OrderTolerances = { differences: 1e-9, modes: 1e-9, forgivesNaN: false };

const SMALLEST_SCALE = 1e-3;

interface Point {
  readonly orders: Orders;
  readonly args: readonly unknown[];
  readonly tolerances: OrderTolerances;
  /** the part of the arguments that is differentiated, and directions through it */
  readonly variables: readonly unknown[];
  readonly u: Direction;
  readonly v: Direction;
  readonly w: Direction;
}

const among = ({ args, orders }: Pick<Point, "args" | "orders">): readonly unknown[] => orders.wrt.map((i) => args[i]);

/** one entry for each parameter, from a tuple of those in `wrt` */
const spread = ({ args, orders }: Point, tuple: readonly unknown[]): readonly unknown[] => args.map((_, i) => (orders.wrt.includes(i) ? tuple[orders.wrt.indexOf(i)] : null));

const tangents = (point: Point, direction: Direction): readonly unknown[] => tangentOf(point.variables, direction) as readonly unknown[];

function productAlong(point: Point, direction: Direction): unknown {
  return point.orders.product?.(copyOf(point.args), tangents(point, direction));
}

const saysNothing = (number: number, { tolerances }: Point): boolean => tolerances.forgivesNaN && Number.isNaN(number);

function agree(name: string, a: Sum, b: Sum, point: Point): readonly string[] {
  return saysNothing(a.value, point) || saysNothing(b.value, point) || close(a.value, b.value, point.tolerances.modes, Math.max(SMALLEST_SCALE, a.scale + b.scale)) ? [] : [`${name}: ${a.value} and ${b.value}`];
}

/** the numbers of two structures, one by one; `scale`: what their rounding errors are proportional to */
function same(name: string, a: unknown, b: unknown, point: Point): readonly string[] {
  const [left, right] = [leavesOf(a), leavesOf(b)];
  if ([...right.values()].some((number) => saysNothing(number, point))) return [];
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  const scale = Math.max(SMALLEST_SCALE, ...[...left.values()].map(Math.abs));
  return paths.flatMap((path) => (close(left.get(path) ?? Number.NaN, right.get(path) ?? Number.NaN, point.tolerances.modes, scale) ? [] : [`${name} at ${path}: ${left.get(path)} and ${right.get(path)}`])).slice(0, 2);
}

/** the derivative of a function of the arguments along a direction of the variables, weighted, against differences */
function differ(name: string, f: Callable, actual: Sum, point: Point, direction: Direction, weights: Direction): readonly string[] {
  const tolerance = point.tolerances.differences;
  if (tolerance === null || saysNothing(actual.value, point)) return [];
  const along = new Map([...direction].map(([path, number]) => [path.replace(/^\/(\d+)/, (_, i: string) => `/${point.orders.wrt[Number(i)]}`), number]));
  const { value, error } = directional(f, point.args, along, weights);
  const scale = Math.max(SMALLEST_SCALE, actual.scale, Math.abs(value));
  if (!(error <= 1e-6 * scale)) return [];
  return Math.abs(actual.value - value) <= Math.max(tolerance * scale, 20 * error) ? [] : [`${name}: ${actual.value}, differences say ${value} ± ${error.toExponential(1)}`];
}

const across = (point: Point, structure: unknown, direction: Direction): Sum => dot(point.variables, structure, direction);

function checkProduct(point: Point): readonly string[] {
  if (point.orders.product === undefined) return [];
  const along = productAlong(point, point.v);
  const uv = across(point, along, point.u);
  return [
    ...agree("the Hessian is not symmetric", uv, across(point, productAlong(point, point.u), point.v), point),
    ...differ("Hessian", (...args) => point.orders.grad(...copyOf(args)), uv, point, point.v, point.u),
  ];
}

function checkReverse(point: Point): readonly string[] {
  const { reverseOverReverse, reverseOverForward, product } = point.orders;
  if (product === undefined) return [];
  const expected = productAlong(point, point.v);
  const problems: string[] = [];
  if (reverseOverReverse !== undefined) {
    const [, pullback] = reverseOverReverse(...copyOf(point.args)) as readonly [unknown, Callable];
    const bars = pullback(tangents(point, point.v)) as readonly unknown[];
    problems.push(...same("reverse over reverse against forward over reverse", point.orders.wrt.map((i) => bars[i]), expected, point));
    problems.push(...same("the second call of the pullback of the gradient", pullback(tangents(point, point.v)), bars, point));
  }
  if (reverseOverForward !== undefined) {
    const [, pullback] = reverseOverForward(copyOf(point.args), spread(point, tangents(point, point.v))) as readonly [unknown, Callable];
    const [bars] = pullback([0, 1]) as readonly [readonly unknown[]];
    problems.push(...same("reverse over forward against forward over reverse", point.orders.wrt.map((i) => bars[i]), expected, point));
  }
  return problems;
}

function checkMatrix(point: Point): readonly string[] {
  const { matrix, product } = point.orders;
  if (matrix === undefined || product === undefined) return [];
  const rows = leavesOf(matrix(...copyOf(point.args)));
  // each number of the outer structure became a tuple: its path begins the paths of the row
  const along = leavesOf(productAlong(point, point.v));
  const scale = Math.max(SMALLEST_SCALE, ...[...along.values()].map(Math.abs));
  return [...along].flatMap(([path, expected]) => {
    let sum = 0;
    for (const [direction, number] of point.v) sum += number * (rows.get(path + direction) ?? Number.NaN);
    return saysNothing(expected, point) || close(sum, expected, point.tolerances.modes, scale) ? [] : [`row ${path} of the Hessian along a direction: ${sum}, hvp says ${expected}`];
  }).slice(0, 2);
}

function checkThird(point: Point): readonly string[] {
  const { third, product } = point.orders;
  if (third === undefined || product === undefined) return [];
  const along = (v: Direction, w: Direction): unknown => {
    const direction = tangents(point, v);
    const [, tangent] = third([copyOf(point.args), direction], [spread(point, tangents(point, w)), null]) as readonly [unknown, unknown];
    return tangent;
  };
  const { u, v, w } = point;
  const all = [[u, v, w], [v, u, w], [w, v, u]] as const;
  const [uvw, vuw, wvu] = all.map(([a, b, c]) => across(point, along(b, c), a));
  if (uvw === undefined || vuw === undefined || wvu === undefined) return [];
  return [
    ...agree("third derivatives are not symmetric", uvw, vuw, point),
    ...agree("third derivatives are not symmetric", uvw, wvu, point),
    ...differ("third derivative", (...args) => product(copyOf(args), tangents(point, v)), uvw, point, w, u),
  ];
}

/** All that holds at one point, along random directions. */
export function checkOrders(orders: Orders, args: readonly unknown[], random: Random, tolerances: OrderTolerances = ORDER_TOLERANCES): readonly string[] {
  const variables = among({ args, orders });
  const point: Point = { orders, args, tolerances, variables, u: randomDirection(variables, random), v: randomDirection(variables, random), w: randomDirection(variables, random) };
  return [checkProduct, checkReverse, checkMatrix, checkThird].flatMap((check) => check(point));
}
