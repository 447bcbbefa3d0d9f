import { resolve } from "node:path";
import { playwright } from "@vitest/browser-playwright";
import type { ViteUserConfig } from "vitest/config";
import { chromiumOptions } from "./chromium.ts";
import { beginTest, hangReporter } from "./hang-reporter.ts";

/** Tests that run in an isolated page, which has shared memory, on the packages as they are built for one. */
export const browserTests: ViteUserConfig = {
  server: {
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
  },
  resolve: {
    alias: { "@unfoldjs/tensor-core": resolve(import.meta.dirname, "../../packages/tensor-core/dist/index.page.js") },
  },
  test: {
    include: ["src/**/*.browser.test.ts"],
    reporters: ["default", ["json", { outputFile: "test-results/test-browser.json" }], hangReporter],
    setupFiles: [resolve(import.meta.dirname, "begin-test.ts")],
    browser: {
      enabled: true,
      commands: { beginTest },
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: chromiumOptions() }),
      instances: [{ browser: "chromium" }],
    },
  },
};
