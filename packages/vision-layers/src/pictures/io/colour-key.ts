/**
 * Puts the colour back that a PNG without alpha says is transparent (chunk tRNS: ISO/IEC 15948, 11.3.2.1): pngjs makes those pixels black,
 * and what lies under alpha is kept everywhere else.
 * @param bytes of the whole file @param rgba of 8 bits a channel, changed
 */
export function restoreKey(bytes: Uint8Array, rgba: Uint8Array): void {
  const key = keyOf(bytes);
  if (key === undefined) return;
  for (let at = 0; at < rgba.length; at += 4) if (rgba[at + 3] === 0) rgba.set(key, at);
}

const [GRAY, RGB] = [0, 2];

/** In 8 bits a channel; undefined if there is none. */
function keyOf(bytes: Uint8Array): readonly number[] | undefined {
  const [depth = 8, type] = [bytes[24], bytes[25]];
  if (type !== GRAY && type !== RGB) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = type === GRAY ? [0, 0, 0] : [0, 1, 2];
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IDAT") return undefined; // a key stands before the pixels
    if (name !== "tRNS") continue;
    const most = 2 ** depth - 1;
    return channels.map((channel) => {
      const value = view.getUint16(at + 8 + 2 * channel);
      return depth === 16 ? value >> 8 : Math.floor((value * 255) / most);
    });
  }
  return undefined;
}
