import { noGrad } from "@unfoldjs/autograd";
import type { AnyModule } from "@unfoldjs/nn";
import {
  checkedLater,
  checkOptions,
  interpolate,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
  where,
} from "@unfoldjs/tensor-core";
import { joined } from "../layers/checks.ts";
import { EXPLAIN_CHECKS, explained, type ExplainOptions, gradientOf } from "./explain.ts";
import { type LayerName, layerOf, resultsOf, withResult } from "./layers-of.ts";

/** Options of `gradCam` and `gradCamPlusPlus`. */
export interface GradCamOptions extends ExplainOptions {
  /** Whose maps are weighed: by its path or itself. The last with rows and columns says most about classes. */
  readonly layer: LayerName;
  /** Whether only what speaks for the class is shown, and not what speaks against it. Default true, as in the paper. */
  readonly relu?: boolean;
  /** Whether the map is made as large as the pictures, by lines between its pixels. Default true. */
  readonly upsample?: boolean;
}

const CHECKS: OptionChecks<GradCamOptions> = /* @__PURE__ */ joined(EXPLAIN_CHECKS, {
  layer: checkedLater,
  relu: truthValue,
  upsample: truthValue,
});

/**
 * Where a model saw a class: the maps of a layer, added up by what each channel's mean gradient says that it does for the class
 * (Selvaraju et al. 2017, "Grad-CAM", eq. 1 and 2). captum's LayerGradCam, with the paper's relu.
 *
 * @param x (batch, channels, height, width), f32
 * @returns (batch, 1, height, width), or the layer's rows and columns without `upsample`
 * @throws ValueError on a layer that there is not, or that does not run just once; ShapeError on one without rows and columns; others as
 * `saliency`
 * @example gradCam(new ResNet(18), pictures, { layer: "layer4", target: 207 })
 */
export function gradCam(model: AnyModule, x: Tensor, options: GradCamOptions): Tensor {
  return classMap("gradCam", model, x, options, (_, slope) => slope.mean([2, 3], true));
}

/**
 * Grad-CAM with a weight for each pixel of a map, so that several things of a class, and small ones, are seen (Chattopadhay et al. 2018,
 * "Grad-CAM++", eq. 5 and 19): α = g² / (2 g² + Σ A g³) for gradients g and maps A, and a channel's weight is Σ α relu(g).
 * The class's score is taken as exp(y), as in the paper; its factor exp(y), one for the whole map, is left out.
 *
 * @param x (batch, channels, height, width), f32 @returns as `gradCam` @throws as `gradCam`
 */
export function gradCamPlusPlus(model: AnyModule, x: Tensor, options: GradCamOptions): Tensor {
  return classMap("gradCamPlusPlus", model, x, options, (maps, slope) => {
    const square = slope.square();
    const sums = maps.sum([2, 3], true).mul<Shape, Shape>(slope); // Σ A · g; times g² it is the second term
    const below = square.mul<Shape, Shape>(sums.add(2));
    const share = where(below.equal(0), below, square.div<Shape, Shape>(below));
    return share.mul<Shape, Shape>(slope.relu()).sum([2, 3], true);
  });
}

/** @param weigh what a channel's map counts, (batch, channels, 1, 1) */
function classMap(
  op: string,
  model: AnyModule,
  x: Tensor,
  options: GradCamOptions,
  weigh: (maps: Tensor, slope: Tensor) => Tensor,
): Tensor {
  checkOptions(op, options, CHECKS);
  const { relu = true, upsample = true } = options;
  return explained(op, model, x, options, ({ run, scores }) => {
    const layer = layerOf(op, model, options.layer);
    const [maps] = noGrad(() => resultsOf(op, [layer], () => scope(() => void run(x)))) as readonly [Tensor];
    assertMaps(op, maps, x);
    const slope = gradientOf(maps, () => withResult(layer, maps, () => scores(x)));
    const sum = weigh(maps, slope).mul<Shape, Shape>(maps).sum(1, true);
    const map = relu ? sum.relu() : sum;
    return upsample ? interpolate(map, { size: x.shape.slice(2), mode: "bilinear" }) : map;
  });
}

function assertMaps(op: string, maps: Tensor, x: Tensor): void {
  if (maps.rank === 4 && maps.shape[0] === x.shape[0] && x.rank === 4) return;
  throw new ShapeError(
    op,
    { x: x.shape, layer: maps.shape },
    "pictures and the layer's maps must be (batch, channels, height, width)",
    "choose a layer before rows and columns are merged",
  );
}
