// Principal components, clusters, turns, de-biasing and pictures: by numpy and scikit-learn, and by what they promise.

import { fromArray, Generator, memory, scope, ShapeError, svd, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { beforeEach, afterEach, describe, expect, test } from "vitest";
import { alignVectors } from "./align/procrustes.ts";
import { biasDirection, debias, directBias, neutralise } from "./bias/bias.ts";
import { kMeans } from "./cluster/k-means.ts";
import fixture from "./fixtures/analysis.json" with { type: "json" };
import { principalComponents } from "./project/pca.ts";
import { tSne } from "./project/t-sne.ts";
import { WordVectors } from "./vectors/word-vectors.ts";

let before = 0;
beforeEach(() => {
  before = memory().bytes;
});
afterEach(() => {
  if (memory().bytes !== before) throw new Error(`${memory().bytes - before} bytes are left behind`);
});

/** What analysis.py makes. */
function pattern(count: number, size: number, scale: (column: number) => number = () => 1): Float32Array {
  return Float32Array.from({ length: count * size }, (_, at) => {
    const value = Math.fround(((at * 7919 + at * at * 31) % 1009) / 504.5 - 1);
    return Math.fround(value * Math.fround(scale(at % size)));
  });
}

function words(values: Float32Array, size: number): WordVectors {
  const count = values.length / size;
  return scope(
    () =>
      new WordVectors(
        Array.from({ length: count }, (_, at) => `w${at}`),
        fromArray(values, [count, size]),
      ),
  );
}

const SCALES = [3, 1, 0.5, 2, 1, 1, 0.1];
const spreadRows = (): Tensor<[number, number]> =>
  fromArray(
    pattern(60, 7, (column) => SCALES[column] ?? 1),
    [60, 7],
  );

/** The largest difference; none is near where lengths differ. */
function offBy(found: ArrayLike<number>, wanted: readonly number[]): number {
  if (found.length !== wanted.length) return Infinity;
  return wanted.reduce((most, each, at) => Math.max(most, Math.abs(each - (found[at] ?? NaN))), 0);
}

describe("principal components", () => {
  test("are scikit-learn's, up to the sign", () => {
    scope(() => {
      const rows = spreadRows();
      const found = principalComponents(rows, 3);
      expect(offBy(found.explainedVariance, fixture.pca.explainedVariance)).toBeLessThan(1e-5);
      expect(offBy(found.explainedVarianceRatio, fixture.pca.ratio)).toBeLessThan(1e-6);
      const projected = found.project(rows.slice(0, 0, 4)).toArray();
      for (const [k, wanted] of fixture.pca.components.entries()) {
        const sign = Math.sign(wanted.reduce((sum, each, at) => sum + each * (found.components[k]?.[at] ?? 0), 0));
        expect(
          offBy(
            found.components[k] ?? [],
            wanted.map((each) => sign * each),
          ),
        ).toBeLessThan(1e-5);
        for (const [row, each] of fixture.pca.projected.entries())
          expect(projected[row]?.[k]).toBeCloseTo(sign * (each[k] ?? 0), 4);
      }
    });
  });

  test("rows that are not finite are refused in the caller's name", async () => {
    const rows = fromArray(pattern(40, 3).with(5, NaN), [40, 3]);
    expect(() => principalComponents(rows, 2)).toThrow(/^principalComponents.*must be finite/s);
    await expect(tSne(rows, { perplexity: 5 })).rejects.toThrow(/^tSne.*must be finite/s);
    rows.dispose();
  });

  test("are the same of rows of any scale, with variances to it", () => {
    scope(() => {
      const rows = spreadRows();
      const plain = principalComponents(rows, 3);
      for (const power of [-100, 100]) {
        const scaled = principalComponents(rows.mul(2 ** power), 3);
        expect(scaled.components).toEqual(plain.components);
        expect(scaled.explainedVariance).toEqual(plain.explainedVariance.map((each) => each * 4 ** power));
        expect(scaled.explainedVarianceRatio).toEqual(plain.explainedVarianceRatio);
      }
    });
  });

  test("of rows far from 0 lie about it, and rows that are alike do not vary", () => {
    scope(() => {
      // Halves, so that none is rounded where the rows lie, and means that are no f32s.
      const near = fromArray(
        pattern(61, 4, (column) => SCALES[column] ?? 1).map((each) => Math.round(8 * each) / 8),
        [61, 4],
      );
      const far = near.add(fromArray([4096, -8192, 2048, 1024], [1, 4]));
      const [here, there] = [near, far].map((rows) => principalComponents(rows, 2).project(rows).data());
      expect(offBy(there ?? [], Array.from(here ?? []))).toBeLessThan(5e-6);
      const alike = principalComponents(fromArray([0.1, 0.7, 0.3]).unsqueeze(0).expand([7, 3]), 2);
      expect([...alike.explainedVariance, ...alike.explainedVarianceRatio]).toEqual([0, 0, 0, 0]);
    });
  });

  test.each<string>(["i32", "f16"])("rows of %s are refused in the caller's name", async (dtype) => {
    const rows = scope(() => spreadRows().to(dtype as "f32"));
    const found = scope(() => principalComponents(spreadRows(), 2));
    expect(() => principalComponents(rows, 2)).toThrow(/^principalComponents: rows must be f32/);
    expect(() => found.project(rows)).toThrow(/^PrincipalComponents\.project: rows must be f32/);
    expect(() => kMeans(rows, 2)).toThrow(/^kMeans: rows must be f32/);
    await expect(tSne(rows, { perplexity: 5 })).rejects.toThrow(/^tSne: rows must be f32/);
    rows.dispose();
  });

  test("one row has none", () => {
    scope(() => {
      expect(() => principalComponents(fromArray([1, 2], [1, 2]), 1)).toThrow(ValueError);
      expect(() => principalComponents(spreadRows(), 8)).toThrow(ValueError);
      expect(() => principalComponents(fromArray([1, 2]), 1)).toThrow(ShapeError);
    });
  });
});

describe("clusters", () => {
  test("from the same start are scikit-learn's", () => {
    scope(() => {
      const rows = spreadRows();
      const start = rows.indexSelect(0, fromArray(Int32Array.of(0, 20, 40)));
      const { centres, labels, inertia } = kMeans(rows, 3, { start });
      expect(Array.from(labels)).toEqual(fixture.kMeans.labels);
      expect(offBy(centres.data(), fixture.kMeans.centres.flat())).toBeLessThan(1e-5);
      expect(inertia).toBeCloseTo(fixture.kMeans.inertia, 3);
    });
  });

  test.each([
    ["near each other, far from others", 1, (group: number) => group],
    ["far from 0", 1, () => 2],
    ["of small numbers", 2 ** -100, () => 0],
    ["of large numbers", 2 ** 100, () => 0],
  ] as const)("rows %s are in the groups of their nearest centres", (_, scale, base) => {
    scope(() => {
      const [length, size, clusters] = [90, 3, 5];
      // Two of the starts are of one group, and nearer to each other than products of f32s tell.
      const noise = pattern(length, size);
      const values = noise.map((each, at) => (base(Math.floor(at / size) % 3) + each * 2 ** -12) * scale);
      const rows = fromArray(values, [length, size]);
      const { centres, labels, inertia } = kMeans(rows, clusters, { start: rows.slice(0, 0, clusters) });
      const means = centres.data();
      let whole = 0;
      const wanted = Array.from({ length }, (__, row) => {
        const apart = Array.from({ length: clusters }, (___, cluster) => {
          let sum = 0;
          for (let at = 0; at < size; at++)
            sum += ((values[row * size + at] ?? 0) - (means[cluster * size + at] ?? 0)) ** 2;
          return sum;
        });
        whole += Math.min(...apart);
        return apart.indexOf(Math.min(...apart));
      });
      expect(Array.from(labels)).toEqual(wanted);
      expect(Math.abs(inertia - whole)).toBeLessThan(1e-3 * whole);
    });
  });

  test("of what is not finite are refused", () => {
    scope(() => {
      const rows = fromArray(pattern(40, 3).with(5, Infinity), [40, 3]);
      expect(() => kMeans(rows, 2)).toThrow(/^kMeans.*must be finite/s);
    });
  });

  test("that lie apart are found, the same each time", () => {
    scope(() => {
      const rows = Float32Array.from({ length: 90 * 2 }, (_, at) => Math.floor(at / 60) * 10 + Math.sin(at));
      const [first, second] = [0, 1].map(() => kMeans(fromArray(rows, [90, 2]), 3));
      expect(new Set(first?.labels.subarray(0, 30)).size).toBe(1);
      expect(new Set(first?.labels).size).toBe(3);
      expect(second?.labels).toEqual(first?.labels);
    });
  });

  test("a group that loses its rows takes another", () => {
    scope(() => {
      const rows = fromArray([0, 0.1, 10, 10.1], [4, 1]);
      const { labels } = kMeans(rows, 2, { start: fromArray([5, 99], [2, 1]) });
      expect(new Set(labels).size).toBe(2);
    });
  });
});

describe("bias", () => {
  const pairs = [
    ["w0", "w1"],
    ["w2", "w3"],
    ["w4", "w5"],
  ] as const;

  test("direction, de-biased words and equalised pairs are those of the paper's program", () => {
    using vectors = words(pattern(8, 5), 5);
    const direction = biasDirection(vectors, pairs);
    expect(offBy(direction, fixture.bias.direction)).toBeLessThan(1e-5);
    expect(directBias(vectors, ["w6", "w7"], direction)).toBeCloseTo(fixture.bias.direct, 5);
    expect(offBy(neutralise(vectors.vector("w7"), direction), fixture.bias.neutral)).toBeLessThan(1e-5);
    using fair = debias(vectors, direction, { neutralise: ["w7"], equalise: [["w0", "w1"]] });
    expect(offBy(fair.vector("w7"), fixture.bias.neutral)).toBeLessThan(1e-5);
    expect(offBy(fair.vector("w0"), fixture.bias.equalised[0] ?? [])).toBeLessThan(1e-5);
    expect(offBy(fair.vector("w1"), fixture.bias.equalised[1] ?? [])).toBeLessThan(1e-5);
    expect(directBias(fair, ["w7"], direction)).toBeLessThan(1e-6);
    expect(fair.similarity("w7", "w0")).toBeCloseTo(fair.similarity("w7", "w1"), 5);
  });
});

describe("alignment", () => {
  test("is scipy's turn", () => {
    using a = words(pattern(9, 5), 5);
    const squares = pattern(45, 9);
    using b = words(
      Float32Array.from({ length: 45 }, (_, at) => (squares[Math.floor(at / 5) * 9 + (at % 5)] ?? 0) ** 2),
      5,
    );
    using turned = alignVectors(
      a,
      b,
      a.words.map((word) => [word, word] as const),
    );
    const first = a.vector("w0");
    const length = Math.hypot(...first);
    const wanted = fixture.turn.map((_, j) =>
      first.reduce((sum, each, i) => sum + (each / length) * (fixture.turn[i]?.[j] ?? 0), 0),
    );
    expect(offBy(turned.vector("w0"), wanted)).toBeLessThan(1e-5);
  });

  test("translates words whose space was turned, from a few pairs", () => {
    const [count, size, known] = [200, 16, 40];
    scope(() => {
      const rows = new Generator(3).normal([count, size]);
      const noise = new Generator(4).normal([count, size]).mul(0.05);
      const turn = svd(new Generator(5).normal([size, size])).u;
      using english = words(rows.data(), size);
      const spanish = WordVectors.from(
        english.words.map((word, at) => [`es-${word}`, rows.matmul(turn).add(noise).at(at).data()]),
      );
      using ours = alignVectors(
        english,
        spanish,
        english.words.slice(0, known).map((word) => [word, `es-${word}`] as const),
      );
      const right = english.words
        .slice(known)
        .filter((word) => spanish.mostSimilar(ours.vector(word), [], { count: 1 })[0]?.word === `es-${word}`);
      expect(right.length).toBe(count - known);
      spanish.dispose();
    });
  });
});

/** Other rows by their distance, the nearest first. */
function nearestFirst(values: Float32Array, row: number, count: number): number[] {
  const size = values.length / count;
  const distance = (other: number): number => {
    const own = values.subarray(row * size, (row + 1) * size);
    return own.reduce((sum, each, at) => sum + (each - (values[other * size + at] ?? 0)) ** 2, 0);
  };
  const distances = Array.from({ length: count }, (_, other) => (other === row ? -1 : distance(other)));
  return distances
    .map((_, other) => other)
    .toSorted((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0))
    .slice(1);
}

/** How few of the `k` nearest in a picture are far from each other outside of it (Venna & Kaski 2001, eq. 2): 1 is none. */
function trustworthiness(values: Float32Array, picture: Float32Array, count: number, k: number): number {
  let penalty = 0;
  for (let row = 0; row < count; row++) {
    const ranks = nearestFirst(values, row, count);
    for (const near of nearestFirst(picture, row, count).slice(0, k))
      penalty += Math.max(0, ranks.indexOf(near) + 1 - k);
  }
  return 1 - (2 * penalty) / (count * k * (2 * count - 3 * k - 1));
}

describe("pictures", () => {
  test("groups stay groups, the same each time, and progress is told", async () => {
    const rows = scope(() => {
      const noise = new Generator(1).normal([90, 10]).data();
      return fromArray(
        Float32Array.from(noise, (each, at) => each + (Math.floor(at / 300) === at % 10 ? 12 : 0)),
        [90, 10],
      );
    });
    const seen: number[] = [];
    const picture = await tSne(rows, {
      perplexity: 10,
      iterations: 400,
      onProgress: ({ divergence }) => void (divergence !== undefined && seen.push(divergence)),
    });
    const again = await tSne(rows, { perplexity: 10, iterations: 400 });
    expect(again.data()).toEqual(picture.data());
    expect(seen.at(-1)).toBeLessThan(seen[0] ?? 0);
    const places = picture.toArray();
    const distance = (a: number, b: number): number =>
      Math.hypot((places[a]?.[0] ?? 0) - (places[b]?.[0] ?? 0), (places[a]?.[1] ?? 0) - (places[b]?.[1] ?? 0));
    for (let at = 0; at < 90; at++) {
      const others = Array.from({ length: 90 }, (_, other) => other).filter((other) => other !== at);
      const nearest = others.reduce((best, other) => (distance(at, other) < distance(at, best) ? other : best));
      expect(Math.floor(nearest / 30)).toBe(Math.floor(at / 30));
    }
    for (const each of [rows, picture, again]) each.dispose();
  });

  test("keep neighbours as scikit-learn's do, and lose as little, coarse and exact", async () => {
    const [count, size, groups] = [400, 12, 8];
    const centres = pattern(groups, size);
    const values = pattern(count, size).map(
      (each, at) => each + 1.5 * (centres[(Math.floor(at / size) % groups) * size + (at % size)] ?? 0),
    );
    const rows = fromArray(values, [count, size]);
    for (const [theta, wanted] of [
      [0.5, fixture.tSne.barnes_hut],
      [0, fixture.tSne.exact],
    ] as const) {
      let last = Infinity;
      const picture = await tSne(rows, {
        perplexity: 20,
        theta,
        onProgress: ({ divergence }) => void (last = divergence ?? last),
      });
      expect(Math.abs(last / wanted.divergence - 1)).toBeLessThan(0.05);
      expect(trustworthiness(values, picture.data(), count, 10)).toBeGreaterThan(wanted.trustworthiness - 0.005);
      picture.dispose();
    }
    rows.dispose();
  });

  test("of fewer rows than three perplexities lose as little as scikit-learn's", async () => {
    const rows = fromArray(pattern(40, 7), [40, 7]);
    let last = Infinity;
    const onProgress = ({ divergence }: { readonly divergence: number | undefined }): void =>
      void (last = divergence ?? last);
    (await tSne(rows, { perplexity: 30, onProgress })).dispose();
    expect(last).toBeLessThan(1.05 * fixture.tSne.few.divergence);
    rows.dispose();
  });

  test("are the same of rows of any scale, and of few neighbours and lines too", async () => {
    const rows = spreadRows();
    const plain = await tSne(rows, { perplexity: 5, iterations: 60 });
    for (const power of [-100, 100]) {
      const scaled = rows.mul(2 ** power);
      const found = await tSne(scaled, { perplexity: 5, iterations: 60 });
      expect(found.toArray()).toEqual(plain.toArray());
      for (const each of [scaled, found]) each.dispose();
    }
    const line = fromArray(pattern(60, 1).with(3, NaN), [60, 1]);
    await expect(tSne(line, { perplexity: 5 })).rejects.toThrow(/^tSne.*must be finite/s);
    const alone = await tSne(rows, { perplexity: 0.2, iterations: 60 });
    expect(alone.data().every((each) => Number.isFinite(each))).toBe(true);
    for (const each of [rows, plain, line, alone]) each.dispose();
  });

  test("a signal ends it, and nothing stays", async () => {
    const rows = fromArray(pattern(50, 4), [50, 4]);
    await expect(tSne(rows, { perplexity: 5, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
    await expect(tSne(rows, { perplexity: 50 })).rejects.toThrow(ValueError);
    rows.dispose();
  });
});
