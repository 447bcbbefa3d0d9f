import {
  type Activated,
  type Activation,
  addProduct,
  isFollowed,
  linear,
  type linearActivatedOps,
  linearGradient,
  type linearGradientOps,
  type linearOps,
  sizeOf,
  type Tensor,
} from "@unfoldjs/tensor-core";
import {
  type CallFacts,
  fused,
  multilinear,
  refused,
  type RowsOf,
  type Some,
  together,
  type Wanted,
} from "../../row/row.ts";

type Input = "x" | "weight" | "bias";

const INPUTS: readonly Input[] = ["x", "weight", "bias"];

interface ActivatedAttributes {
  readonly activation: Activation;
}

/** What the activation's gradient takes: of relu the result, of the others what they were given. */
const KEPT = ["y", "before"] as const;

export const linearRules: RowsOf<typeof linearOps & typeof linearActivatedOps & typeof linearGradientOps> = {
  // Y = X Wᵀ + b
  linear: multilinear(
    together({ x: ["weight"], weight: ["x"], bias: [] }, (dy: Tensor, saved, _, wanted) =>
      [dy, saved.x, saved.weight].some((each) => each !== undefined && isFollowed(each))
        ? inSteps(dy, saved, wanted)
        : atOnce(dy, saved, wanted),
    ),
    ["bias"],
  ),
  // y = a(z), z = X Wᵀ + b: the gradient of z by a's own, and then as above
  linearActivated: fused(
    together(
      { x: ["weight", ...KEPT], weight: ["x", ...KEPT], bias: KEPT },
      ({ y: dy }: Some<"y">, saved, { attributes: { activation } }: CallFacts<ActivatedAttributes>, wanted) => {
        const kept = (activation === "relu" ? saved.y : saved.before) as Tensor;
        return atOnce(dy as Tensor, saved, wanted, { activation, kept });
      },
    ),
    ({ x, weight, bias }: Some, { activation }: ActivatedAttributes) => {
      const z = linear(x as Tensor, weight as Tensor, bias);
      return { y: activation === "relu" ? z.relu() : activation === "gelu" ? z.gelu() : z.silu() };
    },
  ),
  linearGradient: refused("derive from linear: its gradient is made of products where somebody derives further"),
};

/** By the kernel. */
function atOnce(dy: Tensor, { x, weight }: Some, wanted: Wanted<Input>, activated?: Activated): Some<Input> {
  // A sum that is there takes a product of its own, and that the gradient of the product: not behind an activation.
  const into = activated === undefined ? wanted.weight?.into : undefined;
  const asked = INPUTS.filter((name) => wanted[name] !== undefined && (name !== "weight" || into === undefined));
  const answers = asked.length === 0 ? {} : linearGradient(asked, dy, x, weight, activated);
  return into === undefined ? answers : { ...answers, weight: addedProduct(into, dy, x as Tensor) };
}

/** By ops that have gradients themselves. */
function inSteps(dy: Tensor, { x, weight }: Some, wanted: Wanted<Input>): Some<Input> {
  return {
    ...(wanted.x && { x: dy.matmul(weight as Tensor) }),
    ...(wanted.weight && {
      weight: rows(dy)
        .transpose()
        .matmul(rows(x as Tensor)),
    }),
    ...(wanted.bias && { bias: rows(dy).sum(0) }),
  };
}

/** The weight's gradient, added in place to a sum that is there: a weight used at each time step has one gradient, not one a step. */
function addedProduct(into: Tensor, dy: Tensor, x: Tensor): Tensor {
  addProduct(into, rows(dy).transpose(), rows(x));
  return into;
}

/** The tensor as (rows, features). */
function rows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
}
