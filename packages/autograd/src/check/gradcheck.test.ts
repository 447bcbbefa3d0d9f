import { Generator, GradientError, type Shape, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { customGrad } from "../transforms/custom-grad.ts";
import { grad } from "../transforms/grad.ts";
import { gradcheck } from "./gradcheck.ts";

/** x² whose gradient is wrong in its last element. */
const wrongInTheLast = customGrad((x) => ({
  value: x.square(),
  pullback: (dy) => [dy.mul(x).mul(tensor([2, 2, 2.5]))],
}));

describe("gradcheck", () => {
  test(
    "accepts gradients of several inputs and of a result of any shape",
    inBalance(() => {
      const { ok, comparisons } = gradcheck(({ x, by }: { x: Tensor; by: Tensor }) => x.mul(by).tanh(), {
        x: tensor([
          [0.1, 0.4],
          [-0.3, 1],
        ]),
        by: tensor([1, 2]),
      });
      expect({ ok, compared: comparisons.length }).toEqual({ ok: true, compared: 6 });
    }),
  );

  test(
    "accepts a second order",
    inBalance(() => {
      expect(
        gradcheck(
          grad((x: Tensor) => x.sin().sum()),
          tensor([0.3, 1.2]),
        ).ok,
      ).toBe(true);
    }),
  );

  test(
    "reports the worst elements first, readably",
    inBalance(() => {
      const { ok, report } = gradcheck(wrongInTheLast, tensor([1, -2, 3]));
      expect(ok).toBe(false);
      expect(report).toMatchInlineSnapshot(`
      "gradcheck: 1 of 3 elements differ
               input  element  autograd  difference  error
        WRONG  0      [2]      10.156    8.1246      2.0e+0
        ok     0      [1]      -2.9443   -2.9443     7.3e-7
        ok     0      [0]      2.2361    2.2361      5.6e-7"
    `);
    }),
  );

  test(
    "reports a success as readably",
    inBalance(() => {
      expect(gradcheck((x: Tensor) => x.square(), tensor([1, 2])).report).toMatch(
        /^gradcheck: all 2 elements agree\n {6}input/,
      );
    }),
  );

  test(
    "sees a gradient that is missing",
    inBalance(() => {
      const { ok, report } = gradcheck((x: Tensor) => x.mul(tensor(x.toArray() as number[])), tensor([3]));
      expect(ok).toBe(false);
      expect(report).toContain("WRONG");
    }),
  );

  test(
    "sees NaN, and puts it first",
    inBalance(() => {
      const broken = customGrad((x) => ({ value: x.square(), pullback: (dy) => [dy.mul(x).mul(tensor([2, NaN, 2]))] }));
      const { ok, comparisons, report } = gradcheck(broken, tensor([1, -1, 4]));
      expect({ ok, wrong: comparisons.filter((each) => !each.ok).length }).toEqual({ ok: false, wrong: 1 });
      expect(report.split("\n")[2]).toMatch(/WRONG.*NaN/);
    }),
  );

  test(
    "sees two errors that would hide each other in a plain sum",
    inBalance(() => {
      const swapped = customGrad((x) => ({
        value: x.mul(tensor([2, 3])),
        pullback: (dy) => [dy.flip().mul(tensor([3, 2]))],
      }));
      expect(gradcheck(swapped, tensor([1, 1])).ok).toBe(false);
    }),
  );

  test(
    "tries as many elements as it is told",
    inBalance(() => {
      const { comparisons } = gradcheck((x: Tensor) => x.square(), tensor([1, 2, 3, 4, 5, 6]), { samples: 3 });
      expect(comparisons.map(({ at }) => at)).toEqual([0, 2, 4]);
    }),
  );

  test(
    "is as strict as it is told",
    inBalance(() => {
      const slightly = customGrad((x) => ({ value: x.mul(2), pullback: (dy) => [dy.mul(2.005)] }));
      expect(gradcheck(slightly, tensor([1])).ok).toBe(true);
      expect(gradcheck(slightly, tensor([1]), { relative: 1e-3, absolute: 1e-4 }).ok).toBe(false);
    }),
  );

  test(
    "refuses a function that gives another result each time",
    inBalance(() => {
      let calls = 0;
      const act = (): unknown => gradcheck((x: Tensor) => x.mul(++calls), tensor([1]));
      expect(act).toThrow(GradientError);
      expect(act).toThrow(/let it draw random numbers from a Generator/);
    }),
  );

  test(
    "draws the same random numbers each time, and writes to buffers once",
    inBalance(() => {
      const [generator, calls] = [new Generator(1), tensor([0])];
      const dropped = (x: Tensor): Tensor => {
        calls.assign(calls.add(1));
        return x.square().mul(generator.dropoutMask(x.shape, 0.5));
      };
      expect(gradcheck(dropped, tensor([1, 2, 3, 4])).ok).toBe(true);
      const once = new Generator(1);
      once.dropoutMask([4], 0.5);
      expect([generator.state(), calls.item()]).toEqual([once.state(), 1]);
    }),
  );

  test(
    "is not led astray by a kink within its step: networks with relu, and steps where they are told",
    inBalance(() => {
      const random = new Generator(5);
      const weights = [8, 16, 16, 1].map((_, i, sizes) => random.normal([sizes[i] ?? 1, sizes[i + 1] ?? 1], 0, 0.5));
      const net = ([first, second, third]: readonly Tensor[]): Tensor =>
        [first, second]
          .reduce<Tensor>((x, by) => x.matmul<Shape, Shape>(by as Tensor).relu(), inputs)
          .matmul<Shape, Shape>(third as Tensor);
      const inputs = random.normal([32, 8]) as Tensor;
      const { ok, report } = gradcheck(net, weights.slice(0, 3) as Tensor[]);
      expect(report).toMatch(/all 64 elements agree/);
      expect(ok).toBe(true);
    }),
  );

  test(
    "names a kink, at which any slope between those of both sides is right and no other",
    inBalance(() => {
      const atZero = tensor([0, 0.001, -0.5]);
      const relu = gradcheck((x: Tensor) => x.relu(), atZero);
      expect(relu.comparisons.map(({ ok, kink }) => [ok, kink])).toEqual([
        [true, true],
        [true, false],
        [true, false],
      ]);
      expect(relu.report).toMatch(/^gradcheck: all 3 elements agree; at 1 of them is a kink\n/);
      const withSlope = (slope: number) => customGrad((x) => ({ value: x.relu(), pullback: (dy) => [dy.mul(slope)] }));
      expect([0, 0.5, 1, 1.1, -0.1].map((slope) => gradcheck(withSlope(slope), tensor([0])).ok)).toEqual([
        true,
        true,
        true,
        false,
        false,
      ]);
    }),
  );

  test(
    "calls no smooth function's wrong slope a kink, however steep, and no jump",
    inBalance(() => {
      const wrongly = (value: (x: Tensor) => Tensor, by: number) =>
        customGrad((x) => ({ value: value(x), pullback: (dy) => [dy.mul(by)] }));
      for (const [f, at, slope] of [
        [(x: Tensor) => x.mul(50).tanh(), 0, 50 * 1.02],
        [(x: Tensor) => x.mul(20).square(), 0.1, 80 * 1.01],
        [(x: Tensor) => x.mul(200).sigmoid(), 0.001, 0],
        [(x: Tensor) => x.floor(), 1, 1],
        [(x: Tensor) => x.sub(1e4).square(), 1, -2.1e4],
      ] as const) {
        const { ok, comparisons } = gradcheck(wrongly(f, slope), tensor([at]));
        expect({ ok, kink: comparisons[0]?.kink }).toEqual({ ok: false, kink: false });
      }
    }),
  );

  test(
    "moves a tensor that stands in two places in both",
    inBalance(() => {
      const x = tensor([2, 3]) as Tensor;
      expect(gradcheck(([a, b]: readonly [Tensor, Tensor]) => a.mul<Shape, Shape>(b.exp()), [x, x] as const).ok).toBe(
        true,
      );
    }),
  );

  test(
    "leaves nothing behind when the function throws",
    inBalance(() => {
      expect(() => gradcheck((x: Tensor) => x.matmul(tensor([1, 2])) as never, tensor([1, 2, 3]) as never)).toThrow(
        /must equal right rows/,
      );
    }),
  );
});
