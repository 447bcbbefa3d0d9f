import { chooseBuild } from "./build.ts";
import type { Host } from "./host.ts";
import { applyPatch } from "./patch.ts";
import { shared } from "./shared.ts";
import { startCore } from "./start.ts";

/**
 * Has the core start from bytes that lie in this module, when it is first needed.
 * @param relaxed base64 of gzip of the build with relaxed SIMD
 * @param simdPatch base64 of gzip of what makes plain SIMD of it: the builds differ little, so the second costs a sixth of the first
 */
export function loadWith(
  host: Host,
  relaxed: string,
  simdPatch: string,
  unpack: (base64: string) => Uint8Array<ArrayBuffer>,
): void {
  shared.host ??= host;
  shared.start ??= () => {
    const build = chooseBuild();
    const bytes = unpack(relaxed);
    startCore(build, build === "relaxed" ? bytes : applyPatch(bytes, unpack(simdPatch)), host);
  };
}
