import * as tf from "@tensorflow/tfjs-core";
import type { NormGradientProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

/** Value and gradients for an upstream gradient, on the backend that is set. Images have channels last there. */
export function normGradient({ kind, shape, epsilon, ...given }: NormGradientProblem): Contender {
  const isBatch = kind === "batch";
  const inItsLayout = (values: Float32Array): tf.Tensor =>
    tf.tidy(() => {
      const tensor = tf.tensor(values, [...shape]);
      return isBatch ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
    });
  const [x, upstream] = [inItsLayout(given.x), inItsLayout(given.upstream)];
  const [weight, bias] = [tf.tensor1d(given.weight), tf.tensor1d(given.bias)];
  const differentiate = tf.valueAndGrads((...inputs: tf.Tensor[]) => {
    const [numbers, scale, offset] = inputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    if (isBatch) {
      const { mean, variance } = tf.moments(numbers, [0, 1, 2]);
      return tf.batchNorm(numbers, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, epsilon);
    }
    const { mean, variance } = tf.moments(numbers, -1, true);
    const normal = tf.mul(tf.sub(numbers, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normal, scale), offset);
  });
  const both = (): { value: tf.Tensor; grads: tf.Tensor[] } => differentiate([x, weight, bias], upstream);
  return {
    run: () => tf.tidy(() => void both()),
    outputs: () =>
      tf.tidy(() => {
        const { value, grads } = both();
        const [dx, dWeight, dBias] = grads as [tf.Tensor, tf.Tensor, tf.Tensor];
        const numbersOf = (images: tf.Tensor): Float32Array =>
          (isBatch ? tf.transpose(images, [0, 3, 1, 2]) : images).dataSync<"float32">();
        return {
          y: numbersOf(value),
          x: numbersOf(dx),
          weight: dWeight.dataSync<"float32">(),
          bias: dBias.dataSync<"float32">(),
        };
      }),
    dispose: () => tf.dispose([x, upstream, weight, bias]),
  };
}
