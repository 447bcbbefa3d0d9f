import { type Fields, number, oneOf } from "../../frame/address.ts";
import { type Kernel, SIDE } from "./kernels.ts";

/** What decides how a kernel is learned: with the same picture and target, the same numbers come, bit for bit. */
export interface Learning {
  readonly rate: number;
  readonly momentum: number;
  /** Of the numbers that it begins with. */
  readonly seed: number;
}

export const RATES = [0.01, 0.03, 0.1, 0.2, 0.5] as const;
export const MOMENTA = [0, 0.9] as const;

/** More steps than these are not taken: what is not found by then is hardly moving. */
export const MOST_STEPS = 2000;

/** In the address, with how far it has come. */
export interface LearningState extends Learning {
  readonly steps: number;
}

export const learningFields: Fields<LearningState> = {
  rate: oneOf<number>(0.1, RATES),
  momentum: oneOf<number>(0.9, MOMENTA),
  seed: number(1, { min: 0, max: 9999, whole: true }),
  steps: number(0, { min: 0, max: MOST_STEPS, whole: true }),
};

/** What a step multiplies by: the rate is meant for nine weights. @param size how many there are */
export function paceOf({ rate }: Pick<Learning, "rate">, size: number): number {
  return (rate * SIDE * SIDE) / size;
}

/** What has been found so far. */
export interface Found {
  readonly kernel: Float32Array;
  /** Where momentum takes it. */
  readonly velocity: Float32Array;
  /** Before each step. */
  readonly losses: readonly number[];
  /** How far the farthest number was from its target, before each step. */
  readonly distances: readonly number[];
}

/**
 * How a search stands: nothing done yet; still far; every number right; edges right, but made by other numbers, since the picture
 * cannot tell them apart; farther away with each step; or given up.
 */
export type Standing = "begun" | "near" | "found" | "alike" | "diverged" | "given up";

/** How far a number may be from its target: two digits after the point are right. */
const NEAR = 0.005;
/** A loss of nothing, but for what 32-bit numbers round. */
const NO_LOSS = 1e-9;
/** Times the first loss: from there nothing comes back. */
const FAR = 1000;

/** @param losses before each step done */
export function standingOf(losses: readonly number[], distance: number): Standing {
  const [first, last] = [losses[0], losses.at(-1)];
  if (first === undefined || last === undefined) return "begun";
  if (!Number.isFinite(last) || last > FAR * Math.max(first, NO_LOSS)) return "diverged";
  if (distance < NEAR) return "found";
  if (last < NO_LOSS) return "alike";
  return losses.length >= MOST_STEPS ? "given up" : "near";
}

/** How far the farthest number is from its target. */
export function distanceOf(kernel: Float32Array, target: Kernel): number {
  return kernel.reduce<number>((most, weight, i) => {
    const distance = Math.abs(weight - (target[i] ?? 0));
    return distance > most || Number.isNaN(distance) ? distance : most;
  }, 0);
}
