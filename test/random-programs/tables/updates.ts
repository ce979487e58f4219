// Statements that write to what exists already, by the kind of what they write; the language of rows is explained in rows.ts.

const NUMBERS = [
  "%mutable %op %num;", "%mutable %op %num;", "%mutable **= 2;", "%mutable%either{++|--};", "[%mutable, %mutable] = [%2, %1];", "%mutable = (%mutable *= 0.5, %2 + %num);", "%mutable = %mutable = %num;", "[%mutable, %mutable = %num] = %list;", "({ x: %mutable, y: %mutable } = %point);",
  "%less && (%mutable = %num);", "%mutable += %1 = %num;", "%mutable = %num, %mutable *= 0.5;", "if ((%mutable = %num) > -100) %mutable += %1 * 0.5;", "for (%mutable of %array) %mutable = %num;",
];

const ARRAYS = [
  "%array[%at] %op %num;", "%array[%at] %op %num;", "%array[%at] %op %num;", "%array.fill(%num, 1);", "[%array[%at], %array[%at]] = [%3[%4], %1[%2]];", "%array[%at] = %mutable = %num;", "%array[%at] **= 2;", "%array.sort((p, q) => (%apart{p q}p - q));", "%array.reverse();",
  "%array.copyWithin(0, 1);", "%array.forEach((item, at) => { %1[at] = %num{item}; });", "%array[%at]%either{++|--};", "[%array[%at], %mutable] = [%3, %1[%2]];", "%list.push(%1.shift()! * 0.9);", "%list.unshift(%1.pop()! + %num);", "%list.splice(1, 1, %num);", "%list.splice(0, 1, ...[%num, %num].slice(1));",
  "%grow\n%list.push(%num);", "%grow\n%list.push(%num, ...%list.slice(0, 2));", "%grow\n%list.splice(1, 0, %num, %num);", "%grow\n%list.unshift(%num);", "%list.push(%num, %num); %1.length -= 2;", "%list.push(%num, %num); %1.length = %1.length - 1; %1.pop();", "%grow\n%list[%1.length] = %num;",
  "%grow\nconst %name~ = %num;\n%list.length += 1; %2[%2.length - 1] = %1;", "%list.splice(0, 2).forEach((item) => %1.push(item * 0.9));", "bump(%list, %num);", "bump(%matrix[%two], %num);", "const %name~ = %list.splice(1); %1.push(...%2);",
  "%slot = %list;", "%slot = %1.map((item) => %num{item});", "[%slot, %slot] = [%2, %1];", "%slot = [%num, %num];", "%grow\n%slot = [...%1, %num];", "const %name~ = %slot; %2 = %slot; %3 = %1;", "%slot = %1.slice();", "%slot = pick(%less, %slot, %list);",
  "%floats.set([%num, %num]);", "%floats{3}.set(%1.subarray(0, 2), 1);", "%floats.subarray(1)[0] %op %num;", "%matrix[%two][%two] %op %num;", "[%matrix[0], %1[1]] = [%1[1], %1[0]];", "%matrix[%two] = %1[%two];", "%matrix[%two] = %list;", "%matrix[%two] = [%num, %num];", "%matrix.reverse();",
  "for (const row of %matrix) row[%two] %op %num;", "%matrix.forEach((row, at) => { row[at % 2] += %num; });", "%grow\n%matrix.push(%list);", "%matrix.push(%1.shift()!);", "[%matrix[0][0], %1[1][1]] = [%1[1][1], %num];",
];

const OBJECTS = [
  "%point.%either{x|y} %op %num;", "%point.%either{x|y} %op %num;", "[%point.x, %point.y] = [%2.y, %1.x];", "({ x: %point.y, y: %1.x } = { x: %num, y: %num });", "Object.assign(%plain, { x: %num });", "move(%point, %num);",
  "%body.scale(%num).shift(0.5);", "%body.side = %num;", "%body.shift(%num);", "%body.heft += %num;", "Body.mix(%body, %body, %num);", "%field.tune(%num);", "%holder.value %op %num;", "%holder.value = %holder.swap(%num);",
  "%node.value %op %num;", "%node.next = %node;", "%node.next = { value: %num, next: %1.next };", "if (%node.next !== null) %1.next.value += %num;", "cut(%node);", "%node.next = %less ? %node : null;",
  "%part.k = %num;", "%part.k ??= %num;", "%part.inner = { v: %num };", "%part.inner = %less ? null : { v: %num };", "if (%part.inner !== null) %1.inner.v += %num;", "%part.inner = %part.inner;", "if (%part.k !== undefined) %1.k *= 0.5;", "%part.w %op %num;", "%part.inner &&= { v: %1.inner.v * %num };",
  "%crowd[%two] = %point;", "%crowd[%two] = { x: %num, y: %num };", "[%crowd[0], %1[1]] = [%1[1], %1[0]];", "%crowd[%two].%either{x|y} %op %num;", "%crowd.reverse();", "%crowd.sort((pt, qt) => (%apart{pt.x qt.x}pt.x - qt.x));", "%crowd.push(%1.shift()!);",
  "%crowd.forEach((pt, at) => { pt.x = %num{pt.y} * (at + 1); });", "%grow\n%crowd.push(%point);", "%grow\n%crowd.push({ x: %num, y: 1 }, %point);", "%crowd.splice(1, 1, { x: %num, y: %num });", "for (const { x: a, y: b } of %crowd) %mutable += a * b * 0.1;",
  "%group.add(%point);", "%group.forEach((pt) => { pt.y += %num{pt.x}; });", "if (%group.delete(%point)) %1.add({ x: %num, y: %num });", "%register.set(%key, %point);", "%register.get(%key)!.x %op %num;", "%register.get(%key)!.y = %num;", "%register.set(\"c\", { ...%1.get(\"a\")!, x: %num });",
  "%weights.set(%point, %num);", "%weights.set(%point, (%1.get(%2) ?? 0) + %num);", "%map.set(%key, %num);", "%map.set(%key, %1.get(\"a\")! * 0.5 + %num);", "if (%map.delete(%key)) %1.set(%2, %num);", "%map.forEach((item, key) => { %1.set(key, %num{item}); });", "%map.set(\"c\", (%1.get(\"c\") ?? 0) + %num);",
  "%record[%key] = %num;", "%record[%key]! += %num;", "%record[\"c\"] = (%1[\"c\"] ?? 0) + %num;", "for (const key in %record) %1[key] = %1[key]! * %num;", "for (const key of Object.keys(%record)) %1[key]! += %num;", "Object.assign(%record, { b: %num });", "delete %record[\"c\"];", "for (const key in %plain) %mutable += %1[key as keyof Point] * 0.3;", "for (const key of Object.keys(%plain) as (keyof Point)[]) %1[key] *= 0.9;",
];

const UNIONS = [
  "%style.width = %less ? %num : \"auto\";", "%style.width = %num as number | \"auto\";", "%style.gap = %less ? %num : \"wide\";", "%style.gap ??= %num;",
  "if (typeof %style.width === \"number\") %1.width *= 0.9;", "const %name~ = %num;\nif (%style.width === \"auto\") %2.width = %1 as number | \"auto\";", "const %name~: Partial<Style> = %style;\ndelete %1.gap;",
  "%marks[%two] = %num;", "%marks[%two] = %less ? \"none\" : %num;", "%marks.reverse();", "%grow\n%marks.push(%num, \"none\");", "%marks.push(%1.shift()!);",
  "%marks.forEach((mark, at) => { if (typeof mark === \"number\") %1[at] = %num{mark}; });", "for (const [at, mark] of %marks.entries()) if (typeof mark === \"number\") %1[at] = mark * 0.5;",
  "%sizes.set(%key, %less ? %num : \"auto\");", "%sizes.set(%key, sized(%1.get(\"b\") ?? \"auto\", %num));", "%sizes.forEach((size, key) => { if (size !== \"auto\") %1.set(key, %num{size}); });",
  "%labels[%key] = %less ? %num : \"none\";", "for (const key in %labels) {\n  const mark = %1[key];\n  if (typeof mark === \"number\") %1[key] = %num{mark};\n}",
];

const TUPLES = [
  "%pair[0] %op %num;", "%pair[1] = %less ? %num : null;", "%pair[1] = %1[1] === null ? %1[0] : null;", "%pair[1] ??= %num;", "if (%pair[1] !== null) %1[1] *= 0.9;", "[%pair[0], %1[1]] = [%1[1] ?? %num, %1[0]];",
  "%ends[0] %op %num;", "%ends[1] = %num;", "%ends[1] ??= %num;", "%ends[1] = %less ? %num : undefined;",
];

const FILLED = [
  "%term.w *= %num;", "%term.degree = %less ? 1 : 3;", "%term.sign = %less ? -1 : 1;", "%term.w += raised(%term, %num);", "Object.assign(%term, { degree: 2 });", "%piece.w = %num;", "%piece.w += %num;", "%piece.kind = Kind.%either{Disc|Box};", "%piece.last = %1.kind;\n%1.kind = %less ? Kind.Disc : Kind.Box;", "if (isOf(%piece, Kind.Box)) %1.kind = Kind.Disc; else %1.w = %num;", "%piece.last ??= Kind.Disc;",
  "if (%less) delete %part.k;", "delete %part.k;\nif (%less) %1.k = %num;", "const %name~: { k?: number } = %part;\ndelete %1.k;", "%draft.x = %num;", "%draft.y = %less ? %num : 1;",
  "if (%less) delete %draft.%either{x|y};", "delete %draft.x;\nif (%less) %1.x = %num;", "if (%draft.x !== undefined) %1.x *= 0.7;", "for (const key of [\"x\", \"y\"] as const) %draft[key] ??= %num;",
  "Object.assign(%draft, { x: %num });", "Object.assign(%plain, %draft);", "const %name~ = %less ? \"x\" : \"y\";\n%plain[%1] %op %num;", "%tree.v %op %num;", "%tree.left = %less ? %tree : null;",
  "%tree.right = { v: %num, left: null, right: %1.left };", "plant(%tree, %num);", "drained(%tree, %num);",
  "const %name~ = { sum: %num, add(q: number) { this.sum += q * %scalar; }, get half() { return this.sum * 0.5; } };\nconst %name~ = (n: number): number => {\n  if (n > 0) {\n    %1.add(n * %num);\n    %3(n - 1);\n  }\n  return %1.half;\n};\n%mutable += %3(3);",
  "const %name~ = { sum: %num, add: (q: number) => { %1.sum += q * %mutable; } };\nconst %name~ = (n: number): void => {\n  if (n === 0) return;\n  %1.add(n * %num);\n  %3(n - 1);\n};\n%3(3);\n%2 += %1.sum;",
  "if (%tree.left !== null) %1.left.v += %num;", "[%tree.left, %1.right] = [%1.right, %1.left];",
  "const %name~ = %num;\nif (%order.kind === \"shift\") %2.by = %1;", "if (%order.kind === \"turn\") %1.about = { x: %1.angle, y: 0.5 };", "%spring.rest %op %num;", "Spring.pull *= %spring.force(%num);",
  "Spring.last = %spring;", "if (Spring.last !== %spring) Spring.all.reverse();", "for (const spring of Spring.all) spring.k += %spring.rest * %num;", "%gauge.level %op %num;",
  "%gauge.level = %gauge.read(%num);",
];

const FUNCTIONS = [
  "%action(%num);", "%action(%num);", "%list.forEach(%action);", "[%num, %num].forEach((item) => %action(item));", "repeat(2, %action);", "%table[%two] = %fn;", "%table.push(%1.shift()!);", "%table[%two] = (q) => %num{q};", "%ops.up = %fn;", "%ops.down = (q) => %num{q};",
  "%tool.fn = %fn;", "%tool.fn ??= (q) => %num{q};", "%tool.held = %less ? null : (q: number): number => %num{q};", "%tool.held = %tool.fn ?? null;", "%tool.held ??= %fn;",
  "const %name~: Partial<Tool> = %tool;\ndelete %1.fn;", "%tool.v %op %num;",
];

export const UPDATES: readonly string[] = [NUMBERS, ARRAYS, OBJECTS, UNIONS, TUPLES, FILLED, FUNCTIONS].flat();
