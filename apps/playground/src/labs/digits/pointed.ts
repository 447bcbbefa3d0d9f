import type { Cell } from "../../look/cell.ts";

/** A square of a map of the first layer. */
export interface Pointed extends Cell {
  readonly filter: number;
}
