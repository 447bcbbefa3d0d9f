import { GradientError, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { checkpoint } from "../transforms/checkpoint.ts";
import { grad } from "../transforms/grad.ts";
import { vjp } from "../transforms/vjp.ts";

describe("a value that was overwritten between forward and backward", () => {
  test(
    "is refused, naming the op that needs it and the one that wrote",
    inBalance(() => {
      const weight = tensor([2, 3]);
      const act = (): unknown =>
        grad((x: Tensor) => {
          const y = x.mul(weight);
          weight.assign(tensor([0, 0]));
          return y.sum();
        })(tensor([1, 1]));
      expect(act).toThrow(GradientError);
      expect(act).toThrow(/^mul: the gradient of mul needs "b" as it was, but it was overwritten since/);
      expect(act).toThrow(/overwritten by {2}assign/);
      expect(act).toThrow(/take the gradient before assign, or let mul work on a clone\(\)/);
    }),
  );

  test(
    "is refused when it was written through a view",
    inBalance(() => {
      const weight = tensor([2, 3]);
      const act = (): unknown =>
        grad((x: Tensor) => {
          const y = x.mul(weight);
          weight.slice(0, 0, 1).assign(tensor([0]));
          return y.sum();
        })(tensor([1, 1]));
      expect(act).toThrow(/"b" as it was/);
    }),
  );

  test(
    "is refused when it is a result",
    inBalance(() => {
      const act = (): unknown =>
        grad((x: Tensor) => {
          const y = x.exp();
          const sum = y.sum();
          y.assign(tensor([0, 0]));
          return sum;
        })(tensor([1, 1]));
      expect(act).toThrow(/^exp: the gradient of exp needs "y" as it was/);
    }),
  );

  test(
    "does not matter where the gradient does not need it",
    inBalance(() => {
      const bias = tensor([2, 3]);
      const gradient = grad((x: Tensor) => {
        const y = x.add(bias);
        bias.assign(tensor([0, 0]));
        return y.sum();
      })(tensor([1, 1]));
      expect(gradient.toArray()).toEqual([1, 1]);
    }),
  );

  test(
    "does not matter for a clone",
    inBalance(() => {
      const weight = tensor([2, 3]);
      const gradient = grad((x: Tensor) => {
        const y = x.mul(weight.clone());
        weight.assign(tensor([0, 0]));
        return y.sum();
      })(tensor([1, 1]));
      expect(gradient.toArray()).toEqual([2, 3]);
    }),
  );
});

test(
  "a saved value outlives the handle it was saved from",
  inBalance(() => {
    const gradient = grad((x: Tensor) => {
      const weight = tensor([2, 3]);
      const y = x.mul(weight);
      weight.dispose();
      return y.sum();
    })(tensor([1, 1]));
    expect(gradient.toArray()).toEqual([2, 3]);
  }),
);

describe("a followed tensor that was overwritten", () => {
  const x = tensor([1, 2, 3]);

  test(
    "is refused where it is used, as its new content does not lead back to x",
    inBalance(() => {
      const overwritten = (write: (y: Tensor) => void): unknown =>
        grad((at: Tensor) => {
          const y = at.square();
          write(y);
          return y.sum();
        })(x);
      expect(() => overwritten((y) => y.assign(tensor(0)))).toThrow(GradientError);
      expect(() => overwritten((y) => y.at(0).assign(tensor(0)))).toThrow(/^sum: .* before it was overwritten/);
    }),
  );

  test(
    "is refused as a result and behind a checkpoint, and free to be written to after its last use",
    inBalance(() => {
      const act = (f: (at: Tensor) => Tensor): unknown => grad(f)(x);
      const written = (y: Tensor): Tensor => {
        y.assign(tensor(0));
        return y;
      };
      expect(() => act((at) => written(at.sum()))).toThrow(/before it was overwritten/);
      expect(() => vjp((at: Tensor) => written(at.square()), x, x)).toThrow(/^vjp: .* before it was overwritten/);
      expect(() => act((at) => written(checkpoint((inner: Tensor) => inner.square())(at)).sum())).toThrow(
        GradientError,
      );
      const used = grad((at: Tensor) => {
        const y = at.mul(2);
        const total = y.sum();
        written(written(y));
        return total;
      })(x);
      expect(used.toArray()).toEqual([2, 2, 2]);
    }),
  );
});
