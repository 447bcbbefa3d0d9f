// Words of English are translated into Spanish by vectors alone: each language's were learnt from its own verses, and 466
// pairs of words turn the one space into the other's. The dictionary, those pairs and as many others to be asked for, comes
// from the numbers that both translations carry: the Hebrew or Greek word that a word stands for (Strong 1890).

import { existsSync } from "node:fs";
import { type Verse, verses } from "@unfoldjs/datasets";
import { expect, test } from "vitest";
import { Word2Vec } from "../learn/word2vec.ts";
import type { WordVectors } from "../vectors/word-vectors.ts";
import { alignVectors } from "./procrustes.ts";

const installed = ["engKJV2006eb", "spaRV1909eb"].every((name) =>
  existsSync(`/usr/share/sword/modules/texts/ztext/${name}`),
);

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

class Counts extends Map<string, number> {
  add(key: string): void {
    this.set(key, (this.get(key) ?? 0) + 1);
  }
  of(key: string): number {
    return this.get(key) ?? 0;
  }
}

/** The word that stands for a number most exclusively, by Dice's coefficient, where that is clear. */
function wordByNumber(text: readonly Verse[]): Map<string, string> {
  const [numbers, words, both] = [new Counts(), new Counts(), new Counts()];
  for (const piece of text.flatMap((verse) => verse.pieces)) {
    for (const word of wordsOf(piece.text)) {
      words.add(word);
      for (const number of piece.numbers) both.add(`${number} ${word}`);
    }
    for (const number of piece.numbers) numbers.add(number);
  }
  const best = new Map<string, { word: string; dice: number }>();
  for (const [pair, count] of both) {
    const [number = "", word = ""] = pair.split(" ");
    const dice = (2 * count) / (numbers.of(number) + words.of(word));
    if (count >= 20 && dice > (best.get(number)?.dice ?? 0.4)) best.set(number, { word, dice });
  }
  return new Map([...best].map(([number, { word }]) => [number, word]));
}

async function learnt(text: readonly Verse[]): Promise<WordVectors> {
  const sentences = text.map((verse) => wordsOf(verse.text));
  const options = { architecture: "skip-gram", vectorSize: 40 } as const;
  using model = await Word2Vec.from(sentences, options, { minCount: 10 });
  await model.train(sentences, { epochs: 4 });
  return model.vectors();
}

test.runIf(installed)("translates words that no pair has named", { timeout: 240_000 }, async () => {
  const [english, spanish] = [await verses({ translation: "kingJames" }), await verses({ translation: "reinaValera" })];
  const [one, other] = [wordByNumber(english), wordByNumber(spanish)];
  using source = await learnt(english);
  using target = await learnt(spanish);
  const dictionary = new Map<string, string>();
  for (const [number, word] of one) {
    const partner = other.get(number);
    if (partner !== undefined && !dictionary.has(word) && source.has(word) && target.has(partner))
      dictionary.set(word, partner);
  }
  const pairs = [...dictionary];
  const isAsked = (at: number): boolean => at % 4 === 0;
  const asked = pairs.filter((_, at) => isAsked(at));
  expect(pairs.length).toBeGreaterThan(600);
  using turned = alignVectors(
    source,
    target,
    pairs.filter((_, at) => !isAsked(at)),
  );
  const found = (from: WordVectors, count: number): number =>
    asked.filter(([word, partner]) =>
      target.mostSimilar([from.vector(word)], [], { count }).some((each) => each.word === partner),
    ).length / asked.length;
  // Of 4,385 Spanish words the first is right for 47 % and one of five for 65 %; with vectors of 64 numbers, windows of ten
  // words and five epochs it is 65 and 85 %. Not turned, by chance.
  expect(found(turned, 1)).toBeGreaterThan(0.4);
  expect(found(turned, 5)).toBeGreaterThan(0.6);
  expect(found(source, 5)).toBeLessThan(0.02);
});
