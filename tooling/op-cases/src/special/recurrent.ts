import {
  gruCell,
  type gruOps,
  lstmCell,
  type lstmOps,
  rnnCell,
  type rnnOps,
  tensor,
  type Tensor,
} from "@unfoldjs/tensor-core";
import type { None } from "../op-case.ts";
import { finiteWhereTorchIsNot, ITSELF, ofOne, type PointsOf, type SpecialPoints } from "./points.ts";

const OF_STEPS: None = { none: "a sequence of steps, whose points are those of its cell" };

/** PyTorch's tangent multiplies a slope of 0 by the ∞ that it is the slope at. */
const flat: SpecialPoints["exceptions"] = { tangent: finiteWhereTorchIsNot("the slope says it all") };

/** A column of ones: every gate of one hidden unit is a function of x alone. */
const ones = (rows: number): Tensor => tensor(Array.from({ length: rows }, () => [1]));

export const recurrentPoints: PointsOf<typeof rnnOps & typeof gruOps & typeof lstmOps> = {
  rnn: OF_STEPS,
  gru: OF_STEPS,
  lstm: OF_STEPS,
  rnnGradient: ITSELF,
  gruGradient: ITSELF,
  lstmGradient: ITSELF,
  rnnCell: [
    ofOne(
      (x) => rnnCell(x.unsqueeze(1), undefined, { weightIh: ones(1), weightHh: ones(1) }).squeeze(1),
      "torch.rnn_tanh_cell(x[:, None], torch.zeros(len(x), 1), torch.ones(1, 1), torch.ones(1, 1))[:, 0]",
      { exceptions: flat },
    ),
    ofOne(
      (x) =>
        rnnCell(x.unsqueeze(1), undefined, { weightIh: ones(1), weightHh: ones(1) }, { nonlinearity: "relu" }).squeeze(
          1,
        ),
      "torch.rnn_relu_cell(x[:, None], torch.zeros(len(x), 1), torch.ones(1, 1), torch.ones(1, 1))[:, 0]",
      { exceptions: flat },
    ),
  ],
  gruCell: ofOne(
    (x) => gruCell(x.unsqueeze(1), undefined, { weightIh: ones(3), weightHh: ones(3) }).squeeze(1),
    "torch.gru_cell(x[:, None], torch.zeros(len(x), 1), torch.ones(3, 1), torch.ones(3, 1))[:, 0]",
    { exceptions: flat },
  ),
  lstmCell: ofOne(
    (x) => lstmCell(x.unsqueeze(1), {}, { weightIh: ones(4), weightHh: ones(4) }).h.squeeze(1),
    "torch.lstm_cell(x[:, None], (torch.zeros(len(x), 1),) * 2, torch.ones(4, 1), torch.ones(4, 1))[0][:, 0]",
    { exceptions: flat },
  ),
};
