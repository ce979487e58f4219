// Starts a benchmark that is written in TypeScript with plain Node, after the packages were built: esbuild strips the types, and installed
// packages are imported from where they are.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const installed = {
  name: "installed-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => ({ path: path.startsWith("node:") ? path : import.meta.resolve(path), external: true }));
  },
};

/** @param {URL} main */
export async function start(main) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(main)], plugins: [installed], define: { "import.meta.url": JSON.stringify(main.href) },
    bundle: true, format: "esm", platform: "node", target: "es2022", write: false,
  });
  await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
