import { type Handler, memory, scope, tensor, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { differentiate } from "../transforms/differentiate.ts";

/** The ops that run while `f` does, in order. */
function opsOf(f: () => unknown): string[] {
  const names: string[] = [];
  const spy: Handler = { name: "spy", handle: (call, next) => (names.push(call.op.name), next()) };
  withHandler(spy, f);
  return names;
}

test(
  "a frozen input's gradient is not computed",
  inBalance(() => {
    const [image, weight] = [tensor([[1, 2]]), tensor([[1], [1]])];
    const loss = (): Tensor => image.matmul(weight).sum();
    const products = (sources: readonly Tensor[]): number =>
      opsOf(() => differentiate(loss, sources)).filter((op) => op === "matmul").length;
    expect([products([]), products([weight]), products([image, weight])]).toEqual([1, 2, 3]);
  }),
);

test(
  "what is not on the way to the result is not walked",
  inBalance(() => {
    const x = tensor([1, 2]);
    const names = opsOf(() =>
      differentiate(() => {
        x.exp();
        return x.sum();
      }, [x]),
    );
    expect(names).not.toContain("mul");
  }),
);

test(
  "a source may be an intermediate of another's way",
  inBalance(() => {
    const x = tensor([3]);
    const y = x.square();
    const { gradients } = differentiate(() => y.mul(x).sum(), [x, y]);
    expect(gradients.map((gradient) => gradient?.item())).toEqual([9, 3]);
  }),
);

test(
  "the result may be the source itself",
  inBalance(() => {
    const x = tensor([3]);
    expect(differentiate(() => x, [x]).gradients[0]?.item()).toBe(1);
  }),
);

test(
  "a source that the result does not use has no gradient",
  inBalance(() => {
    const [x, other] = [tensor([3]), tensor([4])];
    expect(differentiate(() => x.sum(), [x, other]).gradients.map((gradient) => gradient?.item())).toEqual([
      1,
      undefined,
    ]);
  }),
);

test("what a step saved is let go as soon as the step is done", () => {
  const SIZE = 1 << 16;
  const STEPS = 16;
  scope(() => {
    const x = tensor([0.5]).expand([SIZE]).clone();
    let most = 0;
    const peak: Handler = {
      name: "peak",
      handle(_, next) {
        const result = next();
        most = Math.max(most, memory().bytes);
        return result;
      },
    };
    const start = memory().bytes;
    withHandler(peak, () =>
      differentiate(
        () =>
          scope(() =>
            Array.from({ length: STEPS })
              .reduce<Tensor>((y) => y.tanh(), x)
              .sum(),
          ),
        [x],
      ),
    );
    // Going forward each step leaves its result; going back there are two gradients more at a time, not one a step.
    expect((most - start) / (4 * SIZE)).toBeLessThan(STEPS + 4);
  });
});
