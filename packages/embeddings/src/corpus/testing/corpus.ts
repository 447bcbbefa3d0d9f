import { countCooccurrences, type Cooccurrences, Vocabulary, words } from "@unfoldjs/embeddings";

/** Words that tables, files and queries could stumble over. */
const ODD = [
  "it's",
  '"quoted"',
  "back\\slash",
  "tab\there",
  "line\nbreak",
  "日本",
  "naïve",
  "😀",
  "\uFFFD",
  "\uE000",
  "null",
  "NULL",
  "%s",
  "{x}",
  "0",
  ";--",
];

/** A corpus that is the same each time: some documents without words, one longer than pieces are, words that come once. */
export function smallCorpus(documents: number): (string | string[])[] {
  let state = 7;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const word = (): string => {
    const rank = Math.floor((draw(1000) * draw(1000)) / 4000);
    return rank < ODD.length ? (ODD[rank] ?? "") : `word${rank}`;
  };
  return Array.from({ length: documents }, (_, document) => {
    if (document % 17 === 3) return document % 2 === 0 ? "" : [];
    const list = Array.from({ length: document === 5 ? 2500 : 1 + draw(90) }, word);
    return document % 3 === 0 ? list : list.filter((each) => /^\w+$/.test(each)).join(" ") || "word1";
  });
}

export interface BruteForce {
  readonly vocabulary: Vocabulary;
  readonly counts: Cooccurrences;
}

/** The same counts by this package's own functions, in memory. */
export async function bruteForce(
  documents: readonly (string | readonly string[])[],
  options: { minCount?: number; maxSize?: number; window?: number; symmetric?: boolean } = {},
): Promise<BruteForce> {
  const sentences = documents.map((document) => (typeof document === "string" ? words(document) : document));
  const { window = 10, symmetric = true, ...kept } = options;
  const vocabulary = await Vocabulary.build(sentences, kept);
  return { vocabulary, counts: await countCooccurrences(sentences, vocabulary, { window, symmetric }) };
}
