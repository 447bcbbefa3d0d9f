import type { Field } from "../../frame/address.ts";
import type { Cell } from "../../look/cell.ts";
import { SIDE } from "./centre.ts";
import { FILTERS } from "./run.ts";

/** A number within the network: a square of a layer's map. The last layer has a map of one square for each digit. */
export interface NetworkNumber extends Cell {
  readonly layer: 1 | 2 | 3;
  readonly map: number;
}

/** Maps of each layer at most, and the side of each. */
const BOUNDS = [
  { maps: Math.max(...FILTERS), side: SIDE },
  { maps: 2 * Math.max(...FILTERS), side: SIDE / 2 },
  { maps: 10, side: 1 },
] as const;

/** In an address: layer, map, row and column, counted from 1. */
export const numberField: Pick<Field<NetworkNumber>, "read" | "write"> = {
  read(text) {
    const [, layer = 0, map = 0, row = 0, column = 0] = (/^([123])\.(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? []).map(Number);
    const bounds = BOUNDS[layer - 1];
    if (bounds === undefined || [map, row, column].includes(0)) return undefined;
    if (map > bounds.maps || Math.max(row, column) > bounds.side) return undefined;
    return { layer: layer as NetworkNumber["layer"], map: map - 1, row: row - 1, column: column - 1 };
  },
  write: ({ layer, map, row, column }) => [layer, map + 1, row + 1, column + 1].join("."),
};
