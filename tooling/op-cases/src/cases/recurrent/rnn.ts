import { DTypeError, IndexError, rnn, rnnCell, rnnGradient, type rnnOps, ShapeError } from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { recurrentGradientsOf, recurrentOf, recurrentStepOf } from "../../reference/recurrent.ts";
import { decided, slight, weight } from "./draws.ts";

interface Way {
  readonly nonlinearity: "tanh" | "relu";
  readonly reverse: boolean;
}
const tanh: Way = { nonlinearity: "tanh", reverse: false };
const relu: Way = { nonlinearity: "relu", reverse: false };

export const rnnCases: CasesOf<typeof rnnOps> = {
  rnn: [
    opCase({
      draws: [real, weight, weight, weight, weight, real],
      call: ([x, weightIh, weightHh, biasIh, biasHh, h0], { nonlinearity, reverse }: Way) =>
        rnn(x, { weightIh, weightHh, biasIh, biasHh }, { h0, nonlinearity, reverse }),
      reference: ([x, weightIh, weightHh, biasIh, biasHh, h0], { nonlinearity, reverse }: Way) => {
        const { output, hLast } = recurrentOf(nonlinearity, { x, weightIh, weightHh, biasIh, biasHh, h0 }, reverse);
        return { output, hLast };
      },
      gradient: "second",
      rows: [
        { inputs: [[3, 2, 2], [3, 2], [3, 3], [3], [3], [2, 3]], attributes: tanh },
        { inputs: [[2, 4, 3], [5, 3], [5, 5], [5], [5], [4, 5]], attributes: { ...tanh, reverse: true } },
        {
          inputs: [
            { shape: [3, 2, 3], draw: slight },
            { shape: [5, 3], draw: slight },
            { shape: [5, 5], draw: slight },
            { shape: [5], draw: decided },
            { shape: [5], draw: slight },
            { shape: [2, 5], draw: slight },
          ],
          attributes: relu,
        },
      ],
      empty: [
        { inputs: [[0, 2, 2], [3, 2], [3, 3], [3], [3], [2, 3]], attributes: tanh },
        { inputs: [[2, 0, 2], [3, 2], [3, 3], [3], [3], [0, 3]], attributes: tanh },
        { inputs: [[2, 4, 0], [3, 0], [3, 3], [3], [3], [4, 3]], attributes: tanh },
        { inputs: [[2, 2, 2], [0, 2], [0, 0], [0], [0], [2, 0]], attributes: { ...tanh, reverse: true } },
      ],
      errors: [
        {
          inputs: [[3, 2, 2], [3, 4], [3, 3], [3], [3], [2, 3]],
          attributes: tanh,
          throws: ShapeError,
          message: /weightIh must be \[3, 2\]/,
        },
        {
          inputs: [[3, 2, 2], [3, 2], [3, 4], [3], [3], [2, 3]],
          attributes: tanh,
          throws: ShapeError,
          message: /weightHh must be square/,
        },
        {
          inputs: [[3, 2, 2], [3, 2], [3, 3], [3], [4], [2, 3]],
          attributes: tanh,
          throws: ShapeError,
          message: /biasHh must be \[3\]/,
        },
        {
          inputs: [[3, 2, 2], [3, 2], [3, 3], [3], [3], [3, 2]],
          attributes: tanh,
          throws: ShapeError,
          message: /h0 must be \[2, 3\][^]*h0\.transpose/,
        },
        {
          inputs: [[2, 2], [3, 2], [3, 3], [3], [3], [2, 3]],
          attributes: tanh,
          throws: ShapeError,
          message: /3 axes \(time, batch, features\)/,
        },
      ],
    }),
    opCase({
      variant: "with lengths",
      draws: [real, weight, weight, integers(0, 4)],
      call: ([x, weightIh, weightHh, lengths], { nonlinearity, reverse }: Way) =>
        rnn(x, { weightIh, weightHh }, { lengths, nonlinearity, reverse }),
      reference: ([x, weightIh, weightHh, lengths], { nonlinearity, reverse }) => {
        const { output, hLast } = recurrentOf(nonlinearity, { x, weightIh, weightHh, lengths }, reverse);
        return { output, hLast };
      },
      gradient: "first",
      rows: [
        { inputs: [[3, 5, 2], [3, 2], [3, 3], [5]], attributes: tanh },
        { inputs: [[3, 3, 2], [4, 2], [4, 4], [3]], attributes: { ...tanh, reverse: true } },
      ],
      empty: [{ inputs: [[3, 0, 2], [3, 2], [3, 3], [0]], attributes: tanh }],
      errors: [
        {
          inputs: [[2, 3, 2], [3, 2], [3, 3], { shape: [3], draw: elements([1, 3, 0], "i32") }],
          attributes: tanh,
          throws: IndexError,
          message: /lengths must be in 0…2/,
        },
        {
          inputs: [[2, 3, 2], [3, 2], [3, 3], { shape: [3], draw: elements([1, -1, 0], "i32") }],
          attributes: tanh,
          throws: IndexError,
          message: /length\s+-1/,
        },
        {
          inputs: [[2, 3, 2], [3, 2], [3, 3], [2]],
          attributes: tanh,
          throws: ShapeError,
          message: /lengths must be \[3\]/,
        },
        {
          inputs: [[2, 3, 2], [3, 2], [3, 3], { shape: [3], draw: real }],
          attributes: tanh,
          throws: DTypeError,
          message: /lengths must be i32/,
        },
      ],
    }),
  ],
  rnnCell: opCase({
    draws: [real, real, weight, weight, weight, weight],
    call: ([x, h0, weightIh, weightHh, biasIh, biasHh], { nonlinearity }: Way) =>
      rnnCell(x, h0, { weightIh, weightHh, biasIh, biasHh }, { nonlinearity }),
    reference: ([x, h0, weightIh, weightHh, biasIh, biasHh], { nonlinearity }) =>
      recurrentStepOf(nonlinearity, { x, h0, weightIh, weightHh, biasIh, biasHh }).h,
    gradient: "second",
    rows: [
      { inputs: [[2, 3], [2, 4], [4, 3], [4, 4], [4], [4]], attributes: tanh },
      { inputs: [[7, 3], [7, 9], [9, 3], [9, 9], [9], [9]], attributes: tanh },
      {
        inputs: [
          { shape: [2, 3], draw: slight },
          { shape: [2, 5], draw: slight },
          { shape: [5, 3], draw: slight },
          { shape: [5, 5], draw: slight },
          { shape: [5], draw: decided },
          { shape: [5], draw: slight },
        ],
        attributes: relu,
      },
    ],
    empty: [
      { inputs: [[0, 3], [0, 4], [4, 3], [4, 4], [4], [4]], attributes: tanh },
      { inputs: [[2, 0], [2, 4], [4, 0], [4, 4], [4], [4]], attributes: tanh },
      { inputs: [[2, 3], [2, 0], [0, 3], [0, 0], [0], [0]], attributes: tanh },
    ],
    errors: [
      {
        inputs: [[2, 3], [2, 4], [4, 3], { shape: [4, 4], draw: integers(0, 3) }, [4], [4]],
        attributes: tanh,
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [[1, 2, 3], [2, 4], [4, 3], [4, 4], [4], [4]],
        attributes: tanh,
        throws: ShapeError,
        message: /2 axes \(batch, features\)/,
      },
      {
        inputs: [[2, 3], [3, 4], [4, 3], [4, 4], [4], [4]],
        attributes: tanh,
        throws: ShapeError,
        message: /h0 must be \[2, 4\]/,
      },
    ],
  }),
  rnnGradient: opCase({
    draws: [real, real, weight, weight, integers(0, 4)],
    call: ([dOutput, dHLast, output, weightHh, lengths], way: Way) =>
      rnnGradient(["h0"], { output, weightHh, lengths }, { dOutput, dHLast }, way),
    reference: ([dOutput, dHLast, output, weightHh, lengths], { nonlinearity, reverse }: Way) => {
      const incoming = { output: dOutput, hLast: dHLast };
      const { gates, h0 } = recurrentGradientsOf(nonlinearity, { output, weightHh, lengths }, incoming, reverse);
      return { gates, h0 };
    },
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [
      { inputs: [[3, 2, 4], [2, 4], [3, 2, 4], [4, 4], [2]], attributes: tanh },
      { inputs: [[3, 5, 9], [5, 9], [3, 5, 9], [9, 9], [5]], attributes: { ...relu, reverse: true } },
    ],
    empty: [{ inputs: [[3, 0, 4], [0, 4], [3, 0, 4], [4, 4], [0]], attributes: tanh }],
    errors: [
      {
        inputs: [[3, 2, 4], [2, 4], { shape: [3, 2, 4], draw: integers(0, 3) }, [4, 4], [2]],
        attributes: tanh,
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [[3, 2, 4], [2, 4], [3, 2, 5], [4, 4], [2]],
        attributes: tanh,
        throws: ShapeError,
        message: /output must be \(time, batch, 4\)/,
      },
      {
        inputs: [[2, 2, 4], [2, 4], [3, 2, 4], [4, 4], [2]],
        attributes: tanh,
        throws: ShapeError,
        message: /dOutput must be \[3, 2, 4\]/,
      },
    ],
  }),
};
