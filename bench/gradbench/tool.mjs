// Starts the GradBench tool: `node bench/gradbench/tool.mjs [--flat]`, after the packages were built.
import { start } from "../start.mjs";

await start(new URL("tool/main.ts", import.meta.url));
