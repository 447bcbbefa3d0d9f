/** A square of a map of the first layer. */
export interface Pointed {
  readonly filter: number;
  readonly row: number;
  readonly column: number;
}
