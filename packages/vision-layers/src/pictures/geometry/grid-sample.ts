import {
  assertBoolean,
  assertOneOf,
  assertTensor,
  checkOptions,
  DTypeError,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertImages } from "../picture/tensors.ts";

/** Options of `gridSample`: PyTorch's. */
export interface GridSampleOptions {
  /** Between four pixels, or the nearest. Default "bilinear". */
  readonly mode?: "bilinear" | "nearest";
  /** What is outside: 0, the border's pixels, or the picture mirrored. Default "zeros". */
  readonly paddingMode?: "zeros" | "border" | "reflection";
  /** Whether −1 and 1 are the middles of the outermost pixels, and not their outer edges. Default false. */
  readonly alignCorners?: boolean;
}

const OPTIONS: OptionChecks<GridSampleOptions> = {
  mode: (op, name, value) => assertOneOf(op, name, value, ["bilinear", "nearest"]),
  paddingMode: (op, name, value) => assertOneOf(op, name, value, ["zeros", "border", "reflection"]),
  alignCorners: assertBoolean,
};

/**
 * Pictures read at the places of a grid, as PyTorch's `F.grid_sample` (Jaderberg et al. 2015, "Spatial Transformer Networks", eq. 3): a
 * place is (x, y), from −1 at the left and the top to 1. It can be derived from in `x`, and in the grid where the mode is bilinear.
 *
 * @param x f32 (batch, channels, height, width) @param grid f32 (batch, rows, columns, 2)
 * @returns (batch, channels, rows, columns) @throws ShapeError, DTypeError, ValueError on options
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const op = "gridSample";
  assertImages(op, "x", x);
  assertTensor(op, "grid", grid);
  checkOptions(op, options, OPTIONS);
  if (grid.dtype !== "f32") throw new DTypeError(op, { grid: grid.dtype }, "grid must be f32", 'grid.to("f32")');
  if (x.rank !== 4 || grid.rank !== 4 || grid.shape[3] !== 2 || grid.shape[0] !== x.shape[0]) {
    const rule = "x must be (batch, channels, height, width), and grid (batch, rows, columns, 2)";
    throw new ShapeError(op, { x: x.shape, grid: grid.shape }, rule);
  }
  const { mode = "bilinear", paddingMode = "zeros", alignCorners = false } = options;
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [, rows = 0, columns = 0] = grid.shape;
  return inCall(op, () =>
    scope(() => {
      const places: Tensor = grid.reshape([batch, rows * columns, 2]);
      const along = (axis: number, size: number): Tensor => {
        const share = places
          .slice(2, axis, axis + 1)
          .squeeze(2)
          .add(1);
        const at = alignCorners ? share.mul((size - 1) / 2) : share.mul(size).sub(1).div(2);
        return within(at, size, paddingMode, alignCorners);
      };
      const planes: Tensor = x.reshape([batch, channels, height * width]);
      const read = (column: Tensor, row: Tensor, weight?: Tensor): Tensor =>
        pixelsAt(planes, column, row, height, width, weight);
      const [across, down] = [along(0, width), along(1, height)];
      const shape = [batch, channels, rows, columns];
      if (mode === "nearest") return read(across.round(), down.round()).reshape(shape);
      const [left, top] = [across.floor(), down.floor()];
      const [right, bottom] = [left.add(1), top.add(1)];
      const [toLeft, toTop] = [across.sub<Shape, Shape>(left), down.sub<Shape, Shape>(top)];
      const [toRight, toBottom] = [right.sub<Shape, Shape>(across), bottom.sub<Shape, Shape>(down)];
      const corner = (column: Tensor, row: Tensor, wide: Tensor, high: Tensor): Tensor =>
        read(column, row, wide.mul<Shape, Shape>(high));
      const upper: Tensor = corner(left, top, toRight, toBottom).add<Shape, Shape>(
        corner(right, top, toLeft, toBottom),
      );
      const lower: Tensor = corner(left, bottom, toRight, toTop).add<Shape, Shape>(
        corner(right, bottom, toLeft, toTop),
      );
      return upper.add<Shape, Shape>(lower).reshape(shape);
    }),
  );
}

/** Places brought into the picture, where they are to be. */
function within(at: Tensor, size: number, mode: GridSampleOptions["paddingMode"], alignCorners: boolean): Tensor {
  if (mode === "border") return at.clamp(0, size - 1);
  if (mode !== "reflection") return at;
  const [low, span] = alignCorners ? [0, size - 1] : [-0.5, size];
  if (span === 0) return at.mul(0);
  const distance = at.sub(low).abs();
  const turns = distance.div(span).floor();
  const rest = distance.sub<Shape, Shape>(turns.mul(span));
  const isBack = turns.sub<Shape, Shape>(turns.div(2).floor().mul(2)); // 1 on the way back, else 0
  const mirrored = rest.add<Shape, Shape>(isBack.mul<Shape, Shape>(rest.mul(-2).add(span)));
  return mirrored.add(low).clamp(0, size - 1);
}

/**
 * Pixels times a weight, which has no channels: so each channel is multiplied once.
 * @param planes (batch, channels, height · width) @param column (batch, places), whole numbers @param weight (batch, places)
 * @returns 0 where there is no pixel
 */
function pixelsAt(planes: Tensor, column: Tensor, row: Tensor, height: number, width: number, weight?: Tensor): Tensor {
  const [batch = 0, channels = 0] = planes.shape;
  const [x, y] = [column.clamp(0, width - 1), row.clamp(0, height - 1)];
  const isInside = x.equal<Shape, Shape>(column).to("f32").mul<Shape, Shape>(y.equal<Shape, Shape>(row).to("f32"));
  const index = y.to("i32").mul(width).add<Shape, Shape>(x.to("i32"));
  const each = index.unsqueeze(1).expand([batch, channels, index.shape[1] ?? 0]);
  const factor: Tensor = weight === undefined ? isInside : isInside.mul<Shape, Shape>(weight);
  return planes.gather(2, each).mul<Shape, Shape>(factor.unsqueeze(1));
}
