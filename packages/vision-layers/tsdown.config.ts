import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

const config: UserConfig = { ...library, entry: { index: "src/index.ts", pictures: "src/pictures.ts" } };

export { config as default };
