import { library } from "@unfoldjs/config/tsdown";
import type { UserConfig } from "tsdown";

// Several builds: with one, what they all take would be a file of its own, which the API's snapshot does not see.
const builds: UserConfig[] = [
  { ...library, entry: { index: "src/index.ts" } },
  { ...library, entry: { text: "src/text.ts" }, clean: false },
  // What this one takes of the package it takes by its name, so that there is one class of each.
  {
    ...library,
    entry: { corpus: "src/corpus.ts" },
    platform: "node",
    deps: {
      neverBundle: [
        "@unfoldjs/embeddings",
        "@duckdb/node-api",
        "@clickhouse/client",
        "chdb",
        "hyparquet",
        "hyparquet-writer",
      ],
    },
    clean: false,
  },
];

export { builds as default };
