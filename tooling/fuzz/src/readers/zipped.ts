import { crc32, deflateRawSync } from "node:zlib";
import { joined } from "./mutate.ts";

/** A zip archive with right checksums, whatever is in it. */
export function zipped(
  files: readonly (readonly [name: string, content: Uint8Array])[],
  compress: boolean,
): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = compress ? new Uint8Array(deflateRawSync(content)) : content;
    const title = new TextEncoder().encode(name);
    const record = (bytes: number, signature: number, at: number): Uint8Array => {
      const out = new Uint8Array(bytes);
      const view = new DataView(out.buffer);
      view.setUint32(0, signature, true);
      view.setUint16(at + 4, compress ? 8 : 0, true);
      view.setUint32(at + 10, crc32(content), true);
      view.setUint32(at + 14, packed.length, true);
      view.setUint32(at + 18, content.length, true);
      view.setUint16(at + 22, title.length, true);
      return out;
    };
    const central = record(46, 0x02014b50, 6);
    new DataView(central.buffer).setUint32(42, offset, true);
    directory.push(central, title);
    const local = [record(30, 0x04034b50, 4), title, packed];
    locals.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const list = joined(...directory);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, files.length, true);
  view.setUint16(10, files.length, true);
  view.setUint32(12, list.length, true);
  view.setUint32(16, offset, true);
  return joined(...locals, list, end);
}
