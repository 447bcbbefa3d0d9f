/**
 * A setting that is another one at the next step: the value, or a function that reads it when the step runs, so that a
 * step that is recorded and run again is never run with an old learning rate.
 */
export type Changing<T extends number | boolean> = T | (() => T);

export function valueOf<T extends number | boolean>(setting: Changing<T>): T {
  return typeof setting === "function" ? setting() : setting;
}
