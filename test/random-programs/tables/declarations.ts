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

const FUNCTIONS = [
  "const %fn+ = (q: number): number => %num{q};", "const %fn+ = (q: number): number => %block{body q};", "function %fn+(q: number): number %block{body q}", "const %fn+ = %less ? (q: number): number => %num{q} : (q: number): number => %num{q};", "const %fn+ = %less ? %fn : %fn;",
  "const %fn+ = ((k: number) => (q: number): number => %num{q k})(%num);", "const %fn+ = compose(%fn, %fn);", "const %fn+ = curry(%num);", "const %fn+ = scaled.bind(null, %num);", "const %fn+ = %body.pull.bind(%2);", "const %fn+ = (q: number): number => %body.pull(q);", "const %fn+ = %field.at.bind(%2);",
  "const %fn+ = counter(%num);", "const %fn+ = (() => {\n  let sum = %num;\n  return (q: number): number => (sum += q * 0.1);\n})();", "const %fn+ = %table[%two];", "const %fn+ = %ops.up;", "const { up: %fn+ } = %ops;", "let %fn+ = (q: number): number => %num{q};\nif (%less) %1 = (q) => %num{q};",
  "const %fn+ = memo(%fn);", "const %fn+ = function again(q: number, d = 2): number {\n  return d <= 0 ? %num{q} : again(q * 0.7, d - 1) + %num{q};\n};", "const %fn+ = (q: number, k = %num): number => %num{q k};", "const %fn+ = Math.%either{sin|cos|tanh};", "const %fn+ = %fn;",
  "const %action+ = (q: number): void => %block{back q};", "const %action+ = (q: number): void => { %mutable += q; };", "const %action+ = (q: number): void => { %array[%at] = q * %num; };", "const %action+ = (q: number): void => { %point.x += q; };",
  "const %table+: ((q: number) => number)[] = [(q) => %num{q}, (q) => %num{q}];", "const %table+ = [%fn, %fn];", "const %table+: ((q: number) => number)[] = [];\nfor (let %counter~ = 0; %2 < 3; %2++) %1.push((q) => %num{q} + %2);", "const %table+ = [%num, %num].map((k) => (q: number): number => %num{q k});",
  "const %table+: ((q: number) => number)[] = [%fn, Math.sin, curry(%num)];", "const %ops+: Ops = { up: (q) => %num{q}, down: (q) => %num{q} };", "const %ops+: Ops = { up: %fn, down(q) { return this.up(q) * %num{q}; } };", "const %ops+: Ops = { ...%ops, up: %fn };",
];

export const DECLARATIONS: readonly string[] = [NUMBERS, ARRAYS, OBJECTS, FUNCTIONS].flat();
