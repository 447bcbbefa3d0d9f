import {
  DTypeError,
  fromArray,
  IndexError,
  scope,
  ShapeError,
  type Tensor,
  tSneForces,
  type tSneOps,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, uniform } from "../../draw.ts";
import { type ByName, type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, read, total, upTo } from "../../reference/exact.ts";

/** Every point has as many neighbours, the last the rest. */
function startsOf(count: number, pairs: number): number[] {
  return upTo(count + 1).map((i) => (i === count ? pairs : Math.floor((i * pairs) / Math.max(1, count))));
}

interface Attributes {
  readonly exaggeration: number;
  readonly theta?: number;
}

/** All pairs. */
function forces(points: Exact, places: Exact, shares: Exact, exaggeration: number): ByName<Exact> {
  const count = points.shape[0] ?? 0;
  const starts = startsOf(count, places.values.length);
  const apart = (i: number, j: number, axis: number): number => read(points, [i, axis]) - read(points, [j, axis]);
  const q = (i: number, j: number): number => 1 / (1 + apart(i, j, 0) ** 2 + apart(i, j, 1) ** 2);
  const others = (i: number): number[] => upTo(count).filter((j) => j !== i);
  const sum = total(upTo(count).flatMap((i) => others(i).map((j) => q(i, j))));
  const gradient = build(points.shape, ([i = 0, axis = 0]) => {
    const back = total(others(i).map((j) => q(i, j) ** 2 * apart(i, j, axis)));
    const near = upTo(places.values.length).slice(starts[i], starts[i + 1]);
    const pull = total(
      near.map((k) => {
        const j = places.values[k] ?? 0;
        return (shares.values[k] ?? 0) * q(i, j) * apart(i, j, axis);
      }),
    );
    return 4 * (exaggeration * pull - (sum === 0 ? 0 : back / sum));
  });
  return { gradient, sum: { shape: [], values: [sum] } };
}

const plane = uniform(-5, 5);
const share = uniform(0, 0.1);
const among = (count: number): Draw<"i32"> => integers(0, count);

export const tSneCases: CasesOf<typeof tSneOps> = {
  tSneForces: opCase({
    draws: [plane, among(3), share],
    fixed: ["starts"],
    call: ([points, places, probabilities], { exaggeration, theta = 0 }: Attributes): ByName<Tensor> =>
      scope(() => {
        const starts = fromArray(Int32Array.from(startsOf(points.shape[0] ?? 0, places.size)));
        return { ...tSneForces(points, { starts, places, probabilities }, { theta, exaggeration }) };
      }),
    reference: ([points, places, shares], { exaggeration }) => forces(points, places, shares, exaggeration),
    gradient: { none: "it is one" },
    rows: [
      { inputs: [[3, 2], [7], [7]], attributes: { exaggeration: 1 } },
      {
        inputs: [[50, 2], { shape: [200], draw: among(50) }, [200]],
        attributes: { exaggeration: 12 },
        tolerance: 1e-5,
      },
      // Four neighbours at a time, and then what is left.
      {
        inputs: [[20, 2], { shape: [130], draw: among(20) }, [130]],
        attributes: { exaggeration: 4 },
        tolerance: 1e-5,
      },
      { inputs: [[5, 2], { shape: [0], draw: among(5) }, [0]], attributes: { exaggeration: 1 } },
      { inputs: [[2, 2], { shape: [2], draw: among(2) }, [2]], attributes: { exaggeration: 2 } },
      { inputs: [[1, 2], { shape: [1], draw: among(1) }, [1]], attributes: { exaggeration: 1 } },
    ],
    empty: [
      { inputs: [[0, 2], [0], [0]], attributes: { exaggeration: 1 } },
      { inputs: [[3, 2], [0], [0]], attributes: { exaggeration: 1 } },
    ],
    errors: [
      { inputs: [[3, 3], [7], [7]], attributes: { exaggeration: 1 }, throws: ShapeError, message: /are \(count, 2\)/ },
      {
        inputs: [[3, 2], [7], [6]],
        attributes: { exaggeration: 1 },
        throws: ShapeError,
        message: /has its probability/,
      },
      {
        inputs: [[3, 2], { shape: [7], draw: among(9) }, [7]],
        attributes: { exaggeration: 1 },
        throws: IndexError,
        message: /must be in 0…2/,
      },
      {
        inputs: [{ shape: [3, 2], draw: elements([1, 2, Infinity]) }, [7], [7]],
        attributes: { exaggeration: 1 },
        throws: ValueError,
        message: /must be finite/,
      },
      {
        inputs: [[3, 2], { shape: [7], draw: share }, [7]],
        attributes: { exaggeration: 1 },
        throws: DTypeError,
        message: /must be i32/,
      },
    ],
    speed: [
      {
        inputs: [[2000, 2], { shape: [180_000], draw: among(2000) }, [180_000]],
        attributes: { exaggeration: 1, theta: 0.5 },
      },
    ],
  }),
};
