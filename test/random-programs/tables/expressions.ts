// Expressions that give a number, by the kind of what they are about; the language of rows is explained in rows.ts.
// One name has one type wherever it stands: `p q k item acc` numbers, `pt` points, `row` arrays.

const NUMBERS = [
  "(%mutable = %num)", "(%mutable += %num)", "%mutable++ * %num", "%num - --%mutable", "(%mutable *= 0.5, %1 + %num)", "(%mutable = %1 * %num) + %1", "note(%num)", "note(%num) * note(%num)",
];

const CALLS = [
  "nest(%num, %num)", "even(%num, %num)", "odd(%num, %num, 2)", "binary(%num, 3)", "total(%num, %num, %num)", "total(...%array)", "total(%num, ...%list, ...%1, %num)", "bent(%num)", "bent(%num, %num)",
  "bent(%num, undefined, { x: %num })", "bent(%num, %num, { y: %num })", "tagged`a ${%num} b ${%num}`", "weigh(%point, %num)", "leaky(%num, %num)", "steep(%num)", "norm2(%point)", "norm2({ x: %num, y: %num })", "sheared(%point, %num).x", "squares(%list)[0]", "blurred([%num, %num], %num)[1]", "%list.map(steep).reduce((acc, item) => acc + item, 0)", "weigh({ x: %num, y: %num }, %num)", "inner(%array)", "inner([%num, %num])",
  "((p: number, q = p * 0.5): number => %num{p q})(%num)", "(function (q: number): number { return %num{q}; })(%num)", "depthOf(%num)", "far(%node)", "spread(...[%num, %num])", "Gears.mesh(%num)", "descend((q) => q * q * %scalar + Math.cos(q), %num)", "settle(({ x, y }) => x * x * y + %scalar * Math.sin(y), %point)",
];

const ARRAYS = [
  "%array.reduce((acc, item) => acc * 0.5 + %num{acc item}, %num)", "%list.reduceRight((acc, item) => acc * 0.5 - %num{acc item}, 0)", "(%array[%1.length] ?? %num)", "(%array.at(-1) ?? %num)", "%array.at(-2)!",
  "(%list.find((item) => %less{item}) ?? %num)", "(%array.findLast((item) => %less{item}) ?? %num)", "%list.filter((item) => %less{item}).reduce((acc, item) => acc + item, %num)",
  "(%list.some((item) => %less{item}) ? %num : 0.5)", "%list[Math.max(0, %1.findIndex((item) => %less{item}))]", "(%list.push(%num), %1.pop()!)", "(%list[%at] += %num)", "(%array[%at] = %num)",
  "%list.map((item) => %num{item}).at(0)!", "[...%list.entries()].reduce((acc, [at, item]) => acc + at * item, 0)", "%list.with(0, %num)[%two]", "%list.toReversed()[0]", "[...%array, %num].at(-1)!",
  "%matrix.reduce((acc, row) => acc + row[0] * row[1], 0)", "%matrix.flat().reduce((acc, item) => acc * 0.7 + item, %num)", "%matrix.map((row) => row.at(-1)!).reduce((acc, item) => acc - item, 0)", "%matrix.at(-1)![%two]", "(%matrix[5]?.[0] ?? %num)",
  "[...damped(%list, %num)].reduce((acc, item) => acc + item, 0)", "Array.from(pairs(%list, %num), (item) => %num{item})[0]", "Math.max(...%list.slice(0, 1), -100)",
  "structuredClone(%list).reduce((acc, item) => acc * 0.5 + item, %num)", "structuredClone(%matrix)[0][1]", "(%list.every((item) => %less{item}) ? %num : 0.5)", "Math.hypot(1, ...%array)", "Math.hypot(...%list{3}, %num)", "[...%floats.entries()].reduce((acc, [at, item]) => acc + at * item, 0)", "[...new Trail(%num, %num)].reduce((acc, item) => acc * 0.5 + item, 0)",
];

const OBJECTS = [
  "({ ...%plain, x: %num }).y", "%crowd.reduce((acc, pt) => acc + %num{pt.x pt.y}, 0)", "%crowd.map(({ x, y = 1 }) => x * y - 0.5).reduce((acc, item) => acc + item, %num)", "(%crowd.find((pt) => %less{pt.x}) ?? %crowd[0]).y",
  "%crowd.at(-1)!.x", "%crowd.filter((pt) => %less{pt.y}).length * %num", "(%crowd[%two].x = %num)", "(%crowd[5]?.x ?? %num)", "%crowd.flatMap((pt) => [pt.x, pt.y]).reduce((acc, item) => acc * 0.5 + item, 0)",
  "[...%group].reduce((acc, pt) => acc + %num{pt.x pt.y}, 0)", "(%group.has(%point) ? %num : 0.25)", "%group.size * %num",
  "%register.get(%key)!.x", "(%register.get(\"none\")?.x ?? %num)", "[...%register.values()].reduce((acc, pt) => acc + pt.x * pt.y, 0)", "(%weights.get(%point) ?? %num)",
  "(%node.next?.value ?? %num)", "(%node.next?.next ?? %1).value", "(%node.value = %num)", "(%part.k ?? %num)", "(%part.inner?.v ?? %num)", "(%part.k === undefined ? 0.5 : %1.k * 0.5)", "(%part.k ||= %num)",
  "%map.get(%key)!", "(%map.get(\"none\") ?? %num)", "[...%map].reduce((acc, [, item]) => acc + item, 0)", "%map.size * %num", "%record[%key]!", "Object.values(%record).reduce((acc, item) => acc * 0.5 + item, %num)",
  "Object.entries(%record).reduce((acc, [key, item]) => acc + (key === \"a\" ? item : %num{item}), 0)", "Object.keys(%record).length * %num", "(%record[\"none\"] ?? %num)", "area(%shape)", "(%shape.kind === \"disc\" ? %1.r : %1.w * 0.7)",
  "weighed(%piece)", "%piece.w", "(isOf(%piece, Kind.%either{Disc|Box}) ? %1.w : %num)", "SCALES[%piece.kind](%num)", "(RATES[%piece.kind] * %1.w)", "SCALES[Kind.%either{Disc|Box}](%num)", "([%piece, { kind: Kind.Disc, w: %num }].find((p) => p.kind === Kind.%either{Disc|Box})?.w ?? %num)",
  "(\"r\" in %shape ? %1.r : 0.5)", "structuredClone(%part).w", "structuredClone(%crowd)[%two].x", "(%absent ?? %num)", "(%absent === undefined ? 0.3 : %1 * 0.5)",
];

const INSTANCES = [
  "%body.norm", "Body.mix(%body, %body, %num)", "%body.scale(%num).norm", "%body.pull(%num)", "(%body instanceof Heavy ? %1.inertia(%num) : %num)", "(%body.side = %num)", "Body.count * %num", "[...%body.items()].reduce((acc, item) => acc * 0.5 + item, 0)",
  "%field.at(%num)", "(%field instanceof Wave ? %1.amp : %num)", "%field.at(%field.at(%num))", "%field.between(%num)", "slopeOf(%field, %num)", "%holder.value", "%holder.map((q) => %num{q}).value", "%holder.swap(%num)",
];

const UNIONS = [
  "(typeof %choice === \"number\" ? %1 : 0.5) * %num", "(%choice === \"auto\" ? 0.3 : %1 * 0.5) + %num", "sized(%choice, %num)", "sized(%style.width, %num)", "(%style.width === \"auto\" ? 0.5 : %1.width * 0.7)",
  "(typeof %style.width === \"number\" ? %1.width : 0.4) * %num", "lengthOf(%style.gap ?? %num)", "sized(fitted(%style, %num).width, 0.7)",
  "(%style.gap === undefined ? 0.2 : typeof %1.gap === \"string\" ? 0.3 : %1.gap)", "lengthOf(%marks[%two])", "%marks.reduce<number>((acc, mark) => acc * 0.5 + (typeof mark === \"number\" ? mark : 0.3), %num)",
  "%marks.map(lengthOf).reduce((acc, item) => acc + item, %num)", "sized(%sizes.get(%key) ?? %num, %num)", "[...%sizes.values()].reduce<number>((acc, size) => acc + (size === \"auto\" ? 0.5 : size), %num)",
  "lengthOf(%labels[%key])", "Object.values(%labels).reduce<number>((acc, mark) => acc * 0.5 + lengthOf(mark), 0)", "(typeof %labels[\"a\"] === \"number\" ? %1[\"a\"] * 0.5 : 0.4)",
];

const TUPLES = [
  "%pair[0] * %num", "(%pair[1] ?? %num)", "(%pair[1] === null ? 0.5 : %1[1] * 0.5)", "spanned(%pair, %num)", "spanned([%num, %less ? null : %num], %num)", "(%ends[1] ?? %num)",
  "(%ends[1] === undefined ? %1[0] : %1[1] * 0.5)", "ended(%ends)", "%ends.length * %num", "(%ends.length === 2 ? %1[1]! : 0.5)", "%ends.reduce<number>((acc, end) => acc + (end ?? 0.5), %num)",
];

const FILLED = [
  "raised(%term, %num)", "%num * (1.5 + Math.cos(%num)) ** %term.degree", "%term.sign * %num", "(%term.w = %num)", "(1.5 + Math.sin(%num)) ** (%less ? 3 : 2)", "(%num * (1.5 + Math.sin(%num)) ** ORDERS[%two])",
  "STUFF[%less ? \"wood\" : \"iron\"].rate * %num", "raised({ ...%term, sign: %less ? 1 : -1 }, %num)", "(isSquare(%term) ? %num : %1.w)", "ORDERS.reduce<number>((acc, power) => acc + (1.5 + Math.sin(%num)) ** power, 0)",
  "(%draft.x ?? %num)", "(%draft.y === undefined ? 0.5 : %1.y * 0.7)", "({ x: %num, y: %num, ...%draft }).x", "norm2({ x: %num, y: 1, ...%draft })", "Object.keys(%draft).length * %num",
  "(\"x\" in %draft ? 0.5 : 0.7) * %num", "folded(%tree)", "drained(%tree, %num)", "folded(planted(%tree, %num))", "[...walked(%tree)].reduce((acc, item) => acc * 0.5 + item, %num)", "sum(walked(%tree))", "(%tree.left?.v ?? %num)",
  "(%tree.left?.right ?? %1).v", "({ ...%tree, left: null }).v", "folded({ ...%tree, right: planted(%tree.left, %num) })", "folded(structuredClone(%tree))", "effort(%order, %num)", "obeyed(%order, %point).x",
  "obeyed(%order, { x: %num, y: %num }).y", "(%order.kind === \"shift\" ? %1.by : 0.5)", "(\"angle\" in %order ? %1.angle : 0.3)", "%spring.force(%num)", "Spring.energy(%spring.rest)",
  "%spring.rest * Spring.pull", "Spring.all.length * %spring.k", "(Spring.last === %spring ? 0.5 : %1.k)", "Spring.all.reduce((acc, spring) => acc * 0.5 + spring.force(%num{acc}), %spring.k)",
  "(Spring.last?.rest ?? %spring.k)", "%gauge.level", "%gauge.read(%num)", "(%gauge.level = %num)", "(%gauge.level += %num)", "(%gauge instanceof Lagging ? %1.lag : 0.5)", "%gauge.read.call(%1, %num)",
  "%body.pull.call(%1, %num)", "%body.pull.apply(%1, [%num])",
];

const FUNCTIONS = [
  "%fn(%num)", "%fn(%fn(%num))", "%fn.call(null, %num)", "%fn.apply(undefined, [%num])", "twice(%fn, %num)", "compose(%fn, %fn)(%num)", "[%num, %num].map(%fn).reduce((acc, item) => acc + item)", "%list.map(%fn)[%two]", "((%fn))(%num)",
  "%table[%two](%num)", "%table.reduce((acc, g) => g(acc), %num)", "%table.map((g) => g(%num)).reduce((acc, item) => acc + item, 0)", "%table.at(-1)!(%num)", "(%table[5]?.(%num) ?? %num)", "%ops.up(%num)", "%ops.down(%num)", "%ops[%either{\"up\"|\"down\"}](%num)", "apply(%ops, %num)",
  "(%tool.fn?.(%num) ?? %num)", "(%tool.held?.(%num) ?? %num)", "(%tool.held === null ? 0.5 : %1.held(0.7)) * %num", "(%tool.fn ? %1.fn(%num) : 0.4)", "(%tool.fn ?? Math.sin)(%num)", "used(%tool, %num)",
  "(lent(%tool)?.(%num) ?? %num)", "(%tool.held ?? %fn)(%num)", "[%num, %num].map(%tool.fn ?? Math.cos)[0]",
];

export const EXPRESSIONS: readonly string[] = [NUMBERS, CALLS, ARRAYS, OBJECTS, INSTANCES, UNIONS, TUPLES, FILLED, FUNCTIONS].flat();
