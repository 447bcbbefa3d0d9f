import type { Model, StepOutput } from "../model/model.ts";

export const FOUR: number = Math.log(0.25);
/** Every token of four is as likely. */
export const flat = (tokens: Int32Array): Float32Array => new Float32Array(4 * tokens.length).fill(FOUR);

/** A model of a caller's `step`, which may give anything. */
export const stateless = (step: (tokens: Int32Array, at: number) => unknown): Model => ({
  step: (tokens, _, { step: at }) => step(tokens, at) as StepOutput<undefined>,
});

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const [settled] = await Promise.allSettled([promise]);
  if (settled.status === "fulfilled") throw new Error("nothing was thrown");
  return settled.reason as Error;
}
