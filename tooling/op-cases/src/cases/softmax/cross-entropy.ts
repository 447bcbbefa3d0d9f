import {
  apply,
  crossEntropy,
  type CrossEntropyAttributes,
  crossEntropyGradient,
  type crossEntropyOps,
  DTypeError,
  IndexError,
  ops,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type Draw, elements, held, integers, positive, real } from "../../draw.ts";
import { shapeOf } from "../../inputs.ts";
import { type ByName, type CasesOf, type Input, opCase } from "../../op-case.ts";
import { type Exact, total } from "../../reference/exact.ts";
import { crossEntropyOfRows, gradientOfRows, rowWeightsOf, type Targets } from "../../reference/softmax.ts";

const publicName = "crossEntropy";
const labels = integers(0, 5);
const gradient = "second";
const IGNORED = -100;
/** A label that no row has, where no label is to be ignored. */
const NO_LABEL = -(2 ** 31);

type Draws = readonly [Draw<"f32">, Draw<"i32">];
type WeightedDraws = readonly [...Draws, Draw<"f32">];

/** Labels of which every other one is to be left out. */
const ignored: Draw<"i32"> = {
  dtype: "i32",
  draw: (size) => Array.from({ length: size }, (_, i) => (i % 2 === 0 ? IGNORED : i % 5)),
};

function attributesOf({ ignoreIndex = NO_LABEL, labelSmoothing = 0, isMean = false }: Targets): CrossEntropyAttributes {
  return { ignored: ignoreIndex, smoothing: labelSmoothing, isMean };
}

/** The losses of the rows and what each weighs in a mean, from one call. */
function lossesOf(
  logits: Tensor<Shape>,
  y: Tensor<Shape, "i32">,
  weight: Tensor<Shape> | undefined,
  targets: Targets,
): ByName<Tensor<Shape>> {
  return apply(ops.crossEntropyRows, { logits, labels: y, weight }, attributesOf(targets), ["rowWeights"]) as ByName<
    Tensor<Shape>
  >;
}

function lossesReferred(x: Exact, y: Exact, weight: Exact | undefined, targets: Targets): ByName<Exact> {
  return { y: crossEntropyOfRows(x, y, weight, targets), rowWeights: rowWeightsOf(y, weight, targets) };
}

/** Rows that are made of logits and labels. */
const rows: readonly { readonly inputs: readonly [Input<"f32">, Input<"i32">]; readonly attributes: Targets }[] = [
  { inputs: [[4, 5], [4]], attributes: {} },
  { inputs: [[3, 21], [3]], attributes: {} },
  { inputs: [[4, 5], [4]], attributes: { labelSmoothing: 0.1 } },
  { inputs: [[4, 5], { shape: [4], draw: ignored }], attributes: { ignoreIndex: IGNORED } },
  { inputs: [[4, 5], { shape: [4], draw: ignored }], attributes: { ignoreIndex: IGNORED, labelSmoothing: 0.3 } },
  { inputs: [[4, 5], [4]], attributes: { isMean: true } },
  {
    inputs: [[4, 5], { shape: [4], draw: ignored }],
    attributes: { ignoreIndex: IGNORED, labelSmoothing: 0.3, isMean: true },
  },
];
const empty: typeof rows = [
  { inputs: [[0, 5], [0]], attributes: { labelSmoothing: 0.1 } },
  { inputs: [[0, 0], [0]], attributes: {} },
];

type RowInputs = (typeof rows)[number]["inputs"];
/** The shape of what there is one of for each row of the logits, for each class, and for each loss. */
const perRow = ([logits]: RowInputs): Shape => shapeOf(logits).slice(0, 1);
const perLoss = ({ inputs, attributes }: (typeof rows)[number]): Shape =>
  attributes.isMean === true ? [] : perRow(inputs);
const perClass = ([logits]: RowInputs): Shape => shapeOf(logits).slice(1);
/** The same rows for calls that take more. */
const withWeight = ({ inputs, attributes }: (typeof rows)[number]) => ({
  inputs: [...inputs, perClass(inputs)] as const,
  attributes,
});
const ofGradient = (row: (typeof rows)[number]) => ({
  inputs: [perLoss(row), ...row.inputs, [...perRow(row.inputs), 2]] as const,
  attributes: row.attributes,
});
const ofWeightedGradient = (row: (typeof rows)[number]) => ({
  inputs: [perLoss(row), ...row.inputs, perClass(row.inputs), [...perRow(row.inputs), 2]] as const,
  attributes: row.attributes,
});

const labelErrors = [
  { shape: [4], draw: integers(3, 4) },
  { shape: [4], draw: integers(-1, 0) },
] as const;

export const crossEntropyCases: CasesOf<typeof crossEntropyOps> = {
  crossEntropyRows: [
    opCase<Draws, Targets>({
      publicName,
      draws: [real, labels],
      call: ([x, y], targets) => lossesOf(x, y, undefined, targets),
      reference: ([x, y], targets) => lossesReferred(x, y, undefined, targets),
      constant: ["rowWeights"],
      gradient,
      rows: [
        ...rows,
        { inputs: [{ shape: [2, 5], draw: elements([1000, -1000, 0, 500, 999]) }, [2]], attributes: {}, smooth: false },
      ],
      empty,
      errors: [
        { inputs: [[4, 5, 6], [4]], attributes: {}, throws: ShapeError, message: /rows, classes/ },
        { inputs: [[4, 5], [3]], attributes: {}, throws: ShapeError, message: /one label for each row/ },
        {
          inputs: [[4, 5], { shape: [4], draw: real }],
          attributes: {},
          throws: DTypeError,
          message: /labels must be i32/,
        },
        ...labelErrors.map((wrong) => ({
          inputs: [[4, 3], wrong] as const,
          attributes: {},
          throws: IndexError,
          message: /labels must be in 0…2/,
        })),
        { inputs: [[2, 0], [2]], attributes: {}, throws: IndexError, message: /there are no classes/ },
      ],
      speed: [
        { inputs: [[64, 10], [64]], attributes: {} },
        { inputs: [[256, 5000], [256]], attributes: {} },
      ],
    }),
    opCase<WeightedDraws, Targets>({
      variant: "weighted",
      publicName,
      draws: [real, labels, held(positive)],
      call: ([x, y, weight], targets) => lossesOf(x, y, weight, targets),
      reference: ([x, y, weight], targets) => lossesReferred(x, y, weight, targets),
      constant: ["rowWeights"],
      gradient,
      rows: rows.map(withWeight),
      empty: empty.map(withWeight),
      errors: [
        { inputs: [[4, 5], [4], [4]], attributes: {}, throws: ShapeError, message: /one weight for each of 5 classes/ },
      ],
    }),
    opCase<WeightedDraws, Reduced>({
      variant: "reduced",
      publicName,
      draws: [real, labels, held(positive)],
      call: ([x, y, weight], { reduction, labelSmoothing = 0 }) =>
        crossEntropy(x, y, { reduction, ignoreIndex: 2, labelSmoothing, weight }),
      reference: ([x, y, weight], { reduction, labelSmoothing }) => {
        const targets = { ignoreIndex: 2, ...(labelSmoothing === undefined ? {} : { labelSmoothing }) };
        const losses = crossEntropyOfRows(x, y, weight, targets);
        if (reduction === "none") return losses;
        const counted = total(rowWeightsOf(y, weight, targets).values);
        return { shape: [], values: [total(losses.values) / (reduction === "sum" ? 1 : counted)] };
      },
      gradient,
      rows: [
        { inputs: [[6, 5], [6], [5]], attributes: { reduction: "mean" } },
        { inputs: [[6, 5], [6], [5]], attributes: { reduction: "sum", labelSmoothing: 0.2 } },
        { inputs: [[6, 5], [6], [5]], attributes: { reduction: "none" } },
      ],
      empty: [
        { inputs: [[0, 5], [0], [5]], attributes: { reduction: "mean" }, smooth: false },
        { inputs: [[0, 5], [0], [5]], attributes: { reduction: "sum" } },
        { inputs: [[0, 5], [0], [5]], attributes: { reduction: "none" } },
      ],
      errors: [
        {
          inputs: [[4, 5], [4], [5]],
          attributes: { reduction: "mean", labelSmoothing: 1.5 },
          throws: ValueError,
          message: /a share: 0 to 1/,
        },
      ],
    }),
  ],
  crossEntropyGradient: [
    opCase<readonly [Draw<"f32">, ...Draws, Draw<"f32">], Targets>({
      draws: [real, real, labels, real],
      call: ([dLoss, x, y, logSumExp], targets) =>
        crossEntropyGradient(dLoss, x, y, logSumExp, undefined, attributesOf(targets)),
      reference: ([dLoss, x, y, logSumExp], targets) => gradientOfRows(dLoss, x, y, logSumExp, undefined, targets),
      gradient,
      rows: rows.map(ofGradient),
      empty: empty.map(ofGradient),
      errors: [
        { inputs: [[4], [4], [4], [4, 2]], attributes: {}, throws: ShapeError, message: /rows, classes/ },
        { inputs: [[4], [4, 5], [3], [4, 2]], attributes: {}, throws: ShapeError, message: /one label for each row/ },
        { inputs: [[1], [4, 5], [4], [4, 2]], attributes: {}, throws: ShapeError, message: /one dLoss for each row/ },
        {
          inputs: [[1], [4, 5], [4], [4, 2]],
          attributes: { isMean: true },
          throws: ShapeError,
          message: /one number as the dLoss of a mean/,
        },
        ...[[4], [5, 2], [4, 1]].map((wrong) => ({
          inputs: [[4], [4, 5], [4], wrong] as const,
          attributes: {},
          throws: ShapeError,
          message: /one logSumExp in two parts for each row/,
        })),
        {
          inputs: [[4], [4, 5], { shape: [4], draw: real }, [4, 2]],
          attributes: {},
          throws: DTypeError,
          message: /labels must be i32/,
        },
        {
          inputs: [{ shape: [4], draw: labels }, [4, 5], [4], [4, 2]],
          attributes: {},
          throws: DTypeError,
          message: /takes f32/,
        },
        ...labelErrors.map((wrong) => ({
          inputs: [[4], [4, 3], wrong, [4, 2]] as const,
          attributes: {},
          throws: IndexError,
          message: /labels must be in 0…2/,
        })),
      ],
      speed: [{ inputs: [[64], [64, 10], [64], [64, 2]], attributes: {} }],
    }),
    opCase<readonly [Draw<"f32">, ...WeightedDraws, Draw<"f32">], Targets>({
      variant: "weighted",
      draws: [real, real, labels, held(positive), real],
      call: ([dLoss, x, y, weight, logSumExp], targets) =>
        crossEntropyGradient(dLoss, x, y, logSumExp, weight, attributesOf(targets)),
      reference: ([dLoss, x, y, weight, logSumExp], targets) => gradientOfRows(dLoss, x, y, logSumExp, weight, targets),
      gradient,
      rows: [rows[0], rows.at(-1)].flatMap((row) => (row === undefined ? [] : [ofWeightedGradient(row)])),
      empty: empty.map(ofWeightedGradient),
      errors: [
        {
          inputs: [[4], [4, 5], [4], [4], [4, 2]],
          attributes: {},
          throws: ShapeError,
          message: /one weight for each of 5 classes/,
        },
      ],
    }),
  ],
};

interface Reduced {
  readonly reduction: "mean" | "sum" | "none";
  readonly labelSmoothing?: number;
}
