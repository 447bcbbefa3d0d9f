import { nodeTests } from "@unfoldjs/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

// Each test installs packages, and runs compilers and bundlers on them.
const config: ViteUserConfig = mergeConfig(nodeTests, { test: { testTimeout: 180_000 } });
export default config;
