import { assertFromZero } from "../../arguments/checks.ts";
import { ValueError } from "../../errors/index.ts";

/**
 * A setting that is another one at the next step: the value, or a function that reads it when the step runs, so that a
 * step that is recorded and run again is never run with an old learning rate.
 */
export type Changing<T extends number | boolean> = T | (() => T);

export function valueOf<T extends number | boolean>(setting: Changing<T>): T {
  return typeof setting === "function" ? setting() : setting;
}

// For each parameter of each step: numbers are compared as they stand, without records and lists of them.

/** The value of a setting that multiplies. @throws ValueError unless it is a finite number */
export function factorOf(op: string, name: string, setting: Changing<number>): number {
  const value = valueOf(setting);
  assertFinite(op, name, value);
  return value;
}

/** The number of a step. @throws ValueError unless it is a whole number from 1 up: at 0 means would be divided by 0 */
export function stepOf(op: string, setting: Changing<number>): number {
  const step = valueOf(setting);
  if (Number.isInteger(step) && step >= 1 && step < 2 ** 32) return step;
  throw new ValueError(op, { step }, "a step's number is a whole one from 1 up");
}

/** @throws ValueError on a setting that is not a finite number: it would be written into every element */
export function assertFinite(op: string, name: string, value: number): void {
  if (!Number.isFinite(value)) throw new ValueError(op, { [name]: value }, `${name} must be a finite number`);
}

/** @throws ValueError unless running means have shares in [0, 1), and what is added to the divisor is no negative number */
export function assertMoments(op: string, beta1: number, beta2: number, epsilon: number): void {
  assertShare(op, "beta1", beta1);
  assertShare(op, "beta2", beta2);
  assertFromZero(op, "epsilon", epsilon);
}

function assertShare(op: string, name: string, share: number): void {
  if (!(share >= 0 && share < 1)) throw new ValueError(op, { [name]: share }, `${name} must be in [0, 1)`);
}
