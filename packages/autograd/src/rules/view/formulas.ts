import type { sliceGradientOps, viewOps } from "@unfoldjs/tensor-core";
import type { Form, FormulasOf } from "../../row/formula.ts";

const RESHAPED: Form = ["$x as [#shape]", "\\operatorname{reshape}_{#shape}($x)"];
const BACK: Form = ["@ in the shape of $x", "\\operatorname{reshape}(@)"];

export const viewFormulas: FormulasOf<typeof sliceGradientOps & typeof viewOps> = {
  viewAs: { value: RESHAPED, gradients: { x: BACK } },
  resqueeze: { value: RESHAPED, gradients: { x: BACK } },
  permute: {
    value: ["$x with its axes in the order #order", "\\operatorname{permute}_{#order}($x)"],
    gradients: { x: ["@ with its axes put back", "\\operatorname{permute}_{#order}^{-1}(@)"] },
  },
  expand: {
    value: ["$x stretched to [#shape]", "\\operatorname{expand}_{#shape}($x)"],
    gradients: { x: ["@ summed over the axes that were stretched", "\\textstyle\\sum_{\\text{stretched}} @"] },
  },
  slice: {
    value: ["a part of $x", "\\operatorname{part}($x)"],
    gradients: { x: ["@ in its place among zeros", "\\operatorname{place}(@)"] },
  },
  flip: {
    value: ["$x reversed along #axes", "\\operatorname{flip}_{\\text{#axes}}($x)"],
    gradients: { x: ["@ reversed along #axes", "\\operatorname{flip}_{\\text{#axes}}(@)"] },
  },
  sliceGradient: {
    value: ["$dy in its place among zeros", "\\operatorname{place}($dy)"],
    gradients: { dy: ["@ cut out of there", "\\operatorname{part}(@)"] },
  },
};
