import { nodeTests } from "@unfoldjs/config/vitest";
import type { ViteUserConfig } from "vitest/config";

/** Tests of builds of the core that only a Rust toolchain makes; `test:rust` makes them first. */
const rustTests: ViteUserConfig = {
  ...nodeTests,
  test: {
    ...nodeTests.test,
    include: ["src/**/*.rust.test.ts"],
    exclude: ["**/node_modules/**"],
    reporters: ["default", ["json", { outputFile: "test-results/test-rust.json" }]],
  },
};

export { rustTests as default };
