import { fromArray, scope } from "@unfoldjs/tensor-core";
import { WordVectors } from "@unfoldjs/embeddings";
import type { Contender, NearestWordsProblem } from "../work.ts";

/** A search of `WordVectors`. */
export function nearestWordsContender({ words, size, asked, count, by, rows }: NearestWordsProblem): Contender {
  const names = Array.from({ length: words }, (_, at) => `w${at}`);
  const vectors = scope(() => new WordVectors(names, fromArray(rows, [words, size])));
  if (by === "preselect") vectors.preselect();
  const search = (): number[] =>
    vectors.mostSimilar(names[asked] ?? "", [], { count }).map(({ similarity }) => similarity);
  search(); // measures lengths
  return { run: () => void search(), outputs: () => ({ similarities: search() }), dispose: () => vectors.dispose() };
}
