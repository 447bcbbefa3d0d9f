import { builtFrom, checkedFolder, sourcesHash } from "../../../packages/tensor-core/scripts/prebuilt.mjs";

const checked = { name: "the checked core", flags: ["--import", new URL("checked-core.mjs", import.meta.url).href] };

export function coreToTry(folder = checkedFolder) {
  const madeFrom = builtFrom(folder);
  if (madeFrom === sourcesHash()) return checked;
  const why = madeFrom === undefined ? "there is no checked one" : "the checked one is of older sources";
  return { name: `the ordinary core: ${why}; with a Rust toolchain, npm run fuzz builds it`, flags: [] };
}
