// The plugin replaces every call of a marker by generated code while Vite serves and builds.
import { cotangent } from "@cotangent/unplugin/vite";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));

const config: UserConfig = defineConfig({
  root: here,
  base: "./",
  plugins: [cotangent({ cwd: here })],
});

export default config;
