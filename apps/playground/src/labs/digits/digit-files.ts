/** One of the files that the digits come in. */
export interface DigitFile {
  /**
   * Where the page fetches it from, relative to the first page. It is compressed, and does not say so: servers would tell browsers
   * to unpack it, and then what has come cannot be compared with what is to come.
   */
  readonly name: string;
  /** The file of MNIST that it is the beginning of. */
  readonly from: string;
  /** How many pictures, or labels. */
  readonly count: number;
}

export const TRAINING_PICTURES = 12_000;
export const TEST_PICTURES = 1_000;

/** By MNIST's own names, so that the loader of @unfoldjs/datasets can ask for them. */
export const DIGIT_FILES: readonly DigitFile[] = [
  { name: "digits/train-images.idx", from: "train-images-idx3-ubyte", count: TRAINING_PICTURES },
  { name: "digits/train-labels.idx", from: "train-labels-idx1-ubyte", count: TRAINING_PICTURES },
  { name: "digits/test-images.idx", from: "t10k-images-idx3-ubyte", count: TEST_PICTURES },
  { name: "digits/test-labels.idx", from: "t10k-labels-idx1-ubyte", count: TEST_PICTURES },
];
