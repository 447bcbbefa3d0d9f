import { avgPoolOps } from "./average.ts";
import { maxPoolOps } from "./maximum.ts";

// Records are written once for any number of axes, like those of convolution; volumes wait for kernels with three.
export const poolingOps: typeof maxPoolOps & typeof avgPoolOps = { ...maxPoolOps, ...avgPoolOps };
