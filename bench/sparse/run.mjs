// Starts the benchmark of sparse derivatives: `node bench/sparse/run.mjs`, after the packages were built.
import { start } from "../start.mjs";

await start(new URL("main.ts", import.meta.url));
