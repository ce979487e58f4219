// One vitest project for the whole workspace. What tests import of the packages by name is what users get, the built code: a setup
// builds it first. It runs as Node runs it, not through vitest's module runner, in which every imported name is a getter.
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts", "fixtures/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: ["tools/build-for-tests.mjs"],
    server: { deps: { external: [/\/packages\/\w+\/dist\//] } },
    // compilers make much that is soon garbage
    execArgv: ["--min-semi-space-size=64", "--max-semi-space-size=128", "--enable-source-maps"],
    // the first test of a file may compile what all of its tests are about
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    isolate: false,
  },
});

export default config;
