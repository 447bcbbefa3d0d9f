import type { Peer } from "../work.ts";
import { convnetjs } from "./convnetjs.ts";
import { fullSort } from "./full-sort.ts";
import { jaxJs } from "./jax-js.ts";
import { numpyTs } from "./numpy-ts.ts";
import { onnxruntimeWeb } from "./onnxruntime-web.ts";
import { tfjsCpu } from "./tfjs-cpu.ts";
import { tfjsWasm } from "./tfjs-wasm.ts";
import { transformersJs } from "./transformers-js.ts";

/** What we are compared with. */
export const peers: readonly Peer[] = [
  tfjsWasm,
  onnxruntimeWeb,
  jaxJs,
  numpyTs,
  convnetjs,
  tfjsCpu,
  transformersJs,
  fullSort,
];
