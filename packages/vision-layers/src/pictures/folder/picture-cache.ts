import type { Picture } from "../picture/picture.ts";

/** Decoded pictures up to so many bytes: those that were asked for last. */
export class PictureCache {
  private readonly limit: number;
  private readonly pictures = new Map<string, Picture>();
  private bytes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(path: string): Picture | undefined {
    const picture = this.pictures.get(path);
    if (picture === undefined) return undefined;
    this.pictures.delete(path);
    this.pictures.set(path, picture); // a Map goes through its keys in the order they came in
    return picture;
  }

  keep(path: string, picture: Picture): Picture {
    const size = picture.data.length;
    if (size > this.limit) return picture;
    this.pictures.set(path, picture);
    this.bytes += size;
    for (const [oldest, { data }] of this.pictures) {
      if (this.bytes <= this.limit) break;
      this.pictures.delete(oldest);
      this.bytes -= data.length;
    }
    return picture;
  }
}
