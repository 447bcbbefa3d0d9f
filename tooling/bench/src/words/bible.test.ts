import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { learnWords, type Learnt, shared } from "./learn.ts";
import { sentencesOf } from "./text.ts";

const isInstalled = existsSync("/usr/share/sword/modules/texts/ztext/engKJV2006eb");

/** Words of the Bible by what they are, among the 300 that are told of. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  kin: ["son", "mother", "brother", "daughter", "wife", "sister", "brethren", "daughters"],
  numbers: ["two", "three", "four", "five", "six", "seven", "ten", "twenty", "forty"],
  nature: ["water", "waters", "sea", "river", "fire", "wind", "mountain", "mountains", "wilderness"],
};

/** Of the words of a category's nearest, the share that are of it, beside what chance would give. */
function purity({ near }: Learnt): number {
  const lists = Object.values(CATEGORIES);
  const counts = lists.flatMap((list) =>
    list.flatMap((word) => {
      const others = near[word];
      return others === undefined
        ? []
        : [others.filter((other) => list.includes(other)).length / Math.min(10, list.length - 1)];
    }),
  );
  expect(counts.length, "most of the words are told of").toBeGreaterThan(12);
  return counts.reduce((sum, share) => sum + share, 0) / counts.length;
}

test.skipIf(!isInstalled)(
  "the Bible's words stand among their like, in blocks as in sequence",
  { timeout: 300_000 },
  async () => {
    const sentences = await sentencesOf(undefined);
    const blocks = await learnWords(sentences, "skip-gram", "deterministic", { epochs: 3 });
    const sequence = await learnWords(sentences, "skip-gram", "sequential", { epochs: 3 });
    expect(blocks.loss / sequence.loss).toBeCloseTo(1, 2);
    expect(shared(blocks.near, sequence.near)).toBeGreaterThan(0.5);
    const [found, wanted] = [purity(blocks), purity(sequence)];
    // By chance it would be 8 of 5,300 words.
    expect(found).toBeGreaterThan(0.25);
    expect(found).toBeGreaterThan(0.85 * wanted);
  },
);
