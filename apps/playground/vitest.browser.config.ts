import { hangLimit } from "@unfoldjs/config/vitest";
import type { ViteUserConfig } from "vitest/config";

// These run in Node, and open a browser themselves.
const config: ViteUserConfig = {
  test: {
    setupFiles: [hangLimit],
    include: ["tests/**/*.e2e.ts"],
    globalSetup: ["tests/built-pages.ts"],
    fileParallelism: false, // labs train on all of the machine's processors
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } }, // a busy machine trains slowly
    reporters: ["default", ["json", { outputFile: "test-results/test-browser.json" }]],
  },
};
export default config;
