import { describe, expect, test } from "vitest";
import { Generator, gruCell, lstm, lstmCell, memory, rnnCell, scope, type Tensor } from "../../index.node.ts";

const generator = new Generator(11);
const normal = (...shape: number[]): Tensor => generator.normal(shape).mul(0.3);

/** The cells with weights for inputs of 24 features and 40 hidden units, on a batch of many rows. */
const cells = {
  rnnCell: (x: Tensor, h: Tensor, w: Weights) => rnnCell(x, h, w),
  gruCell: (x: Tensor, h: Tensor, w: Weights) => gruCell(x, h, w),
  "gruCell that resets before": (x: Tensor, h: Tensor, w: Weights) => gruCell(x, h, w, { resetAfter: false }),
  lstmCell: (x: Tensor, h: Tensor, w: Weights) => lstmCell(x, { h0: h, c0: h }, w).h,
};
interface Weights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor;
  readonly biasHh: Tensor;
}
const GATES: Readonly<Record<string, number>> = { rnnCell: 1, lstmCell: 4 };

function weightsOf(name: string): Weights {
  const rows = 40 * (GATES[name] ?? 3);
  return { weightIh: normal(rows, 24), weightHh: normal(rows, 40), biasIh: normal(rows), biasHh: normal(rows) };
}

/** Largest difference of two results. */
const apart = (a: Tensor, b: Tensor): number => a.sub(b).abs().max().item();

describe.each(Object.entries(cells))("%s on many rows", (name, cell) => {
  test("keeps weights packed that come again unchanged, gives the same, and packs them anew after a write", () => {
    const before = memory();
    scope(() => {
      const [x, h, weights] = [normal(32, 24), normal(32, 40), weightsOf(name)];
      const unpacked = cell(x, h, weights);
      expect(memory().packedBytes).toBe(before.packedBytes);
      const packed = cell(x, h, weights);
      const bytes = memory().packedBytes;
      expect(bytes).toBeGreaterThan(before.packedBytes);
      expect(apart(packed, unpacked)).toBeLessThan(2e-6);
      expect(cell(x, h, weights).data()).toEqual(packed.data());
      expect(memory().packedBytes).toBe(bytes);

      weights.weightHh.assign(normal(...weights.weightHh.shape));
      weights.weightIh.assign(normal(...weights.weightIh.shape));
      const copies = { ...weights, weightIh: weights.weightIh.clone(), weightHh: weights.weightHh.clone() };
      const fresh = cell(x, h, copies);
      for (let i = 0; i < 3; i++) expect(apart(cell(x, h, weights), fresh)).toBeLessThan(2e-6);
      expect(apart(fresh, packed)).toBeGreaterThan(0.01);
    });
    expect(memory()).toMatchObject({ packedBytes: before.packedBytes, storages: before.storages });
  });

  test("packs nothing for few rows", () => {
    scope(() => {
      const before = memory().packedBytes;
      const [x, h, weights] = [normal(20, 24), normal(20, 40), weightsOf(name)];
      for (let i = 0; i < 3; i++) cell(x, h, weights);
      expect(memory().packedBytes).toBe(before);
    });
  });
});

test("a sequence of zeros in length leaves the initial state, and no output", () => {
  scope(() => {
    const weights = weightsOf("lstmCell");
    const [h0, c0] = [normal(2, 40), normal(2, 40)];
    const { output, hLast, cLast } = lstm(normal(0, 2, 24), weights, { h0, c0 });
    expect(output.shape).toEqual([0, 2, 40]);
    expect([hLast.data(), cLast.data()]).toEqual([h0.data(), c0.data()]);
  });
});
