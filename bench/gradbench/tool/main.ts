// The tool as a program: `--flat` keeps matrices in flat typed arrays where a program for that exists.
import { compileProgram } from "./compile.ts";
import { serve } from "./tool.ts";

await serve(process.stdin, process.stdout, { load: compileProgram, flat: process.argv.includes("--flat") });
