/**
 * RGB of CMYK without a profile, as PIL has it: (255 − C) · (255 − K) / 255, rounded.
 * @param data four bytes a pixel, 255 all ink
 */
export function cmykToRgb(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, at = 0; from < data.length; from += 4, at += 3) {
    const light = 255 - (data[from + 3] ?? 0);
    for (let c = 0; c < 3; c++) {
      const product = (data[from + c] ?? 0) * light + 128;
      out[at + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return out;
}
