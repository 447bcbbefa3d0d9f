import { gruCases } from "./gru.ts";
import { lstmCases } from "./lstm.ts";
import { rnnCases } from "./rnn.ts";

export const recurrentCases: typeof rnnCases & typeof gruCases & typeof lstmCases = {
  ...rnnCases,
  ...gruCases,
  ...lstmCases,
};
