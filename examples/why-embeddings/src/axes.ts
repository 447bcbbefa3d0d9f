import type { WordVectors } from "@unfoldjs/embeddings";

/** The notes' features, each the difference of two words: from the first to the second. */
export const AXES = [
  { name: "gender", from: "he", to: "she" },
  { name: "royal", from: "person", to: "monarch" },
  { name: "age", from: "young", to: "old" },
  { name: "food", from: "person", to: "fruit" },
] as const;

export const WORDS = ["man", "woman", "king", "queen", "boy", "grandmother", "apple", "orange"] as const;

/** How much each word points along each axis: the cosine, from −1 to 1. */
export function alongAxes(vectors: WordVectors): Record<string, Record<string, number>> {
  const of = (word: string): Float32Array => vectors.vector(word);
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  return Object.fromEntries(
    WORDS.map((word) => [
      word,
      Object.fromEntries(
        AXES.map(({ name, from, to }) => {
          const start = of(from);
          const axis = of(to).map((value, at) => value - (start[at] ?? 0));
          const own = of(word);
          return [name, dot(own, axis) / Math.sqrt(dot(own, own) * dot(axis, axis))];
        }),
      ),
    ]),
  );
}

export function axesTable(along: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const shown = (value: number): string => value.toFixed(2).replace("-", "−");
  return [
    `| | ${WORDS.join(" | ")} |`,
    `| --- |${" --- |".repeat(WORDS.length)}`,
    ...AXES.map(
      ({ name, from, to }) =>
        `| ${name} (${to} − ${from}) | ${WORDS.map((word) => shown(along[word]?.[name] ?? NaN)).join(" | ")} |`,
    ),
  ].join("\n");
}
