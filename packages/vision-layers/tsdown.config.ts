import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

const builds: UserConfig[] = [
  { ...library, entry: { index: "src/index.ts", pictures: "src/pictures.ts", inspect: "src/inspect.ts" } },
  // Layers that it takes from the package by its name, so that there is one class of each, in one file.
  {
    ...library,
    entry: { tfjs: "src/tfjs/index.ts" },
    deps: { neverBundle: ["@unfoldjs/vision-layers"] },
    clean: false,
  },
];

export { builds as default };
