import { fitPrograms, tryPrograms, shrinkFailure } from "./random-programs/check.ts";
import { printProgram } from "./random-programs/program.ts";
const first = Number(process.argv[2]); const count = Number(process.argv[3]); const noShrink = process.argv.includes("--no-shrink");
const only = process.argv.includes("--only") ? new RegExp(process.argv[process.argv.indexOf("--only") + 1]!) : null;
const kinds = new Map<string, number>(); const shown = new Set<string>();
let seed = first;
for (let done = 0; done < count;) {
  const batch = fitPrograms(seed, 1, Math.min(20, count - done));
  seed = batch.at(-1)!.seed + 1; done += batch.length;
  const chosen = only ? batch.filter((b) => only.test(printProgram(b.program, "plain"))) : batch;
  for (const t of tryPrograms(chosen)) {
    const v = t.verdict; const k = v.kind + ("code" in v ? ` ${v.code}` : "");
    kinds.set(k, (kinds.get(k) ?? 0) + 1);
    if (v.kind === "wrong" || v.kind === "crashed") {
      if (noShrink) { console.log(`--- ${t.seed} ${v.kind}: ${v.detail.slice(0, 400)}`); continue; }
      const s = shrinkFailure(t);
      console.log(`--- ${t.seed} ${v.kind}: ${v.detail.slice(0, 300)}\n>> ${"detail" in s.verdict ? s.verdict.detail.slice(0, 600) : ""}\n${printProgram(s.program, "plain")}\nargs ${s.program.args}`);
    } else if (v.kind === "refused" && !shown.has(v.code)) {
      shown.add(v.code);
      if (noShrink) continue;
      const s = shrinkFailure(t);
      console.log(`--- ${t.seed} refused ${v.code}\n${printProgram(s.program, "plain")}\nargs ${s.program.args}`);
    }
  }
  console.log(`# to seed ${seed}: ${[...kinds].map(([k, n]) => `${n} ${k}`).join(", ")}`);
}
