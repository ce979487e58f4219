// Bundles the app; the plugin replaces every call of a marker by generated code on the way.
import { cotangent } from "@cotangent/unplugin/esbuild";
import { build } from "esbuild";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts"],
  outdir: process.argv[2] ?? "dist",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  sourcemap: true,
  plugins: [cotangent({ cwd: here })],
});
