import {
  conv1d,
  conv1dFilterGradient,
  conv1dInputGradient,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type Convolution,
  type convolutionOps,
  type ConvolutionOptions,
  type Shape,
  type SpatialAxes,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type CallFacts, multilinear, type RowsOf, saving, savingNothing } from "../../row/row.ts";

type Facts<N extends SpatialAxes> = CallFacts<Convolution<N>>;

/** A convolution over `N` axes and its gradients. */
interface Functions<N extends SpatialAxes> {
  readonly axes: N;
  forward(x: Tensor, weight: Tensor, bias: undefined, options: ConvolutionOptions<N>): Tensor;
  inputGradient(dy: Tensor, weight: Tensor, inputShape: Shape, options: ConvolutionOptions<N>): Tensor;
  filterGradient(x: Tensor, dy: Tensor, weightShape: Shape, options: ConvolutionOptions<N>): Tensor;
}

/** What a gradient's record has besides, its result's shape, is no option. */
function optionsOf<N extends SpatialAxes>({
  stride,
  padding,
  dilation,
  groups,
  exact,
}: Convolution<N>): ConvolutionOptions<N> {
  return { stride, padding, dilation, groups, exact };
}

// One form in three variables, linear in each: Σ dy · (x ⋆ w). Each op is its derivative by one of them.
function rowsOf<N extends SpatialAxes>({ axes, forward, inputGradient, filterGradient }: Functions<N>) {
  const allButChannels = [0, 2, 3, 4].slice(0, axes + 1);
  return {
    forward: multilinear(
      {
        x: saving("weight", (dy, { weight }, { attributes, shapes }: Facts<N>) =>
          inputGradient(dy, weight, shapes["x"] ?? [], optionsOf(attributes)),
        ),
        weight: saving("x", (dy, { x }, { attributes, shapes }: Facts<N>) =>
          filterGradient(x, dy, shapes["weight"] ?? [], optionsOf(attributes)),
        ),
        bias: savingNothing((dy) => dy.sum(allButChannels)),
      },
      ["bias"],
    ),
    inputGradient: multilinear({
      dy: saving("weight", (dx, { weight }, { attributes }: Facts<N>) =>
        forward(dx, weight, undefined, optionsOf(attributes)),
      ),
      weight: saving("dy", (dx, { dy }, { attributes, shapes }: Facts<N>) =>
        filterGradient(dx, dy, shapes["weight"] ?? [], optionsOf(attributes)),
      ),
    }),
    filterGradient: multilinear({
      x: saving("dy", (dw, { dy }, { attributes, shapes }: Facts<N>) =>
        inputGradient(dy, dw, shapes["x"] ?? [], optionsOf(attributes)),
      ),
      dy: saving("x", (dw, { x }, { attributes }: Facts<N>) => forward(x, dw, undefined, optionsOf(attributes))),
    }),
  };
}

const over1 = rowsOf({
  axes: 1,
  forward: conv1d,
  inputGradient: conv1dInputGradient,
  filterGradient: conv1dFilterGradient,
});
const over2 = rowsOf({
  axes: 2,
  forward: conv2d,
  inputGradient: conv2dInputGradient,
  filterGradient: conv2dFilterGradient,
});

export const convolutionRules: RowsOf<typeof convolutionOps> = {
  conv1d: over1.forward,
  conv1dInputGradient: over1.inputGradient,
  conv1dFilterGradient: over1.filterGradient,
  conv2d: over2.forward,
  conv2dInputGradient: over2.inputGradient,
  conv2dFilterGradient: over2.filterGradient,
};
