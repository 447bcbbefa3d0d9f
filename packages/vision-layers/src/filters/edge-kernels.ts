/** The rows of a kernel, as `tensor` takes them. */
export type KernelRows = readonly (readonly number[])[];

/** The two forms of a kernel that looks one way. */
export interface KernelPair {
  /** Finds edges that run from top to bottom: positive where the left is brighter. */
  readonly vertical: KernelRows;
  /** Finds edges that run from left to right: positive where the upper side is brighter. The transpose of `vertical`. */
  readonly horizontal: KernelRows;
}

const pair = (vertical: KernelRows): KernelPair => ({
  vertical,
  horizontal: vertical.map((_, row) => vertical.map((values) => values[row] ?? 0)),
});

/**
 * The classical kernels that find edges, to be laid on an image as they are: `correlate(image, tensor(edgeKernels.sobel.vertical))`.
 * Signs are those of Ng's course, bright to dark giving positive values; older papers often have the opposite.
 */
export const edgeKernels: {
  readonly prewitt: KernelPair;
  readonly sobel: KernelPair;
  readonly scharr: KernelPair;
  readonly roberts: { readonly rising: KernelRows; readonly falling: KernelRows };
  readonly laplacian: { readonly fourNeighbours: KernelRows; readonly eightNeighbours: KernelRows };
} = {
  /**
   * Differences, averaged over three rows (Prewitt 1970, "Object enhancement and extraction"). With these signs the first
   * filter of Ng's course (Convolutional Neural Networks, 2017, week 1).
   */
  prewitt: pair([
    [1, 0, -1],
    [1, 0, -1],
    [1, 0, -1],
  ]),

  /** The middle row counts twice, which blurs less (Sobel & Feldman 1968, "A 3 × 3 isotropic gradient operator"). */
  sobel: pair([
    [1, 0, -1],
    [2, 0, -2],
    [1, 0, -1],
  ]),

  /** Weights that err least in an edge's direction (Scharr 2000, "Optimale Operatoren in der Digitalen Bildverarbeitung"). */
  scharr: pair([
    [3, 0, -3],
    [10, 0, -10],
    [3, 0, -3],
  ]),

  /**
   * Differences along the diagonals of 2 × 2 (Roberts 1963, "Machine perception of three-dimensional solids"). `rising`
   * finds edges that run like "/", `falling` those that run like "\".
   */
  roberts: {
    rising: [
      [1, 0],
      [0, -1],
    ],
    falling: [
      [0, 1],
      [-1, 0],
    ],
  },

  /**
   * The sum of the second derivatives, which has no direction: each neighbour less the middle (Rosenfeld & Kak 1976,
   * "Digital picture processing", with four neighbours and with eight).
   */
  laplacian: {
    fourNeighbours: [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
    eightNeighbours: [
      [1, 1, 1],
      [1, -8, 1],
      [1, 1, 1],
    ],
  },
};
