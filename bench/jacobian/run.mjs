// Starts the benchmark of Jacobians: `node bench/jacobian/run.mjs`, after the packages were built.
import { start } from "../start.mjs";

await start(new URL("main.ts", import.meta.url));
