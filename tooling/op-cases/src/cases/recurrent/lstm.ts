import { DTypeError, IndexError, lstm, lstmCell, lstmGradient, type lstmOps, ShapeError } from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { recurrentGradientsOf, recurrentOf, recurrentStepOf } from "../../reference/recurrent.ts";
import { gateValue, weight } from "./draws.ts";

interface Way {
  readonly reverse: boolean;
}
const ahead: Way = { reverse: false };
const back: Way = { reverse: true };

export const lstmCases: CasesOf<typeof lstmOps> = {
  lstm: [
    opCase({
      draws: [real, weight, weight, weight, weight, real, real],
      call: ([x, weightIh, weightHh, biasIh, biasHh, h0, c0], way: Way) =>
        lstm(x, { weightIh, weightHh, biasIh, biasHh }, { h0, c0, ...way }),
      reference: ([x, weightIh, weightHh, biasIh, biasHh, h0, c0], { reverse }) =>
        recurrentOf("lstm", { x, weightIh, weightHh, biasIh, biasHh, h0, c0 }, reverse),
      gradient: "second",
      rows: [
        { inputs: [[3, 2, 2], [8, 2], [8, 2], [8], [8], [2, 2], [2, 2]], attributes: ahead },
        { inputs: [[2, 4, 3], [12, 3], [12, 3], [12], [12], [4, 3], [4, 3]], attributes: back },
      ],
      empty: [
        { inputs: [[0, 2, 2], [12, 2], [12, 3], [12], [12], [2, 3], [2, 3]], attributes: ahead },
        { inputs: [[2, 0, 2], [12, 2], [12, 3], [12], [12], [0, 3], [0, 3]], attributes: back },
        { inputs: [[2, 4, 0], [12, 0], [12, 3], [12], [12], [4, 3], [4, 3]], attributes: ahead },
        { inputs: [[2, 2, 2], [0, 2], [0, 0], [0], [0], [2, 0], [2, 0]], attributes: back },
      ],
      errors: [
        {
          inputs: [[3, 2, 2], { shape: [8, 2], draw: integers(0, 3) }, [8, 2], [8], [8], [2, 2], [2, 2]],
          attributes: ahead,
          throws: DTypeError,
          message: /takes f32/,
        },
        {
          inputs: [[3, 2, 2], [8, 3], [8, 2], [8], [8], [2, 2], [2, 2]],
          attributes: ahead,
          throws: ShapeError,
          message: /weightIh must be \[8, 2\]/,
        },
        {
          inputs: [[3, 2, 2], [8, 2], [8, 2], [8], [8], [2, 2], [2, 3]],
          attributes: ahead,
          throws: ShapeError,
          message: /c0 must be \[2, 2\]/,
        },
      ],
      speed: [
        { inputs: [[50, 32, 128], [1024, 128], [1024, 256], [1024], [1024], [32, 256], [32, 256]], attributes: ahead },
      ],
    }),
    opCase({
      variant: "with lengths",
      draws: [real, weight, weight, real, real, integers(0, 4)],
      call: ([x, weightIh, weightHh, h0, c0, lengths], way: Way) =>
        lstm(x, { weightIh, weightHh }, { h0, c0, lengths, ...way }),
      reference: ([x, weightIh, weightHh, h0, c0, lengths], { reverse }) =>
        recurrentOf("lstm", { x, weightIh, weightHh, h0, c0, lengths }, reverse),
      gradient: "first",
      rows: [
        { inputs: [[3, 5, 2], [12, 2], [12, 3], [5, 3], [5, 3], [5]], attributes: ahead },
        { inputs: [[3, 3, 2], [16, 2], [16, 4], [3, 4], [3, 4], [3]], attributes: back },
      ],
      empty: [{ inputs: [[3, 0, 2], [12, 2], [12, 3], [0, 3], [0, 3], [0]], attributes: ahead }],
      errors: [
        {
          inputs: [[2, 3, 2], [12, 2], [12, 3], [3, 3], [3, 3], { shape: [3], draw: elements([1, 3, 0], "i32") }],
          attributes: ahead,
          throws: IndexError,
          message: /lengths must be in 0…2/,
        },
      ],
    }),
    opCase({
      variant: "projected",
      draws: [real, weight, weight, weight, integers(0, 4)],
      call: ([x, weightIh, weightHh, weightHr, lengths], way: Way) =>
        lstm(x, { weightIh, weightHh, weightHr }, { lengths, ...way }),
      reference: ([x, weightIh, weightHh, weightHr, lengths], { reverse }) =>
        recurrentOf("lstm", { x, weightIh, weightHh, weightHr, lengths }, reverse),
      gradient: "second",
      rows: [
        { inputs: [[3, 2, 2], [12, 2], [12, 2], [2, 3], [2]], attributes: ahead },
        { inputs: [[3, 4, 2], [12, 2], [12, 2], [2, 3], [4]], attributes: back },
      ],
      empty: [
        { inputs: [[0, 2, 2], [12, 2], [12, 2], [2, 3], { shape: [2], draw: integers(0, 1) }], attributes: ahead },
        { inputs: [[3, 2, 2], [12, 2], [12, 0], [0, 3], [2]], attributes: ahead },
      ],
      errors: [
        {
          inputs: [[3, 2, 2], [12, 2], [12, 2], [2, 4], [2]],
          attributes: ahead,
          throws: ShapeError,
          message: /weightHr must be \[2, 3\]/,
        },
      ],
    }),
  ],
  lstmCell: [
    opCase({
      draws: [real, real, real, weight, weight, weight, weight],
      call: ([x, h0, c0, weightIh, weightHh, biasIh, biasHh]) =>
        lstmCell(x, { h0, c0 }, { weightIh, weightHh, biasIh, biasHh }),
      reference: ([x, h0, c0, weightIh, weightHh, biasIh, biasHh]) =>
        recurrentStepOf("lstm", { x, h0, c0, weightIh, weightHh, biasIh, biasHh }),
      gradient: "second",
      rows: [
        { inputs: [[2, 3], [2, 2], [2, 2], [8, 3], [8, 2], [8], [8]] },
        { inputs: [[5, 2], [5, 3], [5, 3], [12, 2], [12, 3], [12], [12]] },
      ],
      empty: [
        { inputs: [[0, 3], [0, 4], [0, 4], [16, 3], [16, 4], [16], [16]] },
        { inputs: [[2, 3], [2, 0], [2, 0], [0, 3], [0, 0], [0], [0]] },
      ],
      errors: [
        {
          inputs: [[2, 3], [2, 2], { shape: [2, 2], draw: integers(0, 3) }, [8, 3], [8, 2], [8], [8]],
          throws: DTypeError,
          message: /takes f32/,
        },
        {
          inputs: [[2, 3], [2, 2], [2, 3], [8, 3], [8, 2], [8], [8]],
          throws: ShapeError,
          message: /c0 must be \[2, 2\]/,
        },
      ],
    }),
    opCase({
      variant: "projected",
      draws: [real, real, weight, weight, weight],
      call: ([x, h0, weightIh, weightHh, weightHr]) => lstmCell(x, { h0 }, { weightIh, weightHh, weightHr }),
      reference: ([x, h0, weightIh, weightHh, weightHr]) =>
        recurrentStepOf("lstm", { x, h0, weightIh, weightHh, weightHr }),
      gradient: "first",
      rows: [
        {
          inputs: [
            [4, 3],
            [4, 2],
            [12, 3],
            [12, 2],
            [2, 3],
          ],
        },
      ],
      empty: [
        {
          inputs: [
            [0, 3],
            [0, 2],
            [12, 3],
            [12, 2],
            [2, 3],
          ],
        },
      ],
    }),
  ],
  lstmGradient: [
    opCase({
      draws: [real, real, real, weight, weight, gateValue, weight, weight, integers(0, 4)],
      call: ([dOutput, dHLast, dCLast, output, weightHh, gates, cells, c0, lengths], way: Way) =>
        lstmGradient(["h0", "c0"], { output, weightHh, gates, cells, c0, lengths }, { dOutput, dHLast, dCLast }, way),
      reference: ([dOutput, dHLast, dCLast, output, weightHh, gates, cells, c0, lengths], { reverse }) => {
        const from = { output, weightHh, gates, cells, c0, lengths };
        const incoming = { output: dOutput, hLast: dHLast, cLast: dCLast };
        const found = recurrentGradientsOf("lstm", from, incoming, reverse);
        return { gates: found.gates, projected: found.projected, h0: found.h0, c0: found.c0 };
      },
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        {
          inputs: [[3, 2, 4], [2, 4], [2, 4], [3, 2, 4], [16, 4], [3, 2, 16], [3, 2, 4], [2, 4], [2]],
          attributes: ahead,
        },
        {
          inputs: [[3, 5, 3], [5, 3], [5, 3], [3, 5, 3], [12, 3], [3, 5, 12], [3, 5, 3], [5, 3], [5]],
          attributes: back,
        },
      ],
      empty: [
        {
          inputs: [[3, 0, 4], [0, 4], [0, 4], [3, 0, 4], [16, 4], [3, 0, 16], [3, 0, 4], [0, 4], [0]],
          attributes: ahead,
        },
      ],
      errors: [
        {
          inputs: [
            [3, 2, 4],
            [2, 4],
            [2, 4],
            [3, 2, 4],
            [16, 4],
            [3, 2, 16],
            { shape: [3, 2, 4], draw: integers(0, 3) },
            [2, 4],
            [2],
          ],
          attributes: ahead,
          throws: DTypeError,
          message: /takes f32/,
        },
        {
          inputs: [[3, 2, 4], [2, 4], [2, 4], [3, 2, 4], [16, 4], [3, 2, 16], [3, 2, 5], [2, 4], [2]],
          attributes: ahead,
          throws: ShapeError,
          message: /cells must be \[3, 2, 4\]/,
        },
      ],
    }),
    opCase({
      variant: "projected",
      draws: [real, weight, weight, weight, gateValue, weight],
      call: ([dOutput, output, weightHh, weightHr, gates, cells], way: Way) =>
        lstmGradient(["h0", "c0"], { output, weightHh, weightHr, gates, cells }, { dOutput }, way),
      reference: ([dOutput, output, weightHh, weightHr, gates, cells], { reverse }) => {
        const from = { output, weightHh, weightHr, gates, cells };
        const found = recurrentGradientsOf("lstm", from, { output: dOutput }, reverse);
        return { gates: found.gates, projected: found.projected, h0: found.h0, c0: found.c0 };
      },
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        {
          inputs: [
            [3, 5, 2],
            [3, 5, 2],
            [12, 2],
            [2, 3],
            [3, 5, 12],
            [3, 5, 3],
          ],
          attributes: ahead,
        },
      ],
      empty: [
        {
          inputs: [
            [3, 0, 2],
            [3, 0, 2],
            [12, 2],
            [2, 3],
            [3, 0, 12],
            [3, 0, 3],
          ],
          attributes: ahead,
        },
      ],
    }),
  ],
};
