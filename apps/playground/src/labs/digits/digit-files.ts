/** One of the files that the digits come in. */
export interface DigitFile {
  /** Where the page fetches it from, relative to itself. */
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
  { name: "digits/train-images.gz", from: "train-images-idx3-ubyte", count: TRAINING_PICTURES },
  { name: "digits/train-labels.gz", from: "train-labels-idx1-ubyte", count: TRAINING_PICTURES },
  { name: "digits/test-images.gz", from: "t10k-images-idx3-ubyte", count: TEST_PICTURES },
  { name: "digits/test-labels.gz", from: "t10k-labels-idx1-ubyte", count: TEST_PICTURES },
];
