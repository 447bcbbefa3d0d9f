import { hangLimit } from "@unfoldjs/config/vitest";
import type { ViteUserConfig } from "vitest/config";

// These run in Node, and open a browser themselves.
const config: ViteUserConfig = {
  test: {
    setupFiles: [hangLimit],
    include: ["src/**/*.browser.test.ts"],
    testTimeout: 180_000,
    reporters: ["default", ["json", { outputFile: "test-results/test-browser.json" }]],
  },
};
export default config;
