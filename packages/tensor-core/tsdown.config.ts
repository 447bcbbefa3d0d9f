import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

/** The .wasm file stays a file, beside the module that imports it. */
const besideModule = {
  name: "wasm-beside-module",
  resolveId: (id: string): { id: string; external: true } | null =>
    id.endsWith(".wasm") ? { id: "./relaxed.wasm", external: true } : null,
};

/** What only a checkout asks itself: whether its core goes with its sources. */
const published = {
  name: "without-checkout",
  load: (id: string): string | null => (id.endsWith("/checkout.node.ts") ? "export {};" : null),
};

// Three ways to load the core, one set of types: they come from an entry of their own, so that they share no chunk.
const builds: UserConfig[] = [
  { ...library, entry: ["src/index.node.ts"], platform: "node", dts: false, plugins: [published] },
  { ...library, entry: ["src/index.page.ts"], platform: "browser", dts: false },
  { ...library, entry: ["src/index.edge.ts"], dts: false, plugins: [besideModule], copy: "wasm/relaxed.wasm" },
  {
    ...library,
    entry: { index: "src/index.node.ts" },
    dts: { emitDtsOnly: true },
    // They name Symbol.dispose, which no target's own library has yet.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
];

export { builds as default };
