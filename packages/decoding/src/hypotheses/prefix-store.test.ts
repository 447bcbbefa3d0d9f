import { expect, test } from "vitest";
import { RandomStream } from "../random/random-stream.ts";
import { PrefixStore } from "./prefix-store.ts";

test("gives each hypothesis its own tokens while prefixes are shared, dropped and used again", () => {
  const [store, stream] = [new PrefixStore(), new RandomStream(1)];
  let live = [{ node: store.root(), tokens: [] as number[] }];
  for (let step = 0; step < 300; step++) {
    const next = Array.from({ length: 6 }, () => {
      const parent = live[stream.below(live.length)] as (typeof live)[0];
      const token = stream.below(100);
      return { node: store.append(parent.node, token, -token), tokens: [...parent.tokens, token] };
    });
    for (const { node } of live) store.drop(node);
    live = next;
    for (const { node, tokens } of live) {
      expect(Array.from(store.tokens(node))).toEqual(tokens);
      expect(Array.from(store.logProbabilities(node))).toEqual(tokens.map((token) => -token));
      expect(store.endsWith(node, tokens.slice(-3))).toBe(true);
      expect(store.endsWith(node, [...tokens.slice(-3, -1), 101])).toBe(false);
    }
    // What is alive: six tails, and one trunk that they share.
    expect(store.live).toBeLessThan(step + 2 + 6 * 40);
  }
  for (const { node } of live) store.drop(node);
  expect(store.live).toBe(0);
});
