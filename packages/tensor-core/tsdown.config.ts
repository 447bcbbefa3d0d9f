import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

// Two ways to load the core, one set of types: they come from an entry of their own, so that they share no chunk.
const builds: UserConfig[] = [
  { ...library, entry: ["src/index.node.ts"], platform: "node", dts: false },
  { ...library, entry: ["src/index.page.ts"], platform: "browser", dts: false },
  { ...library, entry: { index: "src/index.node.ts" }, dts: { emitDtsOnly: true } },
];

export { builds as default };
