import { type Argument, Linear, Module } from "@unfoldjs/nn";
import { concat, type Generator, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { Encoded, Encoder } from "./encoder.ts";
import type { RecurrentState } from "./recurrent-part.ts";

/**
 * A decoder's state before its first step from an encoder's last one: layer by layer, both directions through a tanh layer (Bahdanau
 * et al. 2015, section A.2.2), the cells through a linear one. Of an encoder of one direction it is the state itself.
 */
export class Bridge extends Module {
  static override readonly name: string = "Bridge";
  readonly hidden: Linear | undefined;
  readonly cells: Linear | undefined;

  constructor({ rnn, hiddenSize }: Encoder, hasCells: boolean, generator: Generator | undefined) {
    super();
    if (!rnn.bidirectional) return;
    const named = generator === undefined ? {} : { generator };
    this.hidden = new Linear(2 * hiddenSize, hiddenSize, named);
    if (hasCells) this.cells = new Linear(2 * hiddenSize, hiddenSize, named);
  }

  override forward({ hLast, cLast }: Pick<Encoded, "hLast" | "cLast">): RecurrentState {
    if (this.hidden === undefined) return { h: hLast, c: cLast };
    const h = this.hidden.forward<Shape>(bothDirections(hLast)).tanh();
    return { h, c: cLast && this.cells?.forward<Shape>(bothDirections(cLast)) };
  }

  override config(): readonly Argument[] | undefined {
    return undefined;
  }
}

/** (layers · 2, batch, hidden) as (layers, batch, 2 · hidden). */
function bothDirections(states: Tensor): Tensor {
  return concat([states.slice(0, 0, undefined, 2), states.slice(0, 1, undefined, 2)], 2);
}
