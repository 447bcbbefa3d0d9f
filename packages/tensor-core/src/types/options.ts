/** How a variance is estimated. */
export interface VarianceOptions<Keep extends boolean = boolean> {
  /** What is taken from the count before dividing: 1 estimates a population's variance, 0 is the sample's own. Default 1. */
  readonly correction?: number;
  readonly keepDims?: Keep;
}

/** How `sort` and `argsort` order. */
export interface SortOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean;
  /** Whether equal elements stay in their order: they always do. */
  readonly stable?: boolean;
}

/** What `topk` picks. */
export interface TopkOptions {
  /** The largest, or else the smallest. Default true. */
  readonly largest?: boolean;
  /** Whether they come in order, best first: they always do. */
  readonly sorted?: boolean;
}

/** See `softplus`. */
export interface SoftplusOptions {
  /** By what x is multiplied before, and the result divided after; not 0. Default 1. */
  readonly beta?: number;
  /** Above which β x the result is x itself. Default 20. */
  readonly threshold?: number;
}
