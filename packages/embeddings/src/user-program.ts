// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { cosineSimilarity, euclideanDistance, WordVectors } from "./index.ts";

console.log(cosineSimilarity([1, 2], [2, 4]), euclideanDistance([1, 2], [2, 4]));

const vectors = WordVectors.from([
  ["king", [1, 2]],
  ["queen", [2, 1]],
]);
console.log(vectors.mostSimilar("king"), vectors.mostSimilar(["king"], ["queen"], { count: 3 }));
console.log(vectors.analogy("king", "queen", "king", { method: "3CosMul" })[0]?.word, vectors.oddOneOut(["king"]));
console.log(vectors.vector("king"), vectors.vectors(["king", "queen"]).shape, vectors.to("f16").dtype);
