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

/** Of a drawing that names none, in pixels. */
const USUAL_SIZE: Size = { width: 256, height: 256 };
/** Pixels that every browser can hold. */
const SURELY_HELD = 16e6;

/**
 * A photo's pixels in working size.
 *
 * Its size is read first, from the file's beginning. Then it is decoded straight into working size, beside the page and
 * not in it, so that a hundred megapixels do not stop the page. What cannot be, as drawings (SVG), the page itself draws.
 * @throws PhotoError if it is no picture that this browser knows, or more than it can hold
 */
export async function readPhoto(file: Blob): Promise<Pixels> {
  const address = URL.createObjectURL(file);
  try {
    const image = await imageAt(address);
    const hasSize = image.naturalWidth > 0 && image.naturalHeight > 0;
    const natural = hasSize ? { width: image.naturalWidth, height: image.naturalHeight } : USUAL_SIZE;
    const size = workingSize(natural);
    const bitmap = await createImageBitmap(file, {
      resizeWidth: size.width,
      resizeHeight: size.height,
      resizeQuality: "medium",
    }).catch((cause: unknown) => {
      // A drawing is drawn in the size that is asked for, however large it says that it is.
      const isHeld = file.type === "image/svg+xml" || natural.width * natural.height <= SURELY_HELD;
      if (!isHeld) throw new PhotoError(natural, cause);
      return undefined;
    });
    return bitmap === undefined ? drawn(image, size) : taken(bitmap, size);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function taken(bitmap: ImageBitmap, size: Size): Pixels {
  try {
    return pixelsOf(bitmap, size);
  } finally {
    bitmap.close();
  }
}

function drawn(image: HTMLImageElement, size: Size): Pixels {
  try {
    return pixelsOf(image, size);
  } catch (cause) {
    throw new PhotoError(undefined, cause); // some browsers keep drawings with pages in them to themselves
  }
}

async function imageAt(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  try {
    await new Promise((resolve, reject) => {
      image.addEventListener("load", resolve);
      image.addEventListener("error", reject);
      image.src = address;
    });
  } catch (cause) {
    throw new PhotoError(undefined, cause);
  }
  return image;
}
