import { resolve } from "node:path";
import { defaultServerConditions } from "vite";
import type { ViteUserConfig } from "vitest/config";

// As in tsconfig.json: packages of the workspace are read from their sources.
const conditions = ["@unfoldjs/source", ...defaultServerConditions];

/** Ends a process whose test never comes back, and names the test: a setup file for whatever runs in Node. */
export const hangLimit: string = resolve(import.meta.dirname, "hang-limit.ts");

/** Tests that run in Node, beside the sources they test. */
export const nodeTests: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["src/**/*.test.ts", "**/*.test.mjs"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.{browser,rust}.test.ts"],
    environment: "node",
    testTimeout: 30_000, // for machines that do something else besides
    setupFiles: [hangLimit],
    // `npm test` adds up the counts of all packages from these files, which turbo replays for what has not changed.
    reporters: ["default", ["json", { outputFile: "test-results/test.json" }]],
  },
};
