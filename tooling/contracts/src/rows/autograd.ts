import type * as autograd from "@unfoldjs/autograd";
import { RowGradient } from "@unfoldjs/autograd";
import { isTensor, scope, tensor, type Tensor } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { ascending, count, given, list, number, optional, options, record, shape, tensorOf, word } = kind;

const x = tensorOf([2, 3]);
/** Anything that tensors are in: a tree of them. */
const tree = {
  ...x,
  takes: [
    ...x.takes,
    "a module",
    "an array of numbers",
    "an empty array",
    "an empty object",
    "an object without a prototype",
    "an array with holes",
  ] as const,
  said: ["the first argument", "tangent", "cotangent", "direction"],
};
// Functions of whatever tree came: what they do with it is not to be the fault.
const scalar = {
  ...kind.callable((at: unknown) => (isTensor(at) ? at.to("f32").square().sum() : tensor(0))),
  said: ["the first argument"],
};
const any = {
  ...kind.callable((at: unknown) => (isTensor(at) ? at.to("f32").mul(2) : tensor([0]))),
  said: ["the first argument"],
};
const tolerance = { relative: number(0.1), absolute: number(0.1), samples: count(4) };
const op = { ...word("add"), said: ["op"] };

export const autogradRows: Rows<typeof autograd> = {
  RowGradient: {
    make: {
      rows: record({ indices: ascending(2), values: tensorOf([2, 3]) }),
      shape: shape([4, 3]),
    },
    methods: {
      joined: {
        other: given(() =>
          scope(() => new RowGradient({ indices: tensor([1], "i32"), values: tensor([[1, 2, 3]]) }, [4, 3])),
        ),
      },
      coalesced: {},
      toDense: {},
      dispose: {},
    },
  },
  checkpoint: { call: { f: any }, gives: { x: kind.anything(1) }, inside: ["cast"] }, // which `any` calls
  claimOf: call({ op }, "", "there is no such thing"), // it is of the op that it was asked for
  hasGradient: call({ op: kind.text("add") }),
  customGrad: {
    call: {
      f: {
        ...kind.callable((at: Tensor) => ({ value: at.clone(), pullback: (dy: Tensor) => [dy.clone()] })),
        said: ["the first argument"],
      },
    },
    gives: { x: { ...x, said: ["inputs"] } },
  },
  differentiate: call({ f: { ...kind.callable(scalarOfNothing), said: ["the first argument"] }, sources: list(x, 1) }),
  differentiateRows: call({
    f: { ...kind.callable(scalarOfNothing), said: ["the first argument"] },
    sources: list(x, 1),
  }),
  explainGradient: call({ f: scalar, x: tree, options: options({ ...tolerance, cotangent: tensorOf([]) }) }),
  grad: { call: { f: scalar }, gives: { x: tree } },
  valueAndGrad: { call: { f: scalar }, gives: { x: tree } },
  gradcheck: call({ f: scalar, x: tree, options: options({ ...tolerance, step: number(0.01) }) }),
  hessian: call({ f: scalar, x: tree }),
  hvp: call({ f: scalar, x: tree, direction: tree }),
  jacobian: call({ f: any, x: tree, options: options({ mode: word("forward") }) }),
  jvp: call({ f: any, x: tree, direction: tree }),
  vjp: call({ f: any, x: tree, gradient: optional(tree) }),
  noGrad: call({ f: { ...kind.callable(() => undefined), said: ["the first argument"] } }),
  stopGradient: call({ x }),
};

function scalarOfNothing(): Tensor {
  return tensor(1).mul(2);
}
