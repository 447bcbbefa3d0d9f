import { type Handler, ScopeError, tensor, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { grad } from "./grad.ts";
import { noGrad } from "./no-grad.ts";

test(
  "what noGrad makes is a constant",
  inBalance(() => {
    const f = (x: Tensor): Tensor => x.mul(noGrad(() => x.mul(1))).sum();
    expect(grad(f)(tensor([3, 4])).toArray()).toEqual([3, 4]);
  }),
);

test(
  "noGrad hides from outer gradients too",
  inBalance(() => {
    const inner = (x: Tensor): Tensor => grad((y: Tensor) => y.mul(noGrad(() => x.square())).sum())(tensor([1]));
    expect(grad((x: Tensor) => inner(x).add(x).sum())(tensor([5])).toArray()).toEqual([1]);
  }),
);

test(
  "a gradient inside noGrad works, and is a constant outside",
  inBalance(() => {
    const f = (x: Tensor): Tensor => x.mul(noGrad(() => grad((y: Tensor) => y.square().sum())(x))).sum();
    expect(grad(f)(tensor([3])).toArray()).toEqual([6]);
  }),
);

test(
  "noGrad keeps handlers that are not tapes",
  inBalance(() => {
    const seen: string[] = [];
    const spy: Handler = { name: "spy", handle: (call, next) => (seen.push(call.op.name), next()) };
    withHandler(spy, () =>
      grad((x: Tensor) =>
        noGrad(() => x.exp())
          .add(x)
          .sum(),
      )(tensor([1])),
    );
    expect(seen).toContain("exp");
  }),
);

test(
  "noGrad refuses a promise",
  inBalance(() => {
    expect(() => noGrad(async () => tensor([1]).dispose())).toThrow(ScopeError);
  }),
);
