import type { Where } from "../bar.ts";
import type { Case, Suite } from "../case.ts";
import type { Arithmetic } from "../measure/arithmetic.ts";
import type { Effort } from "../measure/interleave.ts";
import type { Measurement } from "../measure/measure-case.ts";

/** Where contenders run, with the libraries that are measured there. */
export interface Place {
  readonly where: Where;
  /** of the multiply-add loop there */
  readonly instruction: Arithmetic["instruction"];
  /** Measures a case; undefined if it is not measured here. */
  measure(suite: Suite, chosen: Case, effort: Effort): Promise<Measurement | undefined>;
  close(): Promise<void>;
}
