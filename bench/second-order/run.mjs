// Starts the benchmark of second derivatives: `node bench/second-order/run.mjs`, after the packages were built.
import { start } from "../start.mjs";

await start(new URL("main.ts", import.meta.url));
