import { memory, type MemoryUse, runtime, type RuntimeInfo } from "@unfoldjs/tensor-core";
import { serve } from "../../worker/serve.ts";
import { beginLearning, learn } from "./learning-operation.ts";
import { explain, filter, grey } from "./operation.ts";
import { explainSliding, slide, usesOf } from "./sliding-operation.ts";
import { explainStep, filterVolume } from "./volume-operation.ts";
import { explainWeight } from "./weight-origin.ts";

const api = {
  /** Starts the core. @throws RuntimeError without SIMD */
  open(): RuntimeInfo {
    return runtime.info();
  },

  grey,
  filter,
  explain,
  filterVolume,
  explainStep,
  slide,
  usesOf,
  explainSliding,
  beginLearning,
  learn,
  explainWeight,

  memory(): MemoryUse {
    return memory();
  },
};

export type EdgesApi = typeof api;

serve(api);
