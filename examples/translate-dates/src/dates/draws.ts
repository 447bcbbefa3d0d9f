import type { Generator } from "@unfoldjs/tensor-core";

const BLOCK = 4096;

/** Single random numbers of a generator, which draws them by the block. */
export class Draws {
  private readonly generator: Generator;
  private block: Float32Array = new Float32Array(0);
  private at = 0;

  constructor(generator: Generator) {
    this.generator = generator;
  }

  /** In [0, 1). */
  share(): number {
    if (this.at === this.block.length) {
      const drawn = this.generator.uniform([BLOCK]);
      this.block = drawn.data().slice();
      drawn.dispose();
      this.at = 0;
    }
    return this.block[this.at++] ?? 0;
  }

  /** 0 … count − 1. */
  below(count: number): number {
    return Math.min(Math.floor(this.share() * count), count - 1);
  }

  of<T>(choices: readonly T[] | string): T | string {
    return choices[this.below(choices.length)] as T;
  }
}
