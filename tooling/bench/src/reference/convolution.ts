import type { ConvolutionGradientProblem, ConvolutionProblem, ConvolutionSizes, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";

/** Rows, which are columns too, of what comes out. */
export function sizeOfMaps({ size, kernel, padding }: ConvolutionSizes): number {
  return size + 2 * padding - kernel + 1;
}

/** Multiply-adds of the definition, with those that meet padding. */
export function multiplyAddsOf(sizes: ConvolutionSizes): number {
  const { batch, channels, filters, kernel, groups } = sizes;
  return batch * filters * sizeOfMaps(sizes) ** 2 * (channels / groups) * kernel ** 2;
}

/** Calls `visit` with the places in maps, images and weight of each multiply-add. */
function forEachProduct(problem: ConvolutionSizes, visit: (map: number, pixel: number, tap: number) => void): void {
  const { batch, channels, size, filters, kernel, padding, groups } = problem;
  const [maps, depth] = [sizeOfMaps(problem), channels / groups];
  for (let n = 0; n < batch; n++) {
    for (let filter = 0; filter < filters; filter++) {
      const firstChannel = Math.floor(filter / (filters / groups)) * depth;
      for (let channel = 0; channel < depth; channel++) {
        const image = (n * channels + firstChannel + channel) * size;
        const taps = (filter * depth + channel) * kernel;
        for (let i = 0; i < kernel; i++) {
          for (let j = 0; j < kernel; j++) {
            // Where the tap meets the image: 0 ≤ row + i - padding < size, and so for columns.
            const [top, left] = [Math.max(0, padding - i), Math.max(0, padding - j)];
            const [bottom, right] = [Math.min(maps, size + padding - i), Math.min(maps, size + padding - j)];
            for (let row = top; row < bottom; row++) {
              const map = ((n * filters + filter) * maps + row) * maps;
              const pixel = (image + row + i - padding) * size + j - padding;
              for (let column = left; column < right; column++)
                visit(map + column, pixel + column, (taps + i) * kernel + j);
            }
          }
        }
      }
    }
  }
}

/** Cross-correlation, summed in f64. */
export function convolution(problem: ConvolutionProblem): Outputs {
  const { batch, filters, images, weight } = problem;
  const maps = new Float64Array(batch * filters * sizeOfMaps(problem) ** 2);
  forEachProduct(problem, (map, pixel, tap) => increase(maps, map, at(images, pixel) * at(weight, tap)));
  return { maps };
}

/** Of loss = Σ maps ⊙ upstream: what each product adds to the gradient of its two factors. */
export function convolutionGradient(problem: ConvolutionGradientProblem): Outputs {
  const { images, weight, upstream } = problem;
  const gradients = { images: new Float64Array(images.length), weight: new Float64Array(weight.length) };
  forEachProduct(problem, (map, pixel, tap) => {
    const dy = at(upstream, map);
    increase(gradients.images, pixel, dy * at(weight, tap));
    increase(gradients.weight, tap, dy * at(images, pixel));
  });
  return gradients;
}
