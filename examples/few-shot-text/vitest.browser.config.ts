import { hangLimit } from "@unfoldjs/config/vitest";
import type { ViteUserConfig } from "vitest/config";

// These run in Node, and open a browser themselves.
const config: ViteUserConfig = {
  test: {
    setupFiles: [hangLimit],
    include: ["src/**/*.e2e.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ["default", ["json", { outputFile: "test-results/test-browser.json" }]],
  },
};
export default config;
