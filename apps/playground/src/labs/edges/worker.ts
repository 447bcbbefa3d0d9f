import { memory, type MemoryUse, runtime, type RuntimeInfo } from "@unfoldjs/tensor-core";
import { serve } from "../../worker/serve.ts";
import { begin, descend } from "./learning-operation.ts";
import { explain, filter, grey } from "./operation.ts";
import { explainSliding, slide, usesOf } from "./sliding-operation.ts";
import { explainStep, filterVolume } from "./volume-operation.ts";

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
  begin,
  descend,

  memory(): MemoryUse {
    return memory();
  },
};

export type EdgesApi = typeof api;

serve(api);
