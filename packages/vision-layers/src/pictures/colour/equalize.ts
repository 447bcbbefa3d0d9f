import { fromArray, type Tensor } from "@unfoldjs/tensor-core";
import { assertImages } from "../picture/tensors.ts";

/** What a float is multiplied by before it is cut to a byte, as torchvision's `to_dtype`. */
const TO_BYTE = 256 - 1e-3;

/**
 * Values spread so that all are about as frequent, in each channel of each picture by itself, as torchvision's `equalize`: in 256 steps,
 * with PIL's table. It has no gradient.
 * @param x f32 (…, channels, height, width), 0 … 1
 */
export function equalize(x: Tensor): Tensor {
  assertImages("equalize", "x", x);
  const [height = 0, width = 0] = x.shape.slice(-2);
  const pixels = height * width;
  const bytes = Uint8Array.from(x.data(), (value) => Math.min(1, Math.max(0, value)) * TO_BYTE);
  const out = new Float32Array(bytes.length);
  for (let start = 0; start < bytes.length; start += pixels) {
    const plane = bytes.subarray(start, start + pixels);
    const table = tableOf(plane);
    plane.forEach((byte, i) => (out[start + i] = (table[byte] ?? byte) / 255));
  }
  return fromArray(out, x.shape);
}

/** PIL's `ImageOps.equalize`. @returns nothing where there is too little to spread */
function tableOf(plane: Uint8Array): readonly number[] | Uint8Array {
  const counts = new Int32Array(256);
  for (const byte of plane) counts[byte] = (counts[byte] ?? 0) + 1;
  const most = counts.findLast((count) => count > 0) ?? 0;
  const step = Math.floor((plane.length - most) / 255);
  if (step === 0) return [];
  let sum = Math.floor(step / 2);
  return Uint8Array.from(counts, (count) => {
    const value = Math.min(255, Math.floor(sum / step));
    sum += count;
    return value;
  });
}
