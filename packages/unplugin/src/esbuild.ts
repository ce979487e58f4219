// The plugin for esbuild: `plugins: [cotangent()]`. Put it first: esbuild runs one transform per file.
import type { UnpluginInstance } from "unplugin";
import { cotangent as plugin, type CotangentOptions } from "./index.ts";

export type { CotangentOptions } from "./index.ts";

export const cotangent: UnpluginInstance<CotangentOptions | undefined, false>["esbuild"] = plugin.esbuild;
