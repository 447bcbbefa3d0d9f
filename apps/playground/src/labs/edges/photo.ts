import { type Pixels, pixelsOf, type Size, workingSize } from "./pixels.ts";

/** A file that no picture could be made of. */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
  /** What the picture would have been; undefined if it is none. */
  readonly size: Size | undefined;

  constructor(size: Size | undefined, cause: unknown) {
    super(size === undefined ? "the file is no picture" : "the picture is too large", { cause });
    this.size = size;
  }
}

/**
 * A photo's pixels in working size.
 *
 * Its size is read first, from the file's beginning. Then it is decoded straight into working size, beside the page and
 * not in it, so that a hundred megapixels do not stop the page.
 * @throws PhotoError if it is no picture that this browser knows, or more than it can hold
 */
export async function readPhoto(file: Blob): Promise<Pixels> {
  const natural = await sizeOf(file);
  const size = workingSize(natural);
  const bitmap = await createImageBitmap(file, {
    resizeWidth: size.width,
    resizeHeight: size.height,
    resizeQuality: "medium",
  }).catch((cause: unknown) => {
    throw new PhotoError(natural, cause);
  });
  try {
    return pixelsOf(bitmap, size);
  } finally {
    bitmap.close();
  }
}

async function sizeOf(file: Blob): Promise<Size> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      image.addEventListener("load", resolve);
      image.addEventListener("error", reject);
      image.src = address;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch (cause) {
    throw new PhotoError(undefined, cause);
  } finally {
    URL.revokeObjectURL(address);
  }
}
