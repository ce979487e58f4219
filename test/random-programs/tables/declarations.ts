// Statements that declare something, by the kind of the first name that they declare; the language of rows is explained in rows.ts.

const NUMBERS = [
  "let %mutable+ = %num;", "let %mutable+ = %num;", "const %scalar+ = %num;", "let %mutable+ = %num, %mutable+ = %num;", "var %mutable+ = %num;",
  "let %mutable+: number;\nif (%less) %1 = %num;\nelse %1 = %num;", "const [%scalar+, %scalar+]: [number, number] = [%num, %num];", "const { x: %scalar+, y: %scalar+ } = %point;", "const { x: %scalar+, ...%name~ } = %plain;\nconst %scalar+ = %2.y * %num;",
  "const { at: { x: %scalar+ }, by: [, %scalar+ = 1] } = { at: %point, by: %list };", "const { w: %scalar+, k: %scalar+ = %num } = %part;", "const [%scalar+ = 1, %scalar+ = %num] = %array;", "const [, %scalar+ = %num] = %matrix[%two];",
  "const [[%scalar+], [, %scalar+]] = %matrix;", "const [{ x: %scalar+ }, { y: %scalar+ }] = %crowd;", "const %scalar+ = (%mutable = %num) * %2 + %num;", "const [%scalar+, %scalar+ = 0.5] = pairs(%list, %num);",
  "const %scalar+ = (() => %block{body})();", "const %scalar+ = ((p: number, q: number): number => %block{body p q})(%num, %num);",
  "const %name~: (() => number)[] = [];\nfor (let %counter~ = 0; %2 < 3; %2++) {\n  const k = %num;\n  %1.push(() => k * %2 + %num{k});\n}\nconst %scalar+ = %1.reduce((acc, g) => acc * 0.5 + g(), 0);",
  "let %mutable+ = 1;\n{\n  let %mutable~ = %num;\n  const up = (q: number): void => { %2 += q; };\n  up(%num);\n  %1 = %2;\n  up(%num);\n  %1 *= %2;\n}",
  "const [%scalar+, %scalar+] = [(q: number) => %num{q}, (q: number) => %num{q}].map((g) => g(%num));", "const %scalar+ = switched(Mode.%either{Slow|Fast}, %num);", "const %scalar+ = switched(%less ? Mode.Fast : Mode.Slow, %num);",
];

const ARRAYS = [
  "const %list+{3} = [%num, %num, %num];", "const %list+{3} = new Array<number>(3).fill(%num);", "const %list+ = %list.map((item) => %num{item});", "const %list+ = %list.map((item, at) => %num{item} * (at + 1));", "const %list+ = %list.map(%fn);",
  "const %list+ = %list.slice();", "const %list+ = %list;", "const %list+ = %less ? %list : %list;", "const %list+{3} = [...%list, %num];", "const %list+{3} = [%num, ...%array];", "const %list+ = %list{3}.slice(1);", "const %list+ = %list.with(%at, %num);",
  "const %list+ = %list.toReversed();", "const %list+{3} = %list.toSpliced(0, 1, %num, %num);", "const %list+{3} = %list.concat(%num, %list);", "const %list+{4} = %list.flatMap((item) => [item, %num{item}]);", "const %list+ = %list.toSorted((p, q) => (%apart{p q}p - q));",
  "const %list+ = Array.from(%floats);", "const %list+{3} = Array.from({ length: 3 }, (_, at) => %num * (at + 1));", "const %list+ = %list.filter((item) => %less{item}).concat(%num, %num);", "const %list+ = %matrix[%two];", "const %list+{4} = %matrix.flat();",
  "const %list+ = %matrix.map((row) => row[0] * %num);", "const %list+ = %crowd.map((pt) => %num{pt.x});", "const %list+ = Object.values(%record);", "const %list+ = [...%map.values()];", "const %list+ = [...damped(%list, %num)];", "const %list+ = halves(%list);", "const %list+ = squares(%list);", "const %list+ = blurred(%list, %num);",
  "const %list+ = structuredClone(%list);", "const %floats+ = structuredClone(%floats);", "const %matrix+ = structuredClone(%matrix);", "const %list+{3} = [...new Trail(%num, %num)];",
  "const [%scalar+ = 1, ...%list+] = %list{3};", "const %list+ = [...%list.entries()].map(([at, item]) => item * (at + 1));", "const %list+ = pick(%less, %list, %list);", "%grow\nconst %list+{3} = (%list.push(%num), %2.concat(%num));", "const %list+: number[] = [];\n%1.push(%num, %num);",
  "let %slot+ = [%num, %num];", "let %slot+ = %list;", "let %slot+ = %list.slice(), %slot+ = %list;",
  "const %floats+{3} = new Float64Array(3);", "const %floats+{3} = Float64Array.of(%num, %num, %num);", "const %floats+ = Float64Array.from(%list);", "const %floats+ = new Float64Array(%list);", "const %floats+ = %floats{3}.subarray(1);",
  "const %floats+ = %floats.subarray(0, 2);", "const %floats+ = %floats.slice();", "const %floats+ = %floats.map((item) => %num{item});", "const %floats+ = %floats.with(0, %num);", "const %floats+ = %floats;", "const %floats+ = %less ? %floats : %floats;",
  "const %matrix+ = [[%num, %num], [%num, %num]];", "const %matrix+ = [%list, %list];", "const %matrix+ = [%list, [...%2]];", "const %matrix+ = %matrix.map((row) => row.slice());", "const %matrix+ = %matrix.slice();", "const %matrix+ = [...%matrix];",
  "const %matrix+ = Array.from({ length: 2 }, () => [%num, %num]);", "const %matrix+ = %matrix.map((row) => row.map((item) => %num{item}));", "const %matrix+ = %matrix.toReversed();",
];

const OBJECTS = [
  "const %point+ = { x: %num, y: %num };", "const %point+ = { ...%plain, x: %num };", "const %point+ = %point;", "const %point+ = %less ? %point : %point;", "const %point+ = %crowd[%two];", "const %point+ = %crowd.find((pt) => %less{pt.x}) ?? { x: %num, y: 1 };",
  "const %point+ = %register.get(%key)!;", "const %point+ = pick(%less, %point, %point);", "const %point+ = Object.assign({ x: 0, y: %num }, { x: %num });", "const %point+ = turned(%point, %num);", "const %point+ = sheared(%point, %num);", "const %point+: Point = %body;", "const %point+ = [...%group][0];", "const %point+ = structuredClone(%plain);", "const %part+ = structuredClone(%part);", "const %node+ = structuredClone(%node);",
  "const %body+: Body = new Body(%num, %num);", "const %body+: Body = new Heavy(%num, %num, 0.7);", "const %body+: Body = %less ? new Body(%num) : new Heavy(%num, %num, %num);", "const %body+ = %body;", "const %body+ = %body.scale(%num);",
  "const %field+: Field = new Wave(%num);", "const %field+: Field = new Ramp(%num, %num);", "const %field+: Field = %less ? new Wave(%num) : new Ramp(%num, %num);", "const %field+: Field = new Sum(%field, %field);", "const %holder+ = new Holder(%num);", "const %holder+ = %holder;",
  "const %node+: Link = { value: %num, next: null };", "const %node+: Link = { value: %num, next: %node };", "const %node+ = chain(%num, %num);", "const %node+ = %node.next ?? %node;", "const %node+ = %less ? %node : %node;", "const %node+ = %node;",
  "const %part+: Part = { w: %num, inner: null };", "const %part+: Part = { w: %num, k: %num, inner: { v: %num } };", "const %part+: Part = { ...%part, k: %num };", "const %part+: Part = %less ? { w: %num, inner: null } : { w: %num, k: %num, inner: { v: 1 } };", "const %part+ = %part;",
  "const %crowd+: Point[] = [{ x: %num, y: %num }, %point];", "const %crowd+: Point[] = [%point, %point];", "const %crowd+ = %crowd.slice();", "const %crowd+ = %crowd.map((pt) => ({ ...pt, x: %num{pt.x} }));", "const %crowd+: Point[] = %list.map((item) => ({ x: item, y: %num{item} }));",
  "const %crowd+ = [...%crowd, ...%crowd];", "const %crowd+ = %crowd;", "const %crowd+ = [...%register.values()];", "const %crowd+ = %crowd.toSorted((pt, qt) => (%apart{pt.x qt.x}pt.x - qt.x));", "const %crowd+ = %crowd.concat(%point);", "const %crowd+ = structuredClone(%crowd);",
  "const %group+ = new Set<Point>([%point, { x: %num, y: %num }]);", "const %group+ = new Set(%crowd);", "const %register+ = new Map<string, Point>([[\"a\", { x: %num, y: %num }], [\"b\", %point]]);", "const %register+ = new Map(%register);",
  "const %weights+ = new Map<Point, number>([[%point, %num]]);", "const %map+ = new Map<string, number>([[\"a\", %num], [\"b\", %num]]);", "const %map+ = new Map(%map);", "const %map+ = structuredClone(%map);", "const %map+ = %map;", "const %map+ = new Map(Object.entries(%record));",
  "const %record+: Record<string, number> = { a: %num, b: %num };", "const %record+: Record<string, number> = { ...%record, b: %num };", "const %record+: Record<string, number> = Object.fromEntries([[\"a\", %num], [\"b\", %num]]);", "const %record+ = %record;",
  "const %shape+: Shape = (%less ? { kind: \"disc\", r: %num } : { kind: \"box\", w: %num, h: %num }) as Shape;", "const %shape+: Shape = (%less ? %shape : { kind: \"disc\", r: area(%shape) }) as Shape;", "const %absent+: number | undefined = %less ? %num : undefined;", "const %absent+ = %part.k;",
  "const %absent+ = %list.find((item) => %less{item});", "const %absent+ = %crowd[%two]?.x;",
];

const UNIONS = [
  "const %choice+ = (%less ? %num : \"auto\") as number | \"auto\";", "const %choice+: number | \"auto\" = %less ? \"auto\" : %num;", "const %choice+ = pick<number | \"auto\">(%less, %num, \"auto\");",
  "const %choice+ = %style.width;", "const %choice+ = %sizes.get(%key) ?? \"auto\";", "const %choice+ = %choice;", "const %style+: Style = { width: %num, gap: %num };",
  "const %style+: Style = { width: %less ? %num : \"auto\", gap: %less ? \"wide\" : %num };", "const %style+: Style = { width: %choice };", "const %style+: Style = { ...%style, width: %less ? \"auto\" : %num };",
  "const %style+ = fitted(%style, %num);", "const %style+ = structuredClone(%style);", "const %style+ = %less ? %style : %style;", "const %marks+: (number | string)[] = [%num, %less ? %num : \"none\"];",
  "const %marks+: (number | string)[] = [...%list, \"none\"];", "const %marks+: (number | string)[] = %list.map((item) => (%less{item} ? item : \"low\"));", "const %marks+ = %marks.slice();",
  "const %marks+ = %marks.map((mark) => (typeof mark === \"number\" ? mark * 0.5 : mark));", "const %sizes+ = new Map<string, number | \"auto\">([[\"a\", %num], [\"b\", %less ? %num : \"auto\"]]);",
  "const %sizes+ = new Map(%sizes);", "const %labels+: Record<string, number | string> = { a: %num, b: %less ? %num : \"none\" };",
  "const %labels+: Record<string, number | string> = { ...%record, b: \"none\" };", "const %labels+: Record<string, number | string> = { ...%labels, a: %num };", "const %list+ = %marks.map(lengthOf);",
  "const %list+ = %marks.filter((mark): mark is number => typeof mark === \"number\").concat(%num, %num);",
];

const TUPLES = [
  "const %pair+: [number, number | null] = [%num, %less ? %num : null];", "const %pair+: [number, number | null] = [%num, null];", "const %pair+: [number, number | null] = [%num, %num];",
  "const %pair+: [number, number | null] = [%pair[0], %pair[1]];", "const %pair+: [number, number | null] = [%num, %part.inner?.v ?? null];", "const %pair+ = %pair;", "const %pair+ = structuredClone(%pair);",
  "const %ends+: [number, number?] = [%num];", "const %ends+: [number, number?] = [%num, %num];", "const %ends+: [number, number?] = %less ? [%num] : [%num, %num];",
  "const %ends+: [number, number?] = [...%ends];", "const %ends+ = %ends;", "const [%scalar+, %scalar+ = %num] = %ends;", "const [%scalar+, %name~] = %pair;\nconst %scalar+ = %2 ?? %num;",
  "const [, %absent+] = %ends;", "const %absent+ = %pair[1] ?? undefined;",
  "const %name~ = { cells: [] as number[] };\n%1.cells[%small] = %num;\n%1.cells[0] = %num;\nconst %scalar+ = %1.cells.map((item) => item * %num{item}).reduce((acc, item) => acc * 0.5 + item, %num);",
  "const %name~: number[][] = [[%num], []];\n%1[1]![4] = %num;\n%1[1]![%small] = %num;\nconst %list+ = %1.flat().concat(%num, %num);\nconst %scalar+ = %1.flatMap((row) => row.map((item) => item * 0.5)).reduce((acc, item) => acc * 0.5 + item, 0);",
  "const %name~ = new Array<number>(5);\nfor (const at of [4, %small]) %1[at] = %num{at};\n%1.forEach((item, i) => { %mutable += item * i; });\nconst %scalar+ = %1.reduceRight((acc, item) => acc * 0.5 + item, %num);",
  "const %name~: [number, number | null][] = [[%num, null], %pair];\nconst %scalar+ = %1.reduce((acc, [a, b]) => acc + a * (b ?? 0.5), %num);",
  "const %name~: [Point, (number | string)?] = [%point, %num];\nconst %scalar+ = typeof %1[1] === \"number\" ? %1[0].x * %1[1] : 0.5;",
];

const FILLED = [
  "const %point+ = {} as Point;\n%1.x = %num;\n%1.y = %num;", "const %point+: Point = { x: %num, y: %num, ...%draft };", "const %point+: Point = { ...%plain, ...(%less ? { x: %num } : {}) };",
  "const %point+: Point = { ...%plain, ...(%less && { y: %num }) };", "const %name~: Point | null = %less ? null : %plain;\nconst %point+: Point = { x: %num, y: %num, ...(%1 ?? {}) };",
  "const %name~: Point | undefined = %less ? %plain : undefined;\nconst %point+: Point = { x: %num, y: 1, ...%1 };", "const %point+ = Object.assign({}, %plain, { x: %num });",
  "const %point+: Point = Object.assign({}, %plain, %draft);", "const %point+: Point = { ...%plain, [\"x\"]: %num };", "const %point+ = obeyed(%order, %point);",
  "const %crowd+ = %crowd.map((pt) => obeyed(%order, pt));", "const %name~ = %less ? \"a\" : \"b\";\nconst %record+: Record<string, number> = { a: %num, b: %num, [%1]: %num };",
  "const %piece+: Piece = { kind: %less ? Kind.Disc : Kind.Box, w: %num };", "const %piece+: Piece = { kind: Kind.%either{Disc|Box}, w: %num, last: null };", "const %piece+: Piece = { ...%piece, kind: %piece.kind };",
  "const %piece+ = structuredClone(%piece);", "const %piece+ = [%piece, { kind: Kind.Box, w: %num }][%less ? 0 : 1]!;", "const %scalar+ = Object.values(Kind).reduce((s, k) => s + RATES[k] * %num, 0);",
  "const %term+: Term = { degree: %either{1|2|3}, sign: %less ? 1 : -1, w: %num };", "const %term+: Term = { ...%term, degree: %less ? 1 : 2 };", "const %term+: Term = { degree: %term.degree, sign: 1, w: %num };",
  "const %name~ = { low: { w: %num, k: 0.5 }, high: { w: %num, by: %num } };\nconst %scalar+ = %1[%less ? \"low\" : \"high\"].w;",
  "const %name~ = { low: { w: %num }, high: { w: %num, by: %num } };\nfor (const key of [\"low\", \"high\"] as const) %1[key].w *= %num;\nconst %scalar+ = Object.values(%1).reduce((acc, item) => acc + item.w, %1.high.by);",
  "const %part+ = {} as Part;\n%1.w = %num;\n%1.inner = %less ? null : { v: %num };", "const %part+: Part = Object.assign({}, %part, { k: %num });",
  "const %part+: Part = { ...%part, ...(%less ? { k: %num } : {}) };", "const %part+: Part = { w: %num, ...(%part.inner ?? {}), inner: %2.inner };", "const %draft+: Partial<Point> = {};",
  "const %draft+: Partial<Point> = { x: %num };", "const %draft+: Partial<Point> = { ...%plain };", "const %draft+: Partial<Point> = %less ? { y: %num } : {};",
  "const %draft+: Partial<Point> = { ...%draft, ...(%less ? { x: %num } : {}) };", "const %draft+: Partial<Point> = structuredClone(%draft);", "const %absent+ = %draft.x;",
  "const %tree+: Tree = { v: %num, left: null, right: null };", "const %tree+: Tree = { v: %num, left: %tree, right: null };", "const %tree+: Tree = { ...%tree, left: %tree };",
  "const %tree+ = planted(%tree, %num);", "const %tree+ = planted(planted(planted(null, %num), %num), %num);", "const %tree+ = %list.reduce<Tree | null>((tree, item) => planted(tree, item), null)!;",
  "const %tree+ = %tree.left ?? %tree;", "const %tree+ = mirrored(%tree);", "const %tree+ = structuredClone(%tree);", "const %list+{3} = [...walked(%tree), %num, %num];",
  "const %order+ = { kind: \"shift\", by: %num } as Order;", "const %order+ = { kind: \"turn\", angle: %num, about: %point } as Order;",
  "const %order+ = (%less ? { kind: \"rest\" } : { kind: \"turn\", angle: %num }) as Order;", "const %order+ = { kind: \"both\", first: %order, second: %order } as Order;",
  "const %order+ = { kind: \"both\", first: { kind: \"shift\", by: %num }, second: { kind: \"rest\" } } as Order;", "const %spring+ = %spring;", "%grow\nconst %spring+ = new Spring(%num);",
  "%grow\nconst %spring+ = new Spring(%num, %num);", "const %spring+ = Spring.last ?? %spring;", "const %gauge+: Gauge = new Gauge(%num);", "const %gauge+: Gauge = new Lagging(%num);",
  "const %gauge+: Gauge = new Fine(%num);", "const %gauge+: Gauge = %less ? new Gauge(%num) : new Lagging(%num);", "const %gauge+ = %gauge;",
  "const %name~ = { w: %num, get area(): number { return this.w * 0.7; }, set side(value: number) { this.w = value * value; } };\n%1.side = %num;\nconst %scalar+ = %1.area;",
  "const %name~ = class {\n  constructor(readonly w: number) {}\n  area(q: number): number { return this.w * q; }\n};\nconst %scalar+ = new %1(%num).area(%num);",
];

const FUNCTIONS = [
  "const %fn+ = (q: number): number => %num{q};", "const %fn+ = (q: number): number => %block{body q};", "function %fn+(q: number): number %block{body q}", "const %fn+ = %less ? (q: number): number => %num{q} : (q: number): number => %num{q};", "const %fn+ = %less ? %fn : %fn;",
  "const %fn+ = ((k: number) => (q: number): number => %num{q k})(%num);", "const %fn+ = compose(%fn, %fn);", "const %fn+ = curry(%num);", "const %fn+ = scaled.bind(null, %num);", "const %fn+ = %body.pull.bind(%2);", "const %fn+ = (q: number): number => %body.pull(q);", "const %fn+ = %field.at.bind(%2);",
  "const %fn+ = counter(%num);", "const %fn+ = (() => {\n  let sum = %num;\n  return (q: number): number => (sum += q * 0.1);\n})();", "const %fn+ = %table[%two];", "const %fn+ = %ops.up;", "const { up: %fn+ } = %ops;", "let %fn+ = (q: number): number => %num{q};\nif (%less) %1 = (q) => %num{q};",
  "const %fn+ = memo(%fn);", "const %fn+ = function again(q: number, d = 2): number {\n  return d <= 0 ? %num{q} : again(q * 0.7, d - 1) + %num{q};\n};", "const %fn+ = (q: number, k = %num): number => %num{q k};", "const %fn+ = Math.%either{sin|cos|tanh};", "const %fn+ = %fn;",
  "const %action+ = (q: number): void => %block{back q};", "const %action+ = (q: number): void => { %mutable += q; };", "const %action+ = (q: number): void => { %array[%at] = q * %num; };", "const %action+ = (q: number): void => { %point.x += q; };",
  "const %table+: ((q: number) => number)[] = [(q) => %num{q}, (q) => %num{q}];", "const %table+ = [%fn, %fn];", "const %table+: ((q: number) => number)[] = [];\nfor (let %counter~ = 0; %2 < 3; %2++) %1.push((q) => %num{q} + %2);", "const %table+ = [%num, %num].map((k) => (q: number): number => %num{q k});",
  "const %table+: ((q: number) => number)[] = [%fn, Math.sin, curry(%num)];", "const %ops+: Ops = { up: (q) => %num{q}, down: (q) => %num{q} };", "const %ops+: Ops = { up: %fn, down(q) { return this.up(q) * %num{q}; } };", "const %ops+: Ops = { ...%ops, up: %fn };",
  "const %tool+: Tool = { v: %num, held: null };", "const %tool+: Tool = { v: %num, fn: (q) => %num{q}, held: %less ? null : (q: number): number => %num{q} };",
  "const %tool+: Tool = { v: %num, fn: %fn, held: Math.sin };", "const %tool+: Tool = { ...%tool, fn: %fn };", "const %tool+: Tool = { ...%tool, held: %tool.fn ?? null };", "const %tool+ = %tool;",
  "const %fn+ = %tool.fn ?? ((q: number): number => %num{q});", "const %fn+ = (q: number): number => %tool.held?.(q) ?? %num{q};", "const %fn+ = %gauge.read.bind(%2);",
  "const %fn+ = (q: number): number => %spring.force(q);",
];

export const DECLARATIONS: readonly string[] = [NUMBERS, ARRAYS, OBJECTS, UNIONS, TUPLES, FILLED, FUNCTIONS].flat();
