import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

// Two builds: with one, what both take would be a file of its own, which the API's snapshot does not see.
const builds: UserConfig[] = [
  { ...library, entry: { index: "src/index.ts" } },
  { ...library, entry: { text: "src/text.ts" }, clean: false },
];

export { builds as default };
