// The plugin for Vite and Vitest: `plugins: [cotangent()]`.
import type { UnpluginInstance } from "unplugin";
import { cotangent as plugin, type CotangentOptions } from "./index.ts";

export type { CotangentOptions } from "./index.ts";

export const cotangent: UnpluginInstance<CotangentOptions | undefined, false>["vite"] = plugin.vite;
