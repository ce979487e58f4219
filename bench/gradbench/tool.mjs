// Starts the GradBench tool with plain Node: `node bench/gradbench/tool.mjs [--flat]`, after the packages were built.
// The tool itself is TypeScript; esbuild strips it here, and installed packages are imported from where they are.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const installed = {
  name: "installed-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => ({ path: path.startsWith("node:") ? path : import.meta.resolve(path), external: true }));
  },
};

const main = fileURLToPath(new URL("tool/main.ts", import.meta.url));
const { outputFiles } = await build({
  entryPoints: [main], plugins: [installed], define: { "import.meta.url": JSON.stringify(new URL("tool/main.ts", import.meta.url).href) },
  bundle: true, format: "esm", platform: "node", target: "es2022", write: false,
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
