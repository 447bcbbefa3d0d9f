// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { cosineSimilarity, euclideanDistance } from "./index.ts";

console.log(cosineSimilarity([1, 2], [2, 4]), euclideanDistance([1, 2], [2, 4]));
