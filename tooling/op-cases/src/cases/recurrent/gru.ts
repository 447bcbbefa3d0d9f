import { DTypeError, gru, gruCell, gruGradient, type gruOps, IndexError, ShapeError } from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { recurrentGradientsOf, recurrentOf, type Recurrence, recurrentStepOf } from "../../reference/recurrent.ts";
import { gateValue, weight } from "./draws.ts";

interface Way {
  readonly resetAfter: boolean;
  readonly reverse: boolean;
}
const after: Way = { resetAfter: true, reverse: false };
const before: Way = { resetAfter: false, reverse: false };

function kindOf({ resetAfter }: Pick<Way, "resetAfter">): Recurrence {
  return resetAfter ? "gru" : "gruResetBefore";
}

export const gruCases: CasesOf<typeof gruOps> = {
  gru: [
    opCase({
      draws: [real, weight, weight, weight, weight, real],
      call: ([x, weightIh, weightHh, biasIh, biasHh, h0], way: Way) =>
        gru(x, { weightIh, weightHh, biasIh, biasHh }, { h0, ...way }),
      reference: ([x, weightIh, weightHh, biasIh, biasHh, h0], way) => {
        const { output, hLast } = recurrentOf(kindOf(way), { x, weightIh, weightHh, biasIh, biasHh, h0 }, way.reverse);
        return { output, hLast };
      },
      gradient: "second",
      rows: [
        { inputs: [[3, 2, 2], [6, 2], [6, 2], [6], [6], [2, 2]], attributes: after },
        { inputs: [[3, 2, 2], [6, 2], [6, 2], [6], [6], [2, 2]], attributes: { ...before, reverse: true } },
        { inputs: [[2, 4, 3], [9, 3], [9, 3], [9], [9], [4, 3]], attributes: { ...after, reverse: true } },
        { inputs: [[2, 4, 3], [9, 3], [9, 3], [9], [9], [4, 3]], attributes: before },
      ],
      empty: [
        { inputs: [[0, 2, 2], [9, 2], [9, 3], [9], [9], [2, 3]], attributes: after },
        { inputs: [[2, 0, 2], [9, 2], [9, 3], [9], [9], [0, 3]], attributes: before },
        { inputs: [[2, 4, 0], [9, 0], [9, 3], [9], [9], [4, 3]], attributes: after },
        { inputs: [[2, 2, 2], [0, 2], [0, 0], [0], [0], [2, 0]], attributes: before },
      ],
      errors: [
        {
          inputs: [{ shape: [3, 2, 2], draw: integers(0, 3) }, [6, 2], [6, 2], [6], [6], [2, 2]],
          attributes: after,
          throws: DTypeError,
          message: /takes f32/,
        },
        {
          inputs: [[3, 2, 2], [6, 2], [7, 2], [6], [6], [2, 2]],
          attributes: after,
          throws: ShapeError,
          message: /weightHh must be \(3 · hidden, hidden\)/,
        },
        {
          inputs: [[3, 2, 2], [6, 2], [2, 6], [6], [6], [2, 2]],
          attributes: after,
          throws: ShapeError,
          message: /did you mean weightHh\.transpose\(\)/,
        },
      ],
      speed: [{ inputs: [[50, 32, 128], [768, 128], [768, 256], [768], [768], [32, 256]], attributes: after }],
    }),
    opCase({
      variant: "with lengths",
      draws: [real, weight, weight, real, integers(0, 4)],
      call: ([x, weightIh, weightHh, h0, lengths], way: Way) => gru(x, { weightIh, weightHh }, { h0, lengths, ...way }),
      reference: ([x, weightIh, weightHh, h0, lengths], way) => {
        const { output, hLast } = recurrentOf(kindOf(way), { x, weightIh, weightHh, h0, lengths }, way.reverse);
        return { output, hLast };
      },
      gradient: "first",
      rows: [after, before].flatMap((way) => [
        { inputs: [[3, 5, 2], [9, 2], [9, 3], [5, 3], [5]], attributes: way } as const,
        { inputs: [[3, 3, 2], [12, 2], [12, 4], [3, 4], [3]], attributes: { ...way, reverse: true } } as const,
      ]),
      empty: [{ inputs: [[3, 0, 2], [9, 2], [9, 3], [0, 3], [0]], attributes: after }],
      errors: [
        {
          inputs: [[2, 3, 2], [9, 2], [9, 3], [3, 3], { shape: [3], draw: elements([1, 3, 0], "i32") }],
          attributes: after,
          throws: IndexError,
          message: /lengths must be in 0…2/,
        },
      ],
    }),
  ],
  gruCell: opCase({
    draws: [real, real, weight, weight, weight, weight],
    call: ([x, h0, weightIh, weightHh, biasIh, biasHh], { resetAfter }: Pick<Way, "resetAfter">) => ({
      h: gruCell(x, h0, { weightIh, weightHh, biasIh, biasHh }, { resetAfter }),
    }),
    reference: ([x, h0, weightIh, weightHh, biasIh, biasHh], way) => ({
      h: recurrentStepOf(kindOf(way), { x, h0, weightIh, weightHh, biasIh, biasHh }).h,
    }),
    gradient: "second",
    rows: [
      { inputs: [[2, 3], [2, 2], [6, 3], [6, 2], [6], [6]], attributes: after },
      { inputs: [[5, 3], [5, 3], [9, 3], [9, 3], [9], [9]], attributes: before },
    ],
    empty: [
      { inputs: [[0, 3], [0, 4], [12, 3], [12, 4], [12], [12]], attributes: after },
      { inputs: [[2, 3], [2, 0], [0, 3], [0, 0], [0], [0]], attributes: before },
    ],
    errors: [
      {
        inputs: [[2, 3], [2, 2], [6, 3], [6, 2], [6], { shape: [6], draw: integers(0, 3) }],
        attributes: after,
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [[2, 3], [3, 2], [6, 3], [6, 2], [6], [6]],
        attributes: after,
        throws: ShapeError,
        message: /h0 must be \[2, 2\]/,
      },
    ],
  }),
  gruGradient: opCase({
    draws: [real, real, weight, weight, gateValue, weight, integers(0, 4)],
    call: ([dOutput, dHLast, output, weightHh, gates, h0, lengths], way: Way) =>
      gruGradient(["h0"], { output, weightHh, gates, h0, lengths }, { dOutput, dHLast }, way),
    reference: ([dOutput, dHLast, output, weightHh, gates, h0, lengths], way) => {
      const from = { output, weightHh, gates, h0, lengths };
      const found = recurrentGradientsOf(kindOf(way), from, { output: dOutput, hLast: dHLast }, way.reverse);
      return { gates: found.gates, stateGates: found.stateGates, h0: found.h0 };
    },
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [after, before].flatMap((way) => [
      { inputs: [[3, 2, 4], [2, 4], [3, 2, 4], [12, 4], [3, 2, 16], [2, 4], [2]], attributes: way } as const,
      {
        inputs: [[3, 5, 3], [5, 3], [3, 5, 3], [9, 3], [3, 5, 12], [5, 3], [5]],
        attributes: { ...way, reverse: true },
      } as const,
    ]),
    empty: [{ inputs: [[3, 0, 4], [0, 4], [3, 0, 4], [12, 4], [3, 0, 16], [0, 4], [0]], attributes: after }],
    errors: [
      {
        inputs: [[3, 2, 4], [2, 4], [3, 2, 4], [12, 4], { shape: [3, 2, 16], draw: integers(0, 3) }, [2, 4], [2]],
        attributes: after,
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [[3, 2, 4], [2, 4], [3, 2, 4], [12, 4], [3, 2, 12], [2, 4], [2]],
        attributes: after,
        throws: ShapeError,
        message: /gates must be \[3, 2, 16\]/,
      },
    ],
  }),
};
