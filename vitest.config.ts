// One vitest project for the whole workspace. Packages are imported by name and resolved to their sources through
// the condition `@cotangent/source`, so unit tests need no build; what runs the built packages starts a process.
import { defineConfig, type ViteUserConfig } from "vitest/config";

const conditions: string[] = ["@cotangent/source"];

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts", "fixtures/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // the first test of a file may compile what all of its tests are about
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});

export default config;
