import { chosenShare, count, dimensions, exact } from "../../look/numbers.ts";
import type { Run } from "./run.ts";

/** What of a run is set by a control. */
export type SettingName = Exclude<keyof Run, "changes" | "steps">;

const WRITTEN: Readonly<Record<SettingName, (setting: number) => string>> = {
  lr: exact,
  batch: count,
  dropout: chosenShare,
  filters: count,
  kernel: (side) => dimensions(side, side),
  seed: String, // the name of a beginning, and no quantity
};

/** A setting as it is written wherever it stands: beside its control, in the list of runs, in a notice. */
export function written(name: SettingName, setting: number): string {
  return WRITTEN[name](setting);
}
