// Smaller programs that still fail. Deletes statements, replaces compound statements by their bodies and expressions by
// their parts, as long as the given test holds; candidates that do not even run are for the test to turn away.
import { leaf } from "./expressions.ts";
import type { Block, Expression, Program, Statement } from "./program.ts";

const replaced = <T>(items: readonly T[], at: number, by: readonly T[]): readonly T[] => [...items.slice(0, at), ...by, ...items.slice(at + 1)];

function* smallerExpressions(expression: Expression): Generator<Expression> {
  const { holes } = expression;
  if (holes.length === 0) return;
  yield leaf("0.7");
  yield* holes;
  for (const [at, hole] of holes.entries()) {
    for (const smaller of smallerExpressions(hole)) yield { ...expression, holes: replaced(holes, at, [smaller]) };
  }
}

function* smallerStatements(statement: Statement): Generator<Statement> {
  const { holes, blocks } = statement;
  for (const [at, inner] of blocks.entries()) {
    for (const smaller of smallerBlocks(inner)) yield { ...statement, blocks: replaced(blocks, at, [smaller]) };
  }
  for (const [at, hole] of holes.entries()) {
    for (const smaller of smallerExpressions(hole)) yield { ...statement, holes: replaced(holes, at, [smaller]) };
  }
}

/** Coarse steps first: whole statements, then bodies in place of their statements, then what is inside. */
function* smallerBlocks(block: Block): Generator<Block> {
  for (let at = block.length - 1; at >= 0; at--) yield replaced(block, at, []);
  for (const [at, { blocks }] of block.entries()) {
    for (const inner of blocks) yield replaced(block, at, inner);
  }
  for (const [at, statement] of block.entries()) {
    for (const smaller of smallerStatements(statement)) yield replaced(block, at, [smaller]);
  }
}

function* smallerPrograms(program: Program): Generator<Program> {
  const { declarations, functions } = program;
  for (let at = 0; at < declarations.length; at++) yield { ...program, declarations: replaced(declarations, at, []) };
  for (let at = 0; at < functions.length - 1; at++) yield { ...program, functions: replaced(functions, at, []) };
  for (const [at, each] of [...functions.entries()].reverse()) {
    for (const body of smallerBlocks(each.body)) yield { ...program, functions: replaced(functions, at, [{ ...each, body }]) };
  }
}

/** The smallest program found within a number of trials for which `fails` still holds. */
export function shrink(program: Program, fails: (candidate: Program) => boolean, trials: number): Program {
  let current = program;
  let left = trials;
  for (;;) {
    let found: Program | undefined;
    for (const candidate of smallerPrograms(current)) {
      if (left-- <= 0) return current;
      if (!fails(candidate)) continue;
      found = candidate;
      break;
    }
    if (found === undefined) return current;
    current = found;
  }
}
