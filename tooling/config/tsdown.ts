import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UserConfig } from "tsdown";

/**
 * The declarations that CommonJS gets: no others, only the ES module's under a name by which TypeScript lets `require` have
 * them. A copy would declare each class twice, and a tensor of a .cts file would not be one in an .mts file. That this file,
 * which counts as CommonJS, takes from an ES module is TS1479 under `node16`, and right in every Node that the packages support.
 */
const forRequire = (entry: string): string =>
  `// @ts-ignore TS1479: Node requires ES modules from 20.19 on, of which "module": "node16" does not know
export * from "./${entry}.js";
`;

/** How every library is built: ESM with types and source maps, dependencies left as imports. */
export const library: UserConfig = {
  entry: { index: "src/index.ts" },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  outDir: "dist",
  sourcemap: true,
  dts: true,
  // Docstrings stand in the types; in the code they would only be downloaded.
  outputOptions: { comments: { jsdoc: false } },
  // Nor does the code name the file that each part comes from: source maps do.
  inputOptions: { experimental: { attachDebugInfo: "none" } },
  fixedExtension: false,
  hooks: {
    "build:done": ({ options }) => {
      if (options.dts === false) return;
      for (const entry of Object.keys(options.entry))
        writeFileSync(join(options.outDir, `${entry}.d.cts`), forRequire(entry));
    },
  },
};
