// What layers give
export { features, type FeaturesOptions, featureMaps } from "./inspect/feature-maps.ts";
export type { LayerName } from "./inspect/layers-of.ts";

// What decides
export type { ExplainOptions } from "./inspect/explain.ts";
export type { Target } from "./inspect/target.ts";
export {
  inputXGradient,
  saliency,
  type SaliencyOptions,
  smoothGrad,
  type SmoothGradOptions,
} from "./inspect/saliency.ts";
export { integratedGradients, type IntegratedGradientsOptions } from "./inspect/integrated-gradients.ts";
export type { QuadratureMethod } from "./inspect/quadrature.ts";
export { deconvnet, guidedBackprop } from "./inspect/guided.ts";
export { gradCam, type GradCamOptions, gradCamPlusPlus } from "./inspect/grad-cam.ts";
export { occlusion, type OcclusionOptions } from "./inspect/occlusion.ts";

// What a channel wants to see
export { maximiseActivation, type MaximiseOptions } from "./inspect/activation-maximisation.ts";

// Pictures of it
export type { ColourMapName } from "./inspect/colour-maps.ts";
export {
  colourise,
  type ColourOptions,
  overlay,
  type OverlayOptions,
  pictureOf,
  type ColourPicture,
} from "./inspect/colourise.ts";
export { gridOf, type GridOptions } from "./inspect/grid-of.ts";
