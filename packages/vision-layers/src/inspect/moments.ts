import { scope, type Shape, type Tensor, zerosLike } from "@unfoldjs/tensor-core";

/** Mean and variance of tensors that come one after the other (Welford 1962), so that no two large sums are subtracted. */
export class Moments {
  #count = 0;
  #mean: Tensor;
  #squares: Tensor; // of the distances from the mean

  /** @param like of the shape of what comes */
  constructor(like: Tensor) {
    this.#mean = zerosLike(like);
    this.#squares = zerosLike(like);
  }

  add(make: () => Tensor): void {
    const [mean, squares] = [this.#mean, this.#squares];
    this.#count++;
    [this.#mean, this.#squares] = scope(() => {
      const value = make();
      const distance = value.sub<Shape, Shape>(mean);
      const moved = mean.add<Shape, Shape>(distance.mul(1 / this.#count));
      return [moved, squares.add<Shape, Shape>(distance.mul<Shape, Shape>(value.sub<Shape, Shape>(moved)))] as const;
    });
    mean.dispose();
    squares.dispose();
  }

  /** The mean, the mean of squares, or the variance, of all that came. */
  take(of: "mean" | "square" | "variance"): Tensor {
    const [mean, squares] = [this.#mean, this.#squares];
    return scope(() => {
      if (of === "mean") return mean.clone();
      const variance = squares.mul(1 / this.#count);
      return of === "variance" ? variance : variance.add<Shape, Shape>(mean.square());
    });
  }
}
