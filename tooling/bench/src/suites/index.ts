import type { Suite } from "../case.ts";
import { attention, attentionGradient } from "./attention.ts";
import { coldStart } from "./cold-start.ts";
import { convolution, convolutionGradient } from "./convolution.ts";
import { decoding } from "./decoding.ts";
import { elementwise } from "./elementwise.ts";
import { embeddings } from "./embeddings.ts";
import { matmulGradient } from "./matmul-gradient.ts";
import { matmul } from "./matmul.ts";
import { networks } from "./networks.ts";
import { norms } from "./norms.ts";
import { overhead } from "./overhead.ts";
import { recurrence } from "./recurrence.ts";
import { sequences } from "./sequences.ts";
import { threads } from "./threads.ts";
import { training } from "./training.ts";

export const suites: readonly Suite[] = [
  matmul,
  matmulGradient,
  convolution,
  convolutionGradient,
  elementwise,
  attention,
  attentionGradient,
  recurrence,
  norms,
  training,
  sequences,
  networks,
  decoding,
  embeddings,
  overhead,
  coldStart,
  threads,
];
