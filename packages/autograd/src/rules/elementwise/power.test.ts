import { scope, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { grad } from "../../transforms/grad.ts";
import { hvp } from "../../transforms/hvp.ts";

interface Inputs {
  readonly a: Tensor;
  readonly b: Tensor;
}

const { log } = Math;
const powered = ({ a, b }: Inputs): Tensor => a.pow(b).sum();

/** The second derivatives one by one: what is derived by the first is derived by the second. */
function second(a: number, b: number): Record<"aa" | "ab" | "ba" | "bb", number> {
  return scope(() => {
    const at = { a: tensor([a]), b: tensor([b]) };
    const by = (first: "a" | "b"): Inputs => grad((inner: Inputs) => grad(powered)(inner)[first].sum())(at);
    const [ofA, ofB] = [by("a"), by("b")];
    return { aa: ofA.a.item(), ab: ofA.b.item(), ba: ofB.a.item(), bb: ofB.b.item() };
  });
}

describe("the second derivatives of a power are PyTorch's where those are numbers", () => {
  test.each([
    // Of a and b, ∂²/∂a², ∂²/∂a∂b, ∂²/∂b²: a power's, b (b − 1) aᵇ⁻², aᵇ⁻¹ (1 + b ln a), aᵇ ln² a; PyTorch has NaN at 0⁰
    // and, for a = 0, in what is derived by the exponent first.
    [0, 0, 0, 0, 0],
    [0, 1, 0, 1, 0],
    [-0, 1, 0, 1, 0],
    [0, 2, 2, 0, 0],
    [0, 3, 0, 0, 0],
    [0, -1, Infinity, Infinity, Infinity],
    [2, 1, 0, 1 + log(2), 2 * log(2) ** 2],
    [2, 2, 2, 2 * (1 + 2 * log(2)), 4 * log(2) ** 2],
    [2, -1, 1 / 4, (1 - log(2)) / 4, log(2) ** 2 / 2],
    // PyTorch masks the base's derivative at an exponent of 0, and has 0 for the mixed one from that side; 1 / a is right.
    [2, 0, 0, 1 / 2, log(2) ** 2],
    [1e-20, 0, 0, 1e20, log(1e-20) ** 2],
    // No power of a negative base has a derivative by its exponent.
    [-2, 1, 0, NaN, NaN],
    [-2, 2, 2, NaN, NaN],
    [-2, -1, -1 / 4, NaN, NaN],
  ])("%d to the %d", (a, b, aa, ab, bb) => {
    const found = second(a, b);
    for (const [name, wanted] of Object.entries({ aa, ab, ba: ab, bb })) {
      // Five digits, where there are any; −0 is 0.
      const digits = (value: number): number => Number(value.toPrecision(5)) + 0;
      expect(digits(found[name as keyof typeof found])).toBe(digits(wanted));
    }
  });

  test("(−2)⁰, where PyTorch has the mixed one from one side", () => {
    expect(second(-2, 0)).toEqual({ aa: 0, ab: NaN, ba: -0.5, bb: NaN });
  });
});

test("an exponent that is constant masks what there is: the derivative of x⁰ is 0 in every order", () => {
  const flat = (x: Tensor): Tensor => x.pow(0).sum();
  const x = tensor([0, -0, 2, -2, 1e-40, Infinity, -Infinity, NaN]);
  const zeros = Array.from(x.shape.flatMap((size) => Array.from({ length: size }, () => 0)));
  const found = [
    grad(flat)(x),
    grad((at: Tensor) => grad(flat)(at).sum())(x),
    hvp(flat, x, tensor([1, 2, 3, 4, 5, 6, 7, 8])),
  ];
  for (const each of found) expect(Array.from(each.data(), Math.abs)).toEqual(zeros);
});

test("the mixed derivative of exponents around 0 goes through 1 / a without a jump", () => {
  const mixed = (b: number): number => second(3, b).ab;
  expect(mixed(0)).toBeCloseTo((mixed(-1e-3) + mixed(1e-3)) / 2, 5);
});

test("an infinite gradient is masked where the power is constant, also if somebody derives by the exponent", () => {
  const f = ({ a, b }: Inputs): Tensor => a.pow(b).mul(Infinity).sum();
  const at = { a: tensor([2]), b: tensor([0]) };
  expect(grad(f)(at).a.item()).toBe(0);
  expect(hvp(f, at, { a: tensor([1]), b: tensor([0]) }).a.item()).toBe(0);
});
