import { assertTensor, type Convolution, type Pair, type PerAxis, type Tensor } from "@unfoldjs/tensor-core";
import { Conv1d, type Conv1dOptions, Conv2d, type Conv2dOptions } from "@unfoldjs/vision-layers";

/**
 * Zeros before and after an axis, as TensorFlow's "SAME" counts them: as many as ⌈size / stride⌉ windows need, the odd one
 * after. It follows from the size, so that a layer finds it for each picture.
 */
function sameAround(size: number, kernel: number, stride: number, dilation: number): readonly [number, number] {
  const all = Math.max((Math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** `Conv1d` that gives ⌈length / stride⌉ numbers, padded as TensorFlow and Keras pad "same". */
export class Conv1dSame<In extends number = number, Out extends number = number> extends Conv1d<In, Out> {
  static override readonly name: string = "Conv1dSame";

  /** @param options of `Conv1d`, without padding and its mode @throws ValueError on options that make no sense */
  constructor(
    inChannels: In,
    outChannels: Out,
    kernelSize: PerAxis<1>,
    options: Omit<Conv1dOptions, "padding" | "paddingMode"> = {},
  ) {
    super(inChannels, outChannels, kernelSize, options);
  }

  protected override convolutionFor(x: Tensor): Convolution<1> {
    assertTensor("Conv1dSame", "x", x);
    const [stride, dilation] = [this.convolution.stride[0], this.convolution.dilation[0]];
    return { ...this.convolution, padding: sameAround(x.shape.at(-1) ?? 1, this.kernelSize[0], stride, dilation) };
  }
}

/** `Conv2d` that gives ⌈size / stride⌉ rows and columns, padded as TensorFlow and Keras pad "same": timm's Conv2dSame. */
export class Conv2dSame<In extends number = number, Out extends number = number> extends Conv2d<In, Out> {
  static override readonly name: string = "Conv2dSame";

  /** @param options of `Conv2d`, without padding and its mode @throws ValueError on options that make no sense */
  constructor(
    inChannels: In,
    outChannels: Out,
    kernelSize: Pair,
    options: Omit<Conv2dOptions, "padding" | "paddingMode"> = {},
  ) {
    super(inChannels, outChannels, kernelSize, options);
  }

  protected override convolutionFor(x: Tensor): Convolution {
    assertTensor("Conv2dSame", "x", x);
    const { stride, dilation } = this.convolution;
    const [rows, columns] = this.kernelSize;
    const [top, bottom] = sameAround(x.shape.at(-2) ?? 1, rows, stride[0], dilation[0]);
    const [left, right] = sameAround(x.shape.at(-1) ?? 1, columns, stride[1], dilation[1]);
    return { ...this.convolution, padding: [top, left, bottom, right] };
  }
}
