// The front door: a function of the user's program, and every function that it reaches, as raw IR.
// Assumes a program without syntax errors. Guarantees that lowering goes on after a refusal, so that not only the first finding of the
// slice is reported; functions with findings are left out of the program.
import { ts } from "ts-morph";
import type { Cell, Func, FuncId, Program } from "../../ir/ir.ts";
import { CompilerBug, type Finding } from "../../diagnostics/diagnostic.ts";
import { generatorFunction } from "../../diagnostics/catalog.ts";
import { type BoundTarget, type FunctionNode, isGenerator, spanOf } from "../nodes.ts";
import type { Visitors } from "./body.ts";
import { lowerConstructor } from "./construct.ts";
import { condition, effect, value } from "./expression.ts";
import { closure, lowerFunction } from "./function.ts";
import { walkOf, yielded } from "./generator.ts";
import { lowerBound } from "./bound-root.ts";
import { statement, statements } from "./statement.ts";
import { type Capture, type LowerContext, Unit, type Work } from "./unit.ts";
import { asWalk, collect } from "./walk.ts";

export interface Lowered {
  readonly root: FuncId;
  readonly program: Program;
  readonly findings: readonly Finding[];
  /** variables of the function around the root that the root uses: free in its body */
  readonly captures: readonly Capture[];
  /** classes of which instances are made, by key, as variables of their modules; null where they cannot be named */
  readonly classes: ReadonlyMap<string, Cell | null>;
}

const VISITORS: Visitors = { value, effect, condition, statement, statements, closure, walk: walkOf, collect, asWalk, yield: yielded };

/** functions that are looked at after the first refusal: enough to see what else is in the way, also of a root that reaches a whole library */
const MOST_AFTER_REFUSAL = 50;

/** `bound`: the root is the function with a receiver and arguments that stand in an expression */
export function lowerProgram(context: LowerContext, root: FunctionNode, bound: BoundTarget | null = null): Lowered {
  const unit = new Unit(context, root);
  if (isGenerator(root)) unit.report(generatorFunction(spanOf(root)));
  const functions = new Map<FuncId, Func>();
  const made = bound === null ? null : lowerBound(unit, VISITORS, root, bound);
  if (made !== null && unit.findings.length === 0) functions.set(made.id, made);
  const id = made?.id ?? unit.functionId(root);
  for (let work = unit.takeWork(), left = MOST_AFTER_REFUSAL; work !== undefined && left > 0; work = unit.takeWork()) {
    if (unit.findings.length > 0) left--;
    const before = unit.findings.length;
    const func = lower(unit, work);
    if (unit.findings.length === before) functions.set(work.id, func);
  }
  for (const func of unit.made) functions.set(func.id, func);
  return { root: id, program: { functions }, findings: unit.findings, captures: unit.captures, classes: unit.classes };
}

function lower(unit: Unit, work: Work): Func {
  const { node, self } = work;
  if (!ts.isClassLike(node)) return lowerFunction(unit, VISITORS, { ...work, node });
  if (self === null || self.kind !== "struct") throw new CompilerBug("lower", "a constructor makes objects of one class");
  return lowerConstructor(unit, VISITORS, { ...work, node, self });
}

export type { Capture, LowerContext };
