import { type Argument, defaultGenerator, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertList,
  assertNumber,
  assertTensor,
  assertWhole,
  checkOptions,
  type DType,
  DTypeError,
  equal,
  full,
  type Generator,
  greater,
  inCall,
  type Shape,
  type Tensor,
  ValueError,
  where,
} from "@unfoldjs/tensor-core";

export interface TokenDropoutOptions {
  /** What a token is replaced by, such as that for unknown words. Default 0. */
  readonly token?: number;
  /** Tokens that are never replaced: padding, and those that begin and end sentences. Default none. */
  readonly keep?: readonly number[];
  /** Of the draws; nn's default one unless given. */
  readonly generator?: Generator;
}

/**
 * While learning, replaces each token with a probability by one and the same (word dropout, Bowman et al. 2016): a decoder then
 * cannot lean on the word before alone, and the token for unknown words is learned. In use it does nothing.
 */
export class TokenDropout extends Module {
  static override readonly name: string = "TokenDropout";
  readonly probability: number;
  readonly token: number;
  readonly kept: readonly number[];
  /** Undefined for the default one. */
  readonly generator: Generator | undefined;

  /** @throws ValueError unless the probability is in [0, 1] and tokens are whole numbers from 0 up */
  constructor(probability: number, options: TokenDropoutOptions = {}) {
    super();
    assertNumber("TokenDropout", "probability", probability);
    if (!(probability >= 0 && probability <= 1)) {
      throw new ValueError(
        "TokenDropout",
        { probability },
        "the probability must be in [0, 1]",
        "it is a share, not a percentage",
      );
    }
    checkOptions<TokenDropoutOptions>("TokenDropout", options, {
      token: assertWhole,
      keep: (op, name, value) => {
        assertList(op, name, value, "an array of tokens");
        for (const [at, each] of value.entries()) assertWhole(op, `${name}[${at}]`, each);
      },
      generator: assertGenerator,
    });
    this.probability = probability;
    this.token = options.token ?? 0;
    this.kept = options.keep ?? [];
    this.generator = options.generator;
  }

  /** @param x any shape, i32 @returns the same shape */
  override forward<S extends Shape>(x: Tensor<S, "i32">): Tensor<S, "i32">;
  override forward(x: Tensor<Shape, "i32">): Tensor<Shape, "i32"> {
    assertTensor("TokenDropout", "x", x);
    const { shape, dtype }: Tensor<Shape, DType> = x;
    if (dtype !== "i32") throw new DTypeError("TokenDropout", { x: shape, dtype }, "tokens must be i32", 'x.to("i32")');
    if (!this.training || this.probability === 0) return x;
    return inCall("TokenDropout", () => {
      const drawn = (this.generator ?? defaultGenerator()).bernoulli(shape, this.probability);
      const replaced = where(greater(drawn, 0), full<Shape, "i32">([], this.token, "i32"), x);
      return this.kept.reduce((tokens: Tensor<Shape, "i32">, token) => where(equal(x, token), x, tokens), replaced);
    });
  }

  override config(): readonly Argument[] {
    const { token, kept } = this;
    return [this.probability, { token, keep: kept }];
  }
}
