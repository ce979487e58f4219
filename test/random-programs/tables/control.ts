// Statements with blocks: conditions, loops, handlers; the language of rows is explained in rows.ts.

const BRANCHES = [
  "if (%less) %block", "if (%less) %block else %block", "if (%less) %block else if (%less) %block else %block", "%label~: %block", "%label~: {\n  if (%less) break %1;\n  %mutable += %num;\n}",
  "switch (%counter % 3) {\n  case 0: %block\n  case 1: %block break;\n  default: %block\n}", "switch (%list.length % 3) {\n  default: %block\n  case 0: %block break;\n  case 1: %block\n}", "switch (true) {\n  case %less: %block{switch} break;\n  case %less: %block{switch}\n  default: %block{switch}\n}",
  "switch (%shape.kind) {\n  case \"disc\": %mutable += %1.r; break;\n  case \"box\": %2 *= %1.w;\n}", "%label~: switch (%two + 0) {\n  case 0: %block break %1;\n  default: %block\n}",
  "switch (%counter % 4) {\n  case 0: %block\n  default: %block\n  case 1: %block break;\n  case 2: %block\n}",
  "switch (%order.kind) {\n  case \"both\": %block{without}\n  default: %block{without} break;\n  case \"turn\": %block{without}\n  case \"shift\":\n    %mutable += effort(%1, 0.5);\n}",
  "if (typeof %choice === \"number\") {\n  const %scalar~ = %1;\n  if (%less) %block{without}\n  %mutable += %2 * 0.5;\n}",
  "const [%scalar~, %name~] = %pair;\nif (%2 !== null) {\n  const %scalar~ = %2;\n  if (%less) %block{without}\n  %mutable += %4;\n}",
];

const LOOPS = [
  "for (let %counter~ = 0; %1 < %small; %1++) %block{loop}", "for (let %counter~ = 3; %1 >= 0; %1--) %block{loop}", "for (let %counter~ = 2; %1 < %small; %1++) %block{loop}", "for (let %counter~ = 0; %1 < %array.length; %1++) %block{loop through}", "for (let %counter~ = %array.length - 1; %1 >= 0; %1--) %block{loop through}",
  "for (let %counter~ = 0, %mutable~ = %num; %1 < 3; %1++, %2 *= 0.7) %block{loop}", "for (let %scalar~ = 0.1; %1 < 1; %1 += 0.3) %block{loop}", "for (let %counter~ = 0, %name~ = 2; %1 < %2; %1++, %2 -= 0.5) %block{loop}", "for (let %counter~ = 0; %1 < 4; %1 += 2) %block{loop}",
  "let %counter~ = %small;\nwhile (%1 > 0) {\n  %1--;\n  %mutable += %num;\n  if (%less) continue;\n  %mutable *= 0.5;\n}", "let %name~ = %small;\nwhile (%1-- > 0) %block{loop}", "let %name~ = %small;\nwhile ((%1 = %1 - 1) >= 0) %block{loop}", "let %name~ = 4;\nwhile (%less && %1-- > 0) %block{loop}",
  "let %name~ = 3;\nfor (; %1-- > 0 && %less; %mutable += %num) %block{loop}", "let %name~ = 3;\ndo %block{loop} while (--%1 > 0);", "let %name~ = 3;\ndo %block{loop} while (--%1 > 0 && %less);", "let %name~ = 4;\nfor (;;) {\n  if (--%1 < 0) break;\n  if (%less) break;\n  %mutable = %num;\n}",
  "let %name~ = 4;\nwhile ((%mutable = %num) < 100 && --%1 > 0) %block{loop}", "%label~: for (let %counter~ = 0; %2 < 2; %2++) for (let %counter~ = 0; %3 < 2; %3++) %block{loop}", "%label~: for (let %counter~ = 0; %2 < 3; %2++) {\n  for (const %scalar~ of %array) %block{loop fixed}\n  %mutable += %num;\n}",
  "%label~: for (const %scalar~ of %array) {\n  let %name~ = 2;\n  while (%4-- > 0) %block{loop fixed}\n}", "%label~: do {\n  for (let %counter~ = 0; %2 < 3; %2++) %block{loop}\n} while (false);", "let %name~ = 3;\n%label~: while (%1-- > 0) {\n  switch (%1 % 2) {\n    case 0: %block{loop switch}\n    default: %block{loop switch}\n  }\n}",
  "for (const %scalar~ of %array) %block{loop fixed}", "for (const [%counter~, %scalar~] of %list.entries()) %block{loop fixed}", "for (const %scalar~ of [%num, %num, ...%list]) %block{loop}", "for (const %scalar~ of %list.slice()) %block{loop}", "for (const %name~ in %list) if (Number(%1) < 2) %mutable += %num;",
  "for (const %point~ of %crowd) %block{loop fixed}", "for (let { x: %scalar~, y: %mutable~ } of %crowd) %block{loop fixed}", "for (const [%counter~, %point~] of %crowd.entries()) %block{loop fixed}", "for (const %point~ of %group) %block{loop without fixed}", "for (const %list~ of %matrix) %block{loop fixed}",
  "for (const [, %point~] of %register) %block{loop without}", "for (const [, %scalar~] of %map) %block{loop without}", "for (const %scalar~ of %map.values()) %block{loop without}", "for (const %scalar~ of Object.values(%record)) %block{loop}", "for (const [%name~, %scalar~] of Object.entries(%record)) {\n  if (%1 === \"a\") continue;\n  %mutable += %num{%2};\n}",
  "for (const %fn~ of %table) %block{loop}", "for (const %scalar~ of new Set(%list)) %block{loop}", "for (const %scalar~ of %either{damped|pairs|climb}(%list, %num)) %block{loop without fixed}", "for (const %scalar~ of both(%list, %num)) %block{loop without fixed}", "let %name~ = 4;\nfor (const %scalar~ of endless(%num)) {\n  if (--%1 < 0 || %less{%2}) break;\n  %mutable += %num{%2};\n}",
  "for (const %scalar~ of take(endless(%num), 3)) %block{loop}", "for (const %scalar~ of %body.items()) %block{loop without}", "for (const %scalar~ of new Trail(%num, %num)) %block{loop}", "for (const %scalar~ of %array) for (let %counter~ = 0; %3 < 2; %3++) %block{loop fixed}",
  "let %name~: Link | null = %node;\nfor (let %counter~ = 0; %1 !== null && %3 < 4; %3++) {\n  %mutable += %1.value * 0.3;\n  %1.value *= 0.9;\n  if (%less) break;\n  %1 = %1.next;\n}",
  "let [%name~, %name~] = [%list.slice(0, 2), [0, 0]];\nfor (let %counter~ = 0; %4 < 3; %4++) {\n  for (let at = 0; at < %1.length; at++) %2[at] = %1[(at + 1) % 2] * %num;\n  [%1, %2] = [%2, %1];\n}\n%mutable += %1[0] - %2[1];",
  "let [%slot~, %slot~] = [%slot, %list];\nfor (let %counter~ = 0; %5 < 3; %5++) {\n  const spare = %1;\n  %1 = %2;\n  %2 = spare;\n  %1[0] += %2[1] * %num;\n}",
  "let %name~ = (%less ? %num : \"auto\") as number | \"auto\";\nfor (let %counter~ = 0; %2 < 3; %2++) {\n  if (%1 === \"auto\") %1 = %num;\n  else if (%less) %1 = \"auto\";\n  else %1 *= 0.5;\n}\n%mutable += sized(%1, 0.7);",
  "let %name~: number | null = null;\nfor (const %scalar~ of %list) {\n  if (%1 === null) %1 = %2 * 0.5;\n  else if (%less{%2}) %1 += %2;\n}\n%mutable += %1 ?? 0.3;",
  "for (const [%scalar~, %name~] of [[%num, null], [%num, %num]] as [number, number | null][]) {\n  if (%2 === null) continue;\n  %mutable += %1 * %2;\n}",
  "for (const mark of %marks) if (typeof mark === \"number\") %mutable += mark * 0.5;", "for (const %scalar~ of walked(%tree)) %block{loop without fixed}",
  "for (const %spring~ of [...Spring.all, %spring]) %block{loop without}", "%spring.rest += 0.1;\nfor (const %spring~ of Spring.all) %block{loop fixed}",
  "let %name~: Tree | null = %tree;\nfor (let %counter~ = 0; %1 !== null && %3 < 4; %3++) {\n  %mutable += %1.v * 0.3;\n  %1 = %less ? %1.left : %1.right;\n}",
];

const CALLBACKS = [
  "%array.forEach((item) => %block{back item});", "%list.forEach((item, %counter~) => %block{back through item});", "%crowd.forEach((pt) => %block{back pt.x pt.y});", "%map.forEach((item) => %block{called without item});", "repeat(3, (q) => %block{back q});",
  "const %list+ = %list.map((item) => %block{body item});", "const %scalar+ = %list.reduce((acc, item) => %block{body acc item}, %num);", "const %list+ = %list.filter((item) => { %mutable += item * 0.1; return %less{item}; }).concat(%num, %num);", "const %scalar+ = %list.findLast((item) => { %array[%at] *= 0.9; return %less{item}; }) ?? %num;",
  "(() => %block{back})();", "const %scalar+ = twice((q) => %block{body q}, %num);", "const %absent+ = %list.find((item) => { if (%less{item}) return true; %mutable -= %num{item}; return false; });", "if (%list.some((item) => { %mutable += %num{item}; return %less{item}; })) %block",
  "try {\n  %list.forEach((item) => {\n    if (%less{item}) throw item;\n    %mutable += %num{item};\n  });\n} catch (caught) {\n  %mutable -= typeof caught === \"number\" ? caught : 0.5;\n}",
];

const HANDLERS = [
  "try %block{try} catch %block", "try %block{try} catch %block finally %block", "try %block finally %block", "try %block{try} catch (%name~) { %mutable += typeof %1 === \"number\" ? 0.5 * %1 : %num; }", "try %block{try} catch (%name~) { if (%1 instanceof Fault) %mutable += %1.amount * 0.5; else %2 -= %num; }",
  "try {\n  try %block{try} catch (%name~) {\n    %mutable *= 0.5;\n    throw %1;\n  }\n} catch (%name~) {\n  %2 += typeof %3 === \"number\" ? %3 : 0.1;\n}", "try {\n  try %block{try} finally {\n    %mutable += %num;\n  }\n} catch {\n  %mutable = %num;\n}", "try %block{try} catch %block finally {\n  if (%less) %exit;\n  %mutable += 0.1;\n}",
  "try {\n  %mutable += risky(%num);\n  %array[%at] = risky(%num);\n} catch (%name~) {\n  if (!(%4 instanceof Fault)) throw %4;\n  %1 += %4.amount;\n}", "try {\n  if (%less) throw %num;\n  %exit;\n} catch {\n  %mutable += %num;\n} finally {\n  %mutable *= 0.5;\n}",
  "for (let %counter~ = 0; %1 < 3; %1++) {\n  try {\n    if (%less) continue;\n    %mutable += risky(%num);\n  } catch {\n    break;\n  } finally {\n    %mutable -= %num;\n  }\n}", "const %scalar+ = (() => {\n  try {\n    return risky(%num);\n  } catch {\n    return %num;\n  } finally {\n    %mutable += 0.5;\n  }\n})();",
  "const %scalar+ = ((): number => {\n  try {\n    if (%less) throw new Fault(%num);\n    return %num;\n  } catch (caught) {\n    return caught instanceof Fault ? caught.amount : 0;\n  }\n})();", "const %scalar+ = guarded((q) => risky(%num{q}), %num);",
  "try {\n  %mutable += strict(%num);\n} catch (%name~) {\n  if (%2 instanceof Underflow) %1 -= %num;\n  else if (%2 instanceof Overflow) %1 += %2.message.length * 0.1;\n  else throw %2;\n}",
  "try %block{try} catch (%name~) {\n  %mutable += told(%1);\n} finally {\n  %mutable *= 0.9;\n}",
  "try {\n  for (const %scalar~ of %array) %mutable += strict(%1);\n} catch (%name~) {\n  %mutable *= %4 instanceof Underflow ? 0.5 : 0.7;\n}",
  "const %scalar+ = ((): number => {\n  try {\n    return strict(%num);\n  } catch (caught) {\n    return told(caught);\n  } finally {\n    if (%less) return %num;\n  }\n})();",
  "const %scalar+ = guarded((q) => strict(%num{q}) + risky(q), %num);",
  "try %block{try} catch (%name~) {\n  %mutable += %1 instanceof Error ? %1.message.length * 0.1 : 0.5;\n}", "try {\n  try %block{try} catch {\n    throw new Overflow(\"again\");\n  }\n} catch (%name~) {\n  %mutable += told(%1);\n}",
];

const EXITS = ["if (%less) %exit;", "if (%less) { %exit; }", "if (%less) {\n  if (%less) { %exit; }\n  %mutable += %num;\n}", "if (%less) {\n  %mutable *= 0.5;\n  %exit;\n}", "if (%less) { %exit; } else if (%less) { %exit; }"];

export const CONTROL: readonly string[] = [BRANCHES, LOOPS, LOOPS, CALLBACKS, HANDLERS].flat();
export const LEAVING: readonly string[] = EXITS;
