import type { gruOps, lstmOps, rnnOps } from "@unfoldjs/tensor-core";
import type { Form, FormulasOf } from "../../row/formula.ts";

/** What goes back by way of the gates' sums, whose gradients at each step are δ. */
const THROUGH_GATES = {
  x: ["δ · $weightIh", "\\delta\\,$weightIh"],
  weightIh: ["Σ over time of δᵀ · $x", "\\textstyle\\sum_t \\delta_t^{\\top} $x_t"],
  weightHh: ["Σ over time of δᵀ · h⟨t−1⟩", "\\textstyle\\sum_t \\delta_t^{\\top} h_{t-1}"],
  biasIh: ["Σ over time and batch of δ", "\\textstyle\\sum_{t, \\text{batch}} \\delta_t"],
  biasHh: ["Σ over time and batch of δ", "\\textstyle\\sum_{t, \\text{batch}} \\delta_t"],
  h0: ["δ⟨1⟩ · $weightHh", "\\delta_1\\,$weightHh"],
} as const satisfies Record<string, Form>;

/** A GRU's state goes on by itself too, and what its n gets from the state passes r. */
const THROUGH_GRU = {
  ...THROUGH_GATES,
  weightHh: [
    "Σ over time of δᵀ · h⟨t−1⟩, with r in n's rows",
    "\\textstyle\\sum_t \\delta_t^{\\top} h_{t-1} \\text{ with } r \\text{ in the rows of } n",
  ],
  biasHh: [
    "Σ over time and batch of δ, with r in n's rows",
    "\\textstyle\\sum_{t, \\text{batch}} \\delta_t \\text{ with } r \\text{ in the rows of } n",
  ],
  h0: ["δ⟨1⟩ · $weightHh + z⟨1⟩ ⊙ δh⟨1⟩", "\\delta_1\\,$weightHh + z_1 \\odot \\delta h_1"],
} as const satisfies Record<string, Form>;

const THROUGH_LSTM = {
  ...THROUGH_GATES,
  weightHr: ["Σ over time of δh⟨t⟩ᵀ · (o ⊙ tanh c)", "\\textstyle\\sum_t \\delta h_t^{\\top} (o \\odot \\tanh c)_t"],
  c0: ["f⟨1⟩ ⊙ δc⟨1⟩", "f_1 \\odot \\delta c_1"],
} as const satisfies Record<string, Form>;

const BACK: Form = [
  "δ⟨t⟩ is the gradient of the gates' sums: of what the loss gets from step t and, by the state, from all that come later",
  "\\delta_t \\text{ is the gradient of the sums of step } t \\text{, with what comes back from later steps}",
];

const PLAIN: Form = [
  "f($x · $weightIhᵀ?biasIh( + $biasIh) + h⟨t−1⟩ · $weightHhᵀ?biasHh( + $biasHh)), f = #nonlinearity",
  "f\\big($x\\,$weightIh^{\\top}?biasIh( + $biasIh) + h_{t-1}\\,$weightHh^{\\top}?biasHh( + $biasHh)\\big),\\ f = \\text{#nonlinearity}",
];
const GATED: Form = ["(1 − z) ⊙ n + z ⊙ h⟨t−1⟩", "(1 - z) \\odot n + z \\odot h_{t-1}"];
const LONG: Form = ["o ⊙ tanh(f ⊙ c⟨t−1⟩ + i ⊙ g)", "o \\odot \\tanh(f \\odot c_{t-1} + i \\odot g)"];
const CELLS: Form = ["f ⊙ c⟨t−1⟩ + i ⊙ g", "f \\odot c_{t-1} + i \\odot g"];

export const recurrentFormulas: FormulasOf<typeof rnnOps & typeof gruOps & typeof lstmOps> = {
  rnn: {
    value: PLAIN,
    gradients: THROUGH_GATES,
    where: BACK,
    results: { hLast: { value: ["h of the last step", "h_T"], gradients: THROUGH_GATES } },
  },
  rnnCell: { value: PLAIN, gradients: THROUGH_GATES, where: BACK },
  rnnGradient: { value: ["the gradients of rnn's gates", "\\operatorname{rnn}'"] },
  gru: {
    value: GATED,
    gradients: THROUGH_GRU,
    where: BACK,
    results: { hLast: { value: ["h of the last step", "h_T"], gradients: THROUGH_GRU } },
  },
  gruCell: { value: GATED, gradients: THROUGH_GRU, where: BACK },
  gruGradient: { value: ["the gradients of gru's gates", "\\operatorname{gru}'"] },
  lstm: {
    value: LONG,
    gradients: THROUGH_LSTM,
    where: BACK,
    results: {
      hLast: { value: ["h of the last step", "h_T"], gradients: THROUGH_LSTM },
      cLast: { value: ["c of the last step", "c_T"], gradients: THROUGH_LSTM },
    },
  },
  lstmCell: {
    value: LONG,
    gradients: THROUGH_LSTM,
    where: BACK,
    results: { c: { value: CELLS, gradients: THROUGH_LSTM } },
  },
  lstmGradient: { value: ["the gradients of lstm's gates", "\\operatorname{lstm}'"] },
};
