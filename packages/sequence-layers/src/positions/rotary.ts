import {
  assertNumber,
  assertTensor,
  assertWhole,
  checkOptions,
  concat,
  DTypeError,
  fromArray,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  stack,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";

/** Options of `rotary`. */
export interface RotaryOptions {
  /** The position of the first step. Default 0. */
  readonly start?: number;
  /** Of the angles: pair i turns by base^(−2i / features) a step. Default 10000. */
  readonly base?: number;
  /**
   * Which features are a pair: with `false`, the default, i and i + features / 2, as GPT-NeoX and Llama's weights in
   * Hugging Face's files want it; with `true` 2i and 2i + 1, as the paper, GPT-J and Meta's own files of Llama do.
   */
  readonly interleaved?: boolean;
}

/**
 * Rotary positions (Su et al. 2021, eq. 34): turns each pair of features by an angle that grows with the position, so that the
 * product of a query and a key depends on how far they are apart. For queries and keys, after they were split into heads.
 *
 * @param x (…, time, features), an even number of features
 * @returns the same shape
 * @throws ShapeError if features are odd, ValueError on options
 */
export function rotary(x: Tensor, options: RotaryOptions = {}): Tensor {
  assertTensor("rotary", "x", x);
  checkOptions("rotary", options, OPTIONS);
  const { shape } = x;
  if ((x.dtype as string) !== "f32") throw new DTypeError("rotary", { x: shape, dtype: x.dtype }, "x must be f32");
  const [time = 0, features = 1] = shape.slice(-2);
  if (shape.length < 2 || features % 2 !== 0) {
    throw new ShapeError("rotary", { x: shape }, "x must be (…, time, features) with an even number of features");
  }
  const { start = 0, base = 10_000, interleaved = false } = options;
  return inCall("rotary", () =>
    scope(() => {
      const pairs = features / 2;
      const angles = new Float64Array(time * pairs);
      for (let at = 0; at < time; at++) {
        for (let pair = 0; pair < pairs; pair++) angles[at * pairs + pair] = (start + at) * base ** (-pair / pairs);
      }
      const [cos, sin] = [Math.cos, Math.sin].map((wave) => {
        return fromArray<Shape>(Float32Array.from(angles, wave), [time, pairs]);
      }) as [Tensor, Tensor];
      const [first, second] = interleaved ? inPairs(x, pairs) : inHalves(x, pairs);
      const turned = [
        first.mul<Shape, Shape>(cos).sub<Shape, Shape>(second.mul<Shape, Shape>(sin)),
        second.mul<Shape, Shape>(cos).add<Shape, Shape>(first.mul<Shape, Shape>(sin)),
      ];
      if (!interleaved) return concat<Tensor[], number>(turned, -1);
      return stack<Tensor[], number>(turned, -1).reshape<Shape, Shape>(shape);
    }),
  );
}

function inHalves(x: Tensor, pairs: number): [Tensor, Tensor] {
  return [x.slice(-1, 0, pairs), x.slice(-1, pairs, 2 * pairs)];
}

function inPairs(x: Tensor, pairs: number): [Tensor, Tensor] {
  return [x.slice(-1, 0, 2 * pairs, 2), x.slice(-1, 1, 2 * pairs, 2)];
}

const OPTIONS: OptionChecks<RotaryOptions> = {
  start: assertWhole,
  base: assertBase,
  interleaved: truthValue,
};

/** @throws ValueError unless it is a finite number above 0 */
export function assertBase(op: string, name: string, value: unknown): void {
  assertNumber(op, name, value);
  if (!(value > 0 && value < Infinity)) throw new ValueError(op, { [name]: value }, `${name} must be a number above 0`);
}
