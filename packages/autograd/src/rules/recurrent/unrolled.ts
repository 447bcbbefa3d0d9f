import { type Shape, stack, type Tensor, where, zeros } from "@unfoldjs/tensor-core";
import type { Some } from "../../row/row.ts";
import { lengthsOf } from "./gates.ts";

/** The states that a step goes on from: h, and the cells of an LSTM. */
export type Carried = readonly [h: Tensor, c?: Tensor];

/** The state before the first step: zeros if none was given. */
export function stateBefore({ x, h0, weightHh }: Some): Tensor {
  return h0 ?? zeros([x?.shape.at(-2) ?? 0, weightHh?.shape[1] ?? 0]);
}

/** A sequence step by step, by ops that can be derived from in every order. */
export function unrolled(
  inputs: Some,
  reverse: boolean,
  initial: Carried,
  step: (x: Tensor, before: Carried) => Carried,
): { readonly output: Tensor; readonly last: Carried } {
  const [x, lengths] = [inputs["x"] as Tensor, lengthsOf(inputs)];
  const time = x.shape[0] ?? 0;
  const outputs = new Array<Tensor>(time);
  let carried = initial;
  for (let i = 0; i < time; i++) {
    const t = reverse ? time - 1 - i : i;
    const after = step(x.slice(0, t, t + 1).squeeze(0), carried);
    const isWithin = lengths?.greater<Shape>(t).unsqueeze(1);
    const kept = (value: Tensor, otherwise: Tensor): Tensor =>
      isWithin === undefined ? value : where(isWithin, value, otherwise);
    const [[h, c], [before, cells]] = [after, carried];
    outputs[t] = kept(h, zeros([]));
    carried = c === undefined || cells === undefined ? [kept(h, before)] : [kept(h, before), kept(c, cells)];
  }
  return { output: time === 0 ? zeros([0, ...initial[0].shape]) : stack(outputs), last: carried };
}

/** The gates of sums (batch, gates · hidden). */
export function gatesOf(sums: Tensor, count: number): Tensor[] {
  const size = (sums.shape[1] ?? 0) / count;
  return Array.from({ length: count }, (_, i) => sums.slice(1, i * size, (i + 1) * size));
}
