import {
  type AvgAttributes,
  avgPool1dGradient,
  avgPool1dOver,
  avgPool2dGradient,
  avgPool2dOver,
  maxPool1dGather,
  maxPool1dGradient,
  maxPool2dGather,
  maxPool2dGradient,
  type poolingOps,
  type Shape,
  type SpatialAxes,
  type Tensor,
} from "@unfoldjs/tensor-core";
import {
  type CallFacts,
  custom,
  linear,
  type RowsOf,
  savedAs,
  saving,
  savingNothing,
  type Some,
} from "../../row/row.ts";

type Indices = Tensor<Shape, "i32">;

// Scattering and gathering by the same indices are each other's transpose.
function maxRows(
  scatter: (dy: Tensor, indices: Indices, inputShape: Shape) => Tensor,
  gather: (x: Tensor, indices: Indices) => Tensor,
) {
  return {
    pool: custom(
      {
        x: saving("indices", ({ y: dy }: Some<"y">, { indices }, { shapes }) =>
          scatter(dy as Tensor, savedAs(indices, "i32"), shapes["x"] ?? []),
        ),
      },
      ["indices"],
      ({ x }, { indices }) => ({ y: gather(x as Tensor, savedAs(indices as Tensor, "i32")) }),
    ),
    gradient: linear({ dy: saving("indices", (dx, { indices }) => gather(dx, savedAs(indices, "i32"))) }),
    gather: linear({
      x: saving("indices", (dy, { indices }, { shapes }) => scatter(dy, savedAs(indices, "i32"), shapes["x"] ?? [])),
    }),
  };
}

function avgRows<N extends SpatialAxes>(
  over: (x: Tensor, attributes: AvgAttributes<N>) => Tensor,
  gradient: (dy: Tensor, inputShape: Shape, attributes: AvgAttributes<N>) => Tensor,
) {
  return {
    pool: linear({
      x: savingNothing((dy, { attributes, shapes }: CallFacts<AvgAttributes<N>>) =>
        gradient(dy, shapes["x"] ?? [], attributes),
      ),
    }),
    gradient: linear({ dy: savingNothing((dx, { attributes }: CallFacts<AvgAttributes<N>>) => over(dx, attributes)) }),
  };
}

const max1 = maxRows(maxPool1dGradient, maxPool1dGather);
const max2 = maxRows(maxPool2dGradient, maxPool2dGather);
const avg1 = avgRows(avgPool1dOver, avgPool1dGradient);
const avg2 = avgRows(avgPool2dOver, avgPool2dGradient);

export const poolingRules: RowsOf<typeof poolingOps> = {
  maxPool1d: max1.pool,
  maxPool1dGradient: max1.gradient,
  maxPool1dGather: max1.gather,
  maxPool2d: max2.pool,
  maxPool2dGradient: max2.gradient,
  maxPool2dGather: max2.gather,
  avgPool1d: avg1.pool,
  avgPool1dGradient: avg1.gradient,
  avgPool2d: avg2.pool,
  avgPool2dGradient: avg2.gradient,
};
