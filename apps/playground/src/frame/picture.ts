import { domToCanvas } from "modern-screenshot";
import type { Scheme } from "./scheme.svelte.ts";

interface Titles {
  readonly title: string;
  /** Whose it is. */
  readonly name: string;
  readonly scheme: Scheme;
}

/** Twice as sharp as the page. */
const SCALE = 2;
/** In pixels of the page. */
const MARGIN = 32;
const TITLE = { size: 28, room: 52 };
const NAME = { size: 15, room: 36 };

/** A picture of a part of the page, with a margin, a title over it and a name under it, in the page's colours. @returns a PNG */
export async function pictureOf(part: HTMLElement, { title, name, scheme }: Titles): Promise<Blob> {
  const style = getComputedStyle(document.documentElement);
  // A copy of the page within a picture knows nothing of the scheme that was chosen: what the browser draws needs to be told.
  const inner = await domToCanvas(part, { scale: SCALE, style: { colorScheme: scheme } });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser gives no canvas to draw a picture on");
  canvas.width = inner.width + 2 * SCALE * MARGIN;
  canvas.height = inner.height + SCALE * (2 * MARGIN + TITLE.room + NAME.room);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(inner, SCALE * MARGIN, SCALE * (MARGIN + TITLE.room));
  const width = canvas.width - 2 * SCALE * MARGIN;
  context.fillStyle = style.color;
  context.textBaseline = "top";
  context.font = `600 ${SCALE * TITLE.size}px ${style.fontFamily}`;
  context.fillText(title, SCALE * MARGIN, SCALE * MARGIN, width); // a title too wide is drawn narrower
  context.textBaseline = "bottom";
  context.font = `${SCALE * NAME.size}px ${style.fontFamily}`;
  context.fillText(name, SCALE * MARGIN, canvas.height - SCALE * MARGIN, width);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the picture could not be packed")) : resolve(blob)));
  });
}
