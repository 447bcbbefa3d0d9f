/**
 * Puts a build of the crate together out of another build and what differs.
 * @param base the build that the patch was made against
 * @param patch as `scripts/patch.mjs` writes it
 */
export function applyPatch(base: Uint8Array, patch: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = patch[at++] ?? 0;
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
  };
  const target = new Uint8Array(number());
  const steps = Array.from({ length: number() }, () => ({ fresh: number(), copied: number(), distance: number() }));

  let [written, end] = [0, 0];
  for (const { fresh, copied, distance } of steps) {
    target.set(patch.subarray(at, at + fresh), written);
    const start = end + (distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2);
    target.set(base.subarray(start, start + copied), written + fresh);
    at += fresh;
    written += fresh + copied;
    end = start + copied;
  }
  target.set(patch.subarray(at), written);
  return target;
}
