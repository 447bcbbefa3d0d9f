import { nodeTests } from "@unfoldjs/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = mergeConfig(nodeTests, {
  // What must not compile is tested too: `*.test-d.ts`.
  test: { typecheck: { enabled: true, include: ["src/**/*.test-d.ts"], ignoreSourceErrors: true } },
});
export default config;
