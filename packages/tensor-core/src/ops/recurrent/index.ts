import { gruOps } from "./gru.ts";
import { lstmOps } from "./lstm.ts";
import { rnnOps } from "./rnn.ts";

export const recurrentFamily: typeof rnnOps & typeof gruOps & typeof lstmOps = { ...rnnOps, ...gruOps, ...lstmOps };
