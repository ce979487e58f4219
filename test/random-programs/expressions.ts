// Random expressions over a scope. Every form is total and smooth but at turns, which its probed form reports: denominators
// and arguments of roots and logarithms are bounded away from zero by construction.
import type { Random } from "../harness/random.ts";
import type { Expression } from "./program.ts";
import { fillExpression, fits, parseRow, parseRows, rowsBy } from "./rows.ts";
import { index, type Scope } from "./scope.ts";
import { EXPRESSIONS } from "./tables/expressions.ts";

export const leaf = (text: string): Expression => ({ text, holes: [] });

const form = (text: string, holes: readonly Expression[], probed?: string): Expression => (probed === undefined ? { text, holes } : { text, probed, holes });

const UNARY: readonly (readonly [text: string, probed?: string])[] = [
  ["Math.sin($0)"], ["Math.cos($0)"], ["Math.tanh($0)"], ["Math.atan($0)"], ["-$0"], ["$0 * 0.5"], ["$0 - 1"],
  ["Math.exp(Math.sin($0))"], ["Math.sqrt(1.5 + $0 * $0)"], ["Math.log(2 + $0 * $0)"], ["$0 ** 2"], ["0.1 * $0 ** 3"], ["Math.log1p($0 * $0)"],
  ["Math.hypot($0, 1.5)"], ["Math.abs($0)", "probe.abs($0)"], ["1 / (1 + Math.exp(-Math.sin($0)))"], ["Math.pow(1.5 + Math.sin($0), 1.7)"], ["Math.expm1(Math.tanh($0))"],
];

const BINARY: readonly (readonly [text: string, probed?: string])[] = [
  ["$0 + $1"], ["$0 - $1"], ["$0 * $1"], ["$0 + $1"], ["$0 * $1"], ["$0 / (1.5 + $1 * $1)"], ["Math.atan2($0, 1.5 + $1 * $1)"], ["Math.hypot(1, $0, $1)"],
  ["Math.max($0, $1)", "probe.max($0, $1)"], ["Math.min($0, $1)", "probe.min($0, $1)"], ["Math.pow(2 + Math.cos($0), Math.sin($1))"],
];

const literal = (random: Random): Expression => leaf(String(Math.round(random.between(0.2, 2) * 100) / 100));

/** A number that is there already. */
function place(random: Random, scope: Scope): Expression | undefined {
  const choices: (() => Expression)[] = [];
  if (scope.scalars.length > 0) for (let weight = 0; weight < 4; weight++) choices.push(() => leaf(random.pick(scope.scalars)));
  if (scope.arrays.length > 0) {
    for (let weight = 0; weight < 3; weight++) {
      choices.push(() => {
        const array = random.pick(scope.arrays);
        return leaf(`${array.name}[${index(random, scope, array)}]`);
      });
    }
  }
  const member = MEMBERS.filter((row) => fits(row, scope, 0));
  if (member.length > 0) choices.push(() => fillExpression(random.pick(member), random, MAKERS, scope, 0));
  return choices.length === 0 ? undefined : random.pick(choices)();
}

const MEMBERS = parseRows(["%point.x", "%point.y", "%point.y", "%matrix[%two][%two]", "%crowd[%two].x", "%node.value", "%part.w", "%pair[0]", "%ends[0]", "%tool.v", "%tree.v", "%spring.rest", "%gauge.level"]);

/** A comparison of two numbers, of which at least one usually depends on the inputs. */
export function comparison(random: Random, scope: Scope, depth: number): Expression {
  const counter = scope.counters.length > 0 && random.chance(0.4) ? random.pick(scope.counters) : undefined;
  if (counter !== undefined) return leaf(random.pick([`${counter.name} === 1`, `${counter.name} % 2 === 0`, `${counter.name} > 0`]));
  const two = (): Expression => form("$0 < $1", [number(random, scope, depth - 1), number(random, scope, depth - 2)], "probe.less($0, $1)");
  return random.chance(0.12) ? form(random.pick(["$0 && $1", "$0 || $1", "!$0 && $1"]), [two(), two()]) : two();
}

/** What else gives a number; of each kind that is in scope as much as of any other. */
const BY_KIND = rowsBy("needs", EXPRESSIONS);

function construct(random: Random, scope: Scope, depth: number): Expression | undefined {
  const groups = BY_KIND.map((rows) => rows.filter((row) => fits(row, scope, 0))).filter((rows) => rows.length > 0);
  return groups.length === 0 ? undefined : fillExpression(random.pick(random.pick(groups)), random, MAKERS, scope, depth - 1);
}

function call(random: Random, scope: Scope, depth: number): Expression | undefined {
  const rows = scope.calls.expressions.map(parseRow).filter((row) => fits(row, scope, 0));
  return rows.length === 0 ? undefined : fillExpression(random.pick(rows), random, MAKERS, scope, depth - 1);
}

/** A numeric expression. */
export function number(random: Random, scope: Scope, depth: number): Expression {
  if (depth <= 0 || random.chance(0.15)) return (random.chance(0.85) ? place(random, scope) : undefined) ?? literal(random);
  const which = random.uniform();
  if (which < 0.4) {
    const [text, probed] = random.pick(BINARY);
    return form(text, [number(random, scope, depth - 1), number(random, scope, depth - 1)], probed);
  }
  if (which < 0.65) {
    const [text, probed] = random.pick(UNARY);
    return form(text, [number(random, scope, depth - 1)], probed);
  }
  if (which < 0.71) return form("$0 ? $1 : $2", [comparison(random, scope, depth), number(random, scope, depth - 1), number(random, scope, depth - 1)]);
  return (which < 0.91 ? construct(random, scope, depth) : call(random, scope, depth)) ?? number(random, scope, depth - 1);
}

const MAKERS = { number, comparison };
