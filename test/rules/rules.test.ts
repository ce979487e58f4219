// The rule tables against numbers from elsewhere: differences at sampled points of each row's domain (edges.test.ts has the rest).
import { describe, expect, it } from "vitest";
import { REAL, Supply, use } from "../../packages/compiler/src/ir/build.ts";
import type { Var } from "../../packages/compiler/src/ir/ir.ts";
import { visitExpr } from "../../packages/compiler/src/ir/walk.ts";
import { contribution, partial, tangent } from "../../packages/compiler/src/rules/derive.ts";
import type { Formula, ScalarRule } from "../../packages/compiler/src/rules/rule.ts";
import { chapters, costOf, ruleOf } from "../../packages/compiler/src/rules/table.ts";
import { derivative } from "../harness/differences.ts";
import { createRandom, type Random } from "../harness/random.ts";
import { application, dual, environmentOf, primal, pulled, slope, type Dual } from "./applications.ts";
import { evaluate, type Value } from "./expressions.ts";

const scalarRows = chapters.flatMap((chapter) => chapter.rules).flatMap(([name, rule]) => (rule.kind === "scalar" ? [[name, rule] as const] : []));

// ---------------------------------------------------------------------------------------------------- differences

const countsOf = (rule: ScalarRule): readonly number[] => (rule.variadic ? [1, 2, 3, 5] : [rule.partials.length]);

/** a point of the domain, away from ties and jumps by more than a difference's step */
function sample(name: string, rule: ScalarRule, count: number, random: Random): readonly Value[] {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const values = Array.from({ length: count }, (_, i): Value => {
      if (name === "select" && i === 0) return random.chance(0.5);
      const { low, high } = rule.domain[Math.min(i, rule.domain.length - 1)] ?? { low: -3, high: 3 };
      return random.between(low, high);
    });
    if (isSmooth(name, values.map(Number))) return values;
  }
  throw new Error(`no smooth point for ${name}`);
}

function isSmooth(name: string, values: readonly number[]): boolean {
  const [a = 0, b = 1] = values;
  const far = (x: number): boolean => Math.abs(x - Math.round(x)) > 0.15;
  if (name === "%") return far(a / b);
  if (name === "Math.abs" || name === "Math.hypot") return values.every((x) => Math.abs(x) > 0.15);
  if (name === "Math.max" || name === "Math.min") return values.every((x, i) => values.every((y, j) => i === j || Math.abs(x - y) > 0.15));
  if (name === "Math.atan2") return b > 0.2;
  return true;
}

/** rounding to a format has no difference quotient; the identity that it stands for has */
const STAND_IN: Readonly<Record<string, string>> = { "Math.fround": "Number", "Math.f16round": "Number" };

describe.each(scalarRows)("%s", (name, rule) => {
  it("agrees with differences", () => {
    const random = createRandom(name.length * 7919 + name.charCodeAt(name.length - 1));
    for (const count of countsOf(rule)) {
      for (let point = 0; point < 25; point++) {
        const values = sample(name, rule, count, random);
        for (let index = 0; index < count; index++) {
          if (typeof values[index] === "boolean") continue;
          const moved = (t: number): number => Number(primal(STAND_IN[name] ?? name, values.map((v, i) => (i === index ? Number(v) + t : v))));
          const wanted = derivative(moved, 0.5);
          expect(Math.abs(slope(application(name, count), values, index) - wanted.value), `${name}(${values.join(", ")}) in operand ${index}`)
            .toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(wanted.value)));
        }
      }
    }
  });

  it("says which values its partials need, and no others", () => {
    for (const count of countsOf(rule)) {
      const a = application(name, count);
      for (let index = 0; index < count; index++) {
        const plan = partial(name, a.args, a.result, index);
        if (plan === null) continue;
        const read = new Set<Var>();
        visitExpr(plan.formula, (e) => { if (e.kind === "var") read.add(e.variable); });
        expect(new Set(a.variables.filter((v) => read.has(v)))).toEqual(new Set([...plan.needsArgs].map((i) => a.variables[i])));
        expect(plan.needsResult).toBe(read.has(a.resultVariable));
        expect(read.size).toBe(plan.needsArgs.size + (plan.needsResult ? 1 : 0));
      }
    }
  });

  it("has one answer for forward and reverse", () => {
    const random = createRandom(name.length + 17);
    const supply = new Supply();
    for (const count of countsOf(rule)) {
      const a = application(name, count);
      const dots = Array.from({ length: count }, (_, i) => supply.fresh(`d${i}`, REAL));
      for (let point = 0; point < 10; point++) {
        const values = sample(name, rule, count, random);
        const active = values.map((v) => typeof v === "number" && random.chance(0.7));
        const directions = dots.map(() => random.between(-1, 1));
        const environment = new Map([...environmentOf(a, values), ...dots.map((d, i) => [d, directions[i] ?? NaN] as const)]);
        const forward = Number(evaluate(tangent(name, a.args, a.result, dots.map((d, i) => (active[i] === true ? use(d) : null))), environment));
        const terms = directions.map((d, i) => (active[i] === true ? d * pulled(a, values, i, 1) : 0));
        const size = terms.reduce((sum, t) => sum + Math.abs(t), 0);
        expect(Math.abs(forward - terms.reduce((sum, t) => sum + t, 0))).toBeLessThanOrEqual(1e-14 * size);
      }
    }
  });

  it("has slopes that can be differentiated again", () => {
    const random = createRandom(name.length + 1013);
    for (const count of countsOf(rule)) {
      const a = application(name, count);
      for (let point = 0; point < 5; point++) {
        const values = sample(name, rule, count, random);
        for (let outer = 0; outer < count; outer++) {
          if (typeof values[outer] === "boolean") continue;
          const moving = new Map<Var, Dual>(a.variables.map((v, i) => [v, { value: values[i] ?? NaN, dot: i === outer ? 1 : 0 }]));
          moving.set(a.resultVariable, { value: primal(name, values), dot: slope(a, values, outer) });
          for (let index = 0; index < count; index++) {
            const plan = partial(name, a.args, a.result, index);
            if (plan === null) continue;
            const moved = (t: number): number => slope(a, values.map((v, i) => (i === outer ? Number(v) + t : v)), index);
            const wanted = derivative(moved, 0.5);
            expect(Math.abs(dual(plan.formula, moving).dot - wanted.value), `${name}(${values.join(", ")}), ${index} by ${outer}`)
              .toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted.value)));
          }
        }
      }
    }
  });

  it("contributes in proportion to the adjoint, also around an adjoint of zero", () => {
    const random = createRandom(name.length + 271);
    const bar = new Supply().fresh("bar", REAL);
    for (const count of countsOf(rule)) {
      const a = application(name, count);
      for (let point = 0; point < 5; point++) {
        const values = sample(name, rule, count, random);
        for (let index = 0; index < count; index++) {
          const plan = partial(name, a.args, a.result, index);
          if (plan === null) continue;
          for (const adjoint of [0, -0, 1.5]) {
            const still = [...environmentOf(a, values)].map(([v, value]) => [v, { value, dot: 0 }] as const);
            const moved = dual(contribution(use(bar), plan, plan.singular), new Map<Var, Dual>([...still, [bar, { value: adjoint, dot: 1 }]]));
            const wanted = slope(a, values, index);
            expect(Math.abs(moved.dot - wanted)).toBeLessThanOrEqual(1e-14 * Math.abs(wanted));
          }
        }
      }
    }
  });

  it("is written with known operations", () => {
    const check = (f: Formula | null): void => {
      if (f?.kind !== "apply") return;
      expect(ruleOf(f.op), f.op).toBeDefined();
      expect(ruleOf(f.op)?.kind, f.op).not.toBe("refused");
      f.args.forEach(check);
    };
    rule.partials.forEach(check);
    for (const count of rule.expand === null ? [] : [1, 2, 3, 4]) rule.expand?.(count).forEach(check);
    expect(rule.singular).toHaveLength(rule.partials.length);
    expect(rule.domain).toHaveLength(rule.partials.length);
    expect(costOf(name)).toBeGreaterThan(0);
  });
});
