import { afterEach, describe, expect, test, vi } from "vitest";
import { allocateTensor } from "../dispatch/dispatch.ts";
import { keep, openScope, scope, tensor, type Tensor } from "../index.node.ts";

const warnings = (): string[] => {
  const found: string[] = [];
  vi.spyOn(console, "warn").mockImplementation((text: unknown) => void found.push(String(text)));
  return found;
};

afterEach(() => vi.restoreAllMocks());

describe("memory that keeps growing", () => {
  const leaked: Tensor[] = [];
  const leak = (count: number, make: () => Tensor): void => {
    for (let i = 0; i < count; i++) leaked.push(make());
  };
  const free = (): void => leaked.splice(0).forEach((t) => t.dispose());

  test("is warned of, with the lines that made most of it and what to do", () => {
    const found = warnings();
    leak(50_000, () => tensor([1]));
    free();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^unfold: memory keeps growing: [\d,]+ tensors outside of every scope, \d+ MB in all\n {2}made at \(1\) {2}.*growth\.test\.ts[^]*openScope\(\)/,
    );
  });

  test("is warned of again each time that it has doubled", () => {
    const found = warnings();
    leak(200_000, () => tensor([1]));
    free();
    const counts = found.map((text) => Number(/([\d,]+) tensors/.exec(text)?.[1]?.replaceAll(",", "")));
    expect(counts.length).toBeGreaterThan(1);
    for (const [i, count] of counts.slice(1).entries()) expect(count).toBeGreaterThanOrEqual(2 * (counts[i] ?? 0));
  });

  test("is warned of where tensors are large, long before the heap is full", () => {
    const found = warnings();
    // Of 4 MB each, which are only asked for.
    leak(400, () => allocateTensor([2 ** 20], "f32", "leak"));
    free();
    expect(found).toHaveLength(1);
  });

  test.each([
    ["in a scope", (i: number) => scope(() => tensor([i]).add(1).item())],
    ["by hand", (i: number) => tensor([i]).dispose()],
    [
      "in an open scope",
      (i: number) => {
        using held = openScope();
        held.run(() => tensor([i]).add(1));
      },
    ],
  ])("is none where work is freed: %s", (_, work) => {
    const found = warnings();
    for (let i = 0; i < 40_000; i++) work(i);
    expect(found).toEqual([]);
  });

  test("is none where tensors are meant to stay, or are few", () => {
    const found = warnings();
    leak(40_000, () => keep(tensor([1])));
    free();
    // 1.2 GB in pieces of 100 MB.
    leak(12, () => allocateTensor([25 * 2 ** 20], "f32", "leak"));
    free();
    expect(found).toEqual([]);
  });
});
