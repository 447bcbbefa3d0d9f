import { nodeTests } from "@unfoldjs/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = mergeConfig(nodeTests, {
  test: { include: ["scripts/**/*.test.ts"], globalSetup: ["scripts/build-missing.ts"] },
});
export default config;
