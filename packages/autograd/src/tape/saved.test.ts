import { GradientError, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "../transforms/grad.ts";

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
