import {
  crossEntropy,
  type crossEntropyOps,
  DTypeError,
  IndexError,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { elements, held, integers, positive, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { read, total } from "../../reference/exact.ts";
import { crossEntropyOfRows, type Targets } from "../../reference/softmax.ts";

const publicName = "crossEntropy";
const labels = integers(0, 5);
const gradient = "second";
const options = ({ ignoreIndex, labelSmoothing }: Targets): { ignoreIndex?: number; labelSmoothing?: number } => ({
  ...(ignoreIndex === undefined ? {} : { ignoreIndex }),
  ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
});

export const crossEntropyCases: CasesOf<typeof crossEntropyOps> = {
  crossEntropyRows: [
    opCase<readonly [typeof real, typeof labels], Targets>({
      publicName,
      draws: [real, labels],
      call: ([x, y], targets) => crossEntropy(x, y, { reduction: "none", ...options(targets) }),
      reference: ([x, y], targets) => crossEntropyOfRows(x, y, undefined, targets),
      gradient,
      rows: [
        { inputs: [[4, 5], [4]], attributes: {} },
        { inputs: [[3, 21], [3]], attributes: {} },
        { inputs: [[4, 5], [4]], attributes: { labelSmoothing: 0.1 } },
        { inputs: [[4, 5], { shape: [4], draw: ignored() }], attributes: { ignoreIndex: -100 } },
        { inputs: [[4, 5], { shape: [4], draw: ignored() }], attributes: { ignoreIndex: -100, labelSmoothing: 0.3 } },
        { inputs: [[0, 5], [0]], attributes: {} },
        { inputs: [{ shape: [2, 5], draw: elements([1000, -1000, 0, 500, 999]) }, [2]], attributes: {}, smooth: false },
      ],
      errors: [
        { inputs: [[4, 5, 6], [4]], attributes: {}, throws: ShapeError, message: /rows, classes/ },
        { inputs: [[4, 5], [3]], attributes: {}, throws: ShapeError, message: /one label for each row/ },
        {
          inputs: [[4, 5], { shape: [4], draw: real }],
          attributes: {},
          throws: DTypeError,
          message: /labels must be i32/,
        },
        {
          inputs: [[4, 3], { shape: [4], draw: integers(3, 4) }],
          attributes: {},
          throws: IndexError,
          message: /labels must be in 0…2/,
        },
        {
          inputs: [[4, 3], { shape: [4], draw: integers(-1, 0) }],
          attributes: {},
          throws: IndexError,
          message: /labels must be in 0…2/,
        },
        { inputs: [[4, 5], [4]], attributes: { labelSmoothing: 1.5 }, throws: ValueError, message: /a share: 0 to 1/ },
      ],
      speed: [
        { inputs: [[64, 10], [64]], attributes: {} },
        { inputs: [[256, 5000], [256]], attributes: {} },
      ],
    }),
    opCase<readonly [typeof real, typeof labels, typeof positive], Targets>({
      variant: "weighted",
      publicName,
      draws: [real, labels, held(positive)],
      call: ([x, y, weight], targets) => crossEntropy(x, y, { reduction: "none", weight, ...options(targets) }),
      reference: ([x, y, weight], targets) => crossEntropyOfRows(x, y, weight, targets),
      gradient,
      rows: [
        { inputs: [[4, 5], [4], [5]], attributes: {} },
        { inputs: [[4, 5], [4], [5]], attributes: { labelSmoothing: 0.2 } },
      ],
      errors: [
        { inputs: [[4, 5], [4], [4]], attributes: {}, throws: ShapeError, message: /one weight for each of 5 classes/ },
      ],
    }),
    opCase({
      variant: "mean and sum",
      publicName,
      draws: [real, labels],
      call: ([x, y], { reduction }: { reduction: "mean" | "sum" }) => crossEntropy(x, y, { reduction, ignoreIndex: 2 }),
      reference: ([x, y], { reduction }) => {
        const sum = total(crossEntropyOfRows(x, y, undefined, { ignoreIndex: 2 }).values);
        const counted = y.values.filter((_, row) => read(y, [row]) !== 2).length;
        return { shape: [], values: [reduction === "sum" ? sum : sum / counted] };
      },
      gradient,
      rows: [
        { inputs: [[6, 5], [6]], attributes: { reduction: "mean" } },
        { inputs: [[6, 5], [6]], attributes: { reduction: "sum" } },
      ],
    }),
  ],
};

/** Labels of which every other one is to be left out. */
function ignored(): typeof labels {
  return { dtype: "i32", draw: (size) => Array.from({ length: size }, (_, i) => (i % 2 === 0 ? -100 : i % 5)) };
}
