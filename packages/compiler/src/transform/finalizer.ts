// `finally` as code that stands after its statement: how the statement was left is noted, the finalizer runs, and the exit or the
// exception that was noted is taken up again. An exit of the finalizer's own simply comes first, and so overrides.
// Assumes the raw stage, with the values of `return`s noted already: a finalizer cannot change what is returned.
import type { Block, Exit, Expr, Stmt, Target, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, FALSE, op, REAL, type Supply, TRUE, use } from "../ir/build.ts";
import { mapStmt } from "../ir/walk.ts";
import { escapes, sameExit } from "./exits.ts";

type Try = Stmt & { readonly kind: "try" };

/** the same without a finalizer, as raw statements; nothing is duplicated */
export function withoutFinalizer(s: Try, supply: Supply): Block {
  const { origin, finalizer } = s;
  const guarded: Block = s.handler ? [{ ...s, finalizer: null }] : s.body;
  const leaving: Exit[] = [];
  for (const x of guarded) for (const e of escapes(x)) if (!leaving.some((f) => sameExit(f, e))) leaving.push(e);
  const thrown = supply.fresh("thrown", { kind: "opaque", text: "unknown" });
  const failed = supply.fresh("failed", BOOLEAN, true);
  const notes = leaving.length > 0 ? noteExits(guarded, leaving, s, supply) : null;
  const body = notes?.body ?? guarded;
  return [
    define(failed, FALSE, origin),
    ...(notes ? [notes.declare] : []),
    { kind: "try", body, caught: thrown, handler: [assign(failed, TRUE, origin)], finalizer: null, origin },
    ...(finalizer ?? []),
    branch(use(failed), [{ kind: "throw", value: use(thrown), origin }], [], origin),
    ...(notes?.resume ?? []),
  ];
}

interface Notes {
  readonly declare: Stmt;
  readonly body: Block;
  /** takes the noted exit, if any */
  readonly resume: Block;
}

function noteExits(block: Block, leaving: readonly Exit[], s: Try, supply: Supply): Notes {
  const { origin } = s;
  const target: Target = { label: "guarded" };
  const single = leaving.length === 1;
  const left: Var = supply.fresh("left", single ? BOOLEAN : REAL, true);
  const numberOf = (exit: Exit): number => leaving.findIndex((e) => sameExit(e, exit)) + 1;
  const each = (b: Block): Block => b.flatMap((x): Block => {
    if (x.kind !== "exit" || numberOf(x.exit) === 0) return [mapStmt(x, (e) => e, each)];
    const number: Expr = single ? TRUE : constant(numberOf(x.exit));
    return [assign(left, number, x.origin), { ...x, exit: { kind: "break", target } }];
  });
  const resume = leaving.flatMap((exit): Block => {
    const again: Block = [{ kind: "exit", exit: exit.kind === "return" ? { kind: "return", value: null } : exit, origin }];
    if (single) return [branch(use(left), again, [], origin)];
    const taken = supply.fresh("taken", BOOLEAN);
    return [define(taken, op("===", [use(left), constant(numberOf(exit))], BOOLEAN), origin), branch(use(taken), again, [], origin)];
  });
  return { declare: define(left, single ? FALSE : constant(0), origin), body: [{ kind: "block", target, body: each(block), landing: [], origin }], resume };
}
