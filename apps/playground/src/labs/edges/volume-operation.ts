import { conv2d, fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import { SIDE } from "./kernels.ts";
import { type Explanation, explainWindow } from "./operation.ts";
import { channelOf, CHANNELS, type Colours, type Filters, PICTURE_SIDE, placeOf } from "./volume.ts";

/** What both filters make of a picture. (2, 4, 4) */
export function filterVolume(colours: Colours, filters: Filters): Float32Array {
  return scope(() => conv2d(volumeOf(colours).unsqueeze(0), tensorOf(filters)).data());
}

/** Where the number that a step computes comes from. */
export function explainStep(colours: Colours, filters: Filters, step: number): Explanation {
  const { filter, ...at } = placeOf(step);
  return scope(() => explainWindow(volumeOf(colours), tensorOf(filters).at(filter), at));
}

/** (2, 3, 3, 3) */
function tensorOf(filters: Filters): Tensor {
  return fromArray(filters.flat(), [filters.length, CHANNELS.length, SIDE, SIDE]);
}

/** (3, 6, 6) */
function volumeOf(colours: Colours): Tensor {
  const values = CHANNELS.flatMap((_, channel) => channelOf(colours, channel));
  return fromArray(values, [CHANNELS.length, PICTURE_SIDE, PICTURE_SIDE]);
}
