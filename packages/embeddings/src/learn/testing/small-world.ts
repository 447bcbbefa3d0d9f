/** Words that stand for each other, by what they are. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  animal: ["dog", "cat", "horse", "cow", "sheep", "goat", "pig", "hen"],
  food: ["bread", "cheese", "soup", "rice", "fish", "cake", "fruit", "salad"],
  place: ["town", "village", "harbour", "market", "forest", "valley", "city", "farm"],
  colour: ["red", "blue", "green", "white", "black", "brown", "grey", "yellow"],
};

const SENTENCES = [
  "the animal ate the food in the place",
  "a colour animal slept near the place",
  "they sold colour food at the place",
  "we took the animal from the place",
  "she cooked some food with colour food",
  "his animal was colour and her animal was colour",
  "the road to the place was colour",
  "an animal follows another animal to the place",
];

/** Sentences of a small world in which a word's category decides where it may stand: the same for each seed. */
export function smallWorld(count: number, seed = 1): string[][] {
  let state = seed;
  // Mulberry32 (Tommy Ettinger 2017).
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, () =>
    one(SENTENCES)
      .split(" ")
      .map((word) => (CATEGORIES[word] === undefined ? word : one(CATEGORIES[word]))),
  );
}

/** Of each word's three nearest, the share that are of its category. */
export function purity(nearest: (word: string) => readonly string[]): number {
  const lists = Object.values(CATEGORIES);
  const shares = lists.flatMap((list) =>
    list.map((word) => nearest(word).filter((other) => list.includes(other)).length / nearest(word).length),
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
