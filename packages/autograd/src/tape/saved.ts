import { aliasOf, type AnyTensor, GradientError, isFollowed, type Tensor, unowned } from "@unfoldjs/tensor-core";

/** A value kept for a gradient: one count on its storage, and the version it had. */
export class Saved {
  private readonly alias: AnyTensor;
  private readonly version: number;

  constructor(tensor: AnyTensor) {
    this.alias = unowned(() => aliasOf(tensor));
    this.version = tensor.storage.version;
  }

  /** The value, on loan. @throws GradientError if it was overwritten since */
  open(op: string, name: string): Tensor {
    const { storage } = this.alias;
    if (storage.version !== this.version) {
      throw new GradientError(
        op,
        { value: name, shape: this.alias.shape, "overwritten by": storage.writer },
        `the gradient of ${op} needs "${name}" as it was, but it was overwritten since`,
        `take the gradient before ${storage.writer}, or let ${op} work on a clone()`,
      );
    }
    // Gradients exist for f32 alone; index inputs that a pull reads are known to it as what they are.
    return this.alias as Tensor;
  }

  /** True if somebody derives further from it. */
  isFollowed(): boolean {
    return isFollowed(this.alias);
  }

  release(): void {
    this.alias.dispose();
  }
}
