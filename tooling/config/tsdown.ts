import type { UserConfig } from "tsdown";

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
  fixedExtension: false,
};
