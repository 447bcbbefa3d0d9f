/** A square of a matrix, counted from the top left. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Squares beside and below each other, by the first of them; it may reach out of the matrix. */
export interface Block extends Cell {
  readonly rows: number;
  readonly columns: number;
}
