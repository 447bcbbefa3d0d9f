import {
  assertWhole,
  checkOptions,
  oneOf,
  type OptionChecks,
  scope,
  ShapeError,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { joined } from "../layers/checks.ts";
import {
  assertFloats,
  COLOUR_CHECKS,
  coloured,
  type ColourOptions,
  pictureBytes,
  type ColourPicture,
  rangeOf,
} from "./colourise.ts";

/** Options of `gridOf`. */
export interface GridOptions extends ColourOptions {
  /** Beside each other. Default as many as make a square, or the second axis of several maps each of several examples. */
  readonly columns?: number;
  /** Pixels of white between them, and around. Default 1. */
  readonly gap?: number;
  /** Pixels, across and down, of one number. Default 1. */
  readonly zoom?: number;
  /** Whether each map has a range of colours of its own, or all have one. Default "each". */
  readonly scale?: "each" | "all";
  /** Whether three channels are the colours of one picture, as of a first layer's filters. Default true. */
  readonly colour?: boolean;
}

const fromOne = (op: string, name: string, value: unknown): void => assertWhole(op, name, value, 1);

const CHECKS: OptionChecks<GridOptions> = /* @__PURE__ */ joined(COLOUR_CHECKS, {
  columns: fromOne,
  gap: (op: string, name: string, value: unknown) => assertWhole(op, name, value),
  zoom: fromOne,
  scale: /* @__PURE__ */ oneOf("each", "all"),
  colour: truthValue,
});

/** A page wider than this is a mistake, and no picture. */
const MOST = 2 ** 14;

/**
 * Many maps beside each other: what channels of a layer see, or the filters of one.
 *
 * @param maps (maps, height, width), or (n, channels, height, width): n pictures in colour where there are 3 channels, and otherwise
 * n · channels maps; f32
 * @throws ShapeError, DTypeError, ValueError
 * @example gridOf(featureMaps(model, picture, ["conv1"]).conv1, { map: "gray" })
 * @example gridOf(resnet.conv1.weight, { zoom: 8 })
 */
export function gridOf(maps: Tensor, options: GridOptions = {}): ColourPicture {
  const op = "gridOf";
  checkOptions(op, options, CHECKS);
  assertFloats(op, "maps", maps);
  const { gap = 1, zoom = 1, scale = "each", colour = true, map = "viridis" } = options;
  const [height = 0, width = 0] = maps.shape.slice(-2);
  if (maps.rank < 3 || maps.rank > 4 || maps.size === 0) {
    const rule = "maps must be (maps, height, width) or (n, channels, height, width), with something in them";
    throw new ShapeError(op, { maps: maps.shape }, rule, maps.rank === 2 ? "one map is colourise(map)" : undefined);
  }
  const [outer = 1, inner = 1] = maps.shape;
  const isColour = colour && maps.rank === 4 && inner === 3;
  const count = maps.rank === 3 || isColour ? outer : outer * inner;
  const square = Math.ceil(Math.sqrt(count));
  const { columns = maps.rank === 4 && !isColour && outer > 1 && inner > 1 ? inner : square } = options;
  const [across, down] = [Math.min(columns, count), Math.ceil(count / columns)];
  const page = { width: across * (width * zoom + gap) + gap, height: down * (height * zoom + gap) + gap };
  if (page.width > MOST || page.height > MOST) {
    const rule = `the page would be ${page.width} × ${page.height} pixels; ${MOST} is the most in each direction`;
    throw new ShapeError(
      op,
      { maps: maps.shape, columns, zoom, gap },
      rule,
      "show fewer maps, or set columns and zoom",
    );
  }
  return scope(() => {
    const shared = options.range ?? (scale === "all" ? rangeOf(maps.data(), isColour ? "gray" : map) : undefined);
    const tiles = maps.reshape([count, ...(isColour ? [3] : []), height, width]);
    const bytes = new Uint8Array(3 * page.width * page.height).fill(255);
    for (let at = 0; at < count; at++) {
      const [top, left] = [
        Math.floor(at / across) * (height * zoom + gap) + gap,
        (at % across) * (width * zoom + gap) + gap,
      ];
      const pixels = scope(() => {
        const tile = tiles.slice(0, at, at + 1).reshape(tiles.shape.slice(1));
        const range = shared ?? rangeOf(tile.data(), isColour ? "gray" : map);
        return isColour ? pictureBytes(op, tile, range).data : coloured(tile.data(), { map, range });
      });
      paint(bytes, page.width, { top, left, zoom }, pixels, height, width);
    }
    return { height: page.height, width: page.width, channels: 3, data: bytes };
  });
}

interface Place {
  readonly top: number;
  readonly left: number;
  readonly zoom: number;
}

function paint(
  page: Uint8Array,
  pageWidth: number,
  place: Place,
  tile: Uint8Array,
  height: number,
  width: number,
): void {
  const { top, left, zoom } = place;
  for (let row = 0; row < height * zoom; row++) {
    for (let column = 0; column < width * zoom; column++) {
      const from = 3 * (Math.floor(row / zoom) * width + Math.floor(column / zoom));
      page.set(tile.subarray(from, from + 3), 3 * ((top + row) * pageWidth + left + column));
    }
  }
}
