import { deflateSync, inflateSync } from "fflate";
import type { Host } from "./host.ts";

/** Where the engine has no deflate that answers at once. Node has, and fflate takes ten milliseconds to load there. */
export const deflateInScript: Pick<Host, "deflate" | "inflate"> = {
  deflate: (bytes) => deflateSync(bytes),
  inflate(packed, size) {
    const unpacked = inflateSync(packed, { out: new Uint8Array(size + 1) }); // it fills what it is given
    return unpacked.length > size ? undefined : unpacked;
  },
};
