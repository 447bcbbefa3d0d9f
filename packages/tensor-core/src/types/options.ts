/** How a variance is estimated. */
export interface VarianceOptions {
  /** What is taken from the count before dividing: 1 estimates a population's variance, 0 is the sample's own. Default 1. */
  readonly correction?: number;
  readonly keepDims?: boolean;
}
