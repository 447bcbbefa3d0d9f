import { gruRules } from "./gru.ts";
import { lstmRules } from "./lstm.ts";
import { rnnRules } from "./rnn.ts";

export const recurrentFamily: typeof rnnRules & typeof gruRules & typeof lstmRules = {
  ...rnnRules,
  ...gruRules,
  ...lstmRules,
};
